import { useLingui } from "@lingui/react/macro";
import { Select } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "@/components/button";
import { FilterTabs } from "@/components/filter-tabs";
import { KeyCap } from "@/components/key-cap";
import { useHotKey } from "@/lib/use-hot-key";
import { DealBoardView } from "./deal-board";
import { fetchPipelines, PIPELINES_KEY } from "./deals-api";
import css from "./deals-page.module.css";
import { DealsTable } from "./deals-table";
import { NewDealForm } from "./new-deal-form";

/** What may be sold: a pipeline as a board, or the deals as a list. */
export function DealsPage() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const { view = "board", pipeline = null } = useSearch({ from: "/deals" });
  const [isAdding, setAdding] = useState(false);
  const pipelines = useQuery({ queryKey: PIPELINES_KEY, queryFn: fetchPipelines });
  const active = (pipelines.data ?? []).filter((one) => one.is_active);
  useHotKey("KeyN", () => setAdding(true));
  return (
    <div className={css.page}>
      <header className={css.head}>
        <h1>{t`Сделки`}</h1>
        <FilterTabs
          label={t`Вид`}
          value={view}
          options={[
            { value: "board", label: t`Доска` },
            { value: "list", label: t`Список` },
          ]}
          onChange={(next) =>
            void navigate({ to: "/deals", search: (old) => ({ ...old, view: next }) })
          }
        />
        {active.length > 1 && (
          <Select
            aria-label={t`Воронка`}
            size="sm"
            allowDeselect={false}
            data={active.map(({ id, name }) => ({ value: id, label: name }))}
            value={pipeline ?? active[0]?.id ?? null}
            onChange={(next) =>
              void navigate({
                to: "/deals",
                search: (old) => ({ ...old, pipeline: next ?? undefined }),
              })
            }
          />
        )}
        <div className={css.gap} />
        <Button kind="primary" onClick={() => setAdding(true)}>
          <IconPlus size={17} stroke={1.7} aria-hidden="true" />
          {t`Новая сделка`}
          <KeyCap tone="fill">N</KeyCap>
        </Button>
      </header>
      {isAdding && <NewDealForm onClose={() => setAdding(false)} />}
      {view === "board" ? (
        <DealBoardView pipeline={pipeline} />
      ) : (
        <DealsTable pipeline={pipeline} />
      )}
    </div>
  );
}
