import { useLingui } from "@lingui/react/macro";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { fetchPbxLinks, PBX_LINKS_KEY } from "@/features/pbx-links/pbx-links-api";
import { PbxPeople } from "@/features/pbx-links/pbx-people";
import settings from "@/features/settings/settings.module.css";
import { UsersSection } from "@/features/settings/users-section";
import css from "./setup.module.css";
import { SETUP_KEY } from "./setup-api";

/** The phones that the PBXes know, people for them, and whoever else is to log in. */
export function PeopleStep() {
  const { t } = useLingui();
  const queries = useQueryClient();
  const links = useQuery({ queryKey: PBX_LINKS_KEY, queryFn: fetchPbxLinks });
  const standing = links.data?.items.filter(({ state }) => state === "up") ?? [];
  return (
    <>
      {standing.length > 0 && (
        <section className={css.found} aria-label={t`Телефоны на АТС`}>
          <h2>{t`Телефоны на АТС`}</h2>
          {standing.map(({ id, name }) => (
            <div key={id} className={settings.panel}>
              <h3>{name}</h3>
              <PbxPeople
                linkId={id}
                pbx={name}
                onCreated={() => void queries.invalidateQueries({ queryKey: SETUP_KEY })}
              />
            </div>
          ))}
        </section>
      )}
      <UsersSection />
    </>
  );
}
