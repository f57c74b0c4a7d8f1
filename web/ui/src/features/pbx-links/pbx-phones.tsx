import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import settings from "@/features/settings/settings.module.css";
import type { KeptPbxLink } from "@/lib/wire";
import { fetchEndpoints, PBX_LINKS_KEY } from "./pbx-links-api";
import { PbxPeople } from "./pbx-people";
import { PhoneRing } from "./phone-ring";

/** The phones of one PBX: ring one to see its card, make users for the others. */
export function PbxPhones({ link }: { link: KeptPbxLink }) {
  const { t } = useLingui();
  const phones = useQuery({
    queryKey: [...PBX_LINKS_KEY, link.id, "endpoints"],
    queryFn: () => fetchEndpoints(link.id),
    retry: false,
  });
  return (
    <div className={settings.form}>
      {phones.data && (
        <>
          <h3>{t`Пробный звонок`}</h3>
          <p className={settings.quiet}>
            {t`Телефон зазвонит от имени «Allo», у его хозяина откроется карточка. Наружу звонок не уходит.`}
          </p>
          <PhoneRing linkId={link.id} phones={phones.data} />
          <h3>{t`Люди`}</h3>
        </>
      )}
      <PbxPeople linkId={link.id} pbx={link.name} />
    </div>
  );
}
