import { useLingui } from "@lingui/react/macro";
import { IconUserPlus } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "@/components/button";
import { KeyCap } from "@/components/key-cap";
import { useMe } from "@/features/session/session-context";
import { useHotKey } from "@/lib/use-hot-key";
import css from "./clients-page.module.css";
import { ClientsSearchField } from "./clients-search-field";
import { ClientsTable } from "./clients-table";
import { NewClientForm } from "./new-client-form";
import { useClientsSearch } from "./use-clients-search";

/** All clients one may see, found by a part of a name or number. */
export function ClientsPage() {
  const { t } = useLingui();
  const me = useMe();
  const navigate = useNavigate();
  const [isAdding, setAdding] = useState(false);
  const search = useClientsSearch();
  useHotKey("KeyN", () => setAdding(true));
  return (
    <div className={css.page}>
      <header className={css.head}>
        <h1>{t`Клиенты`}</h1>
        <ClientsSearchField text={search.text} onChange={search.setText} />
        {me.role !== "agent" && (
          <Button
            onClick={() =>
              void navigate({ to: "/settings/$section", params: { section: "import" } })
            }
          >
            {t`Импорт`}
          </Button>
        )}
        <Button kind="primary" onClick={() => setAdding(true)}>
          <IconUserPlus size={17} stroke={1.7} aria-hidden="true" />
          {t`Новый клиент`}
          <KeyCap tone="fill">N</KeyCap>
        </Button>
      </header>
      {isAdding && (
        <NewClientForm
          name={search.asked}
          onClose={() => setAdding(false)}
          onCreated={(clientId) =>
            void navigate({ to: "/clients/$clientId", params: { clientId } })
          }
        />
      )}
      <ClientsTable
        asked={search.asked}
        onClear={() => search.setText("")}
        onAdd={() => setAdding(true)}
      />
    </div>
  );
}
