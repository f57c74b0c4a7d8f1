import { useLingui } from "@lingui/react/macro";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { type QueryKey, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/button";
import { LoadFailure } from "@/components/load-failure";
import { Skeleton } from "@/components/skeleton";
import { Tag } from "@/components/tag";
import { FormFailure } from "./form-failure";
import { NewTitles } from "./new-titles";
import css from "./settings.module.css";
import { AUDIT_KEY } from "./settings-api";
import { TitlesForm } from "./titles-form";

export type Titles = { ru: string; en: string };
type TitledCode = {
  code: string;
  titles: Readonly<Record<string, string>>;
  is_active: boolean;
};
type Props = {
  queryKey: QueryKey;
  fetch: () => Promise<readonly TitledCode[]>;
  /** What the field for a new one, its button and the mark of one out of use say. */
  words: { fresh: string; add: string; gone: string };
  create: (titles: Titles) => Promise<unknown>;
  change: (code: string, to: { titles: Titles } | { is_active: boolean }) => Promise<unknown>;
  /** Put the one at `place` where the one at `to` stands. */
  move: (codes: readonly string[], place: number, to: number) => Promise<unknown>;
};

/** A list of the office's own words that people choose from, in their order. */
export function TitledCodes({ queryKey, fetch, words, create, change, move }: Props) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const [renamed, setRenamed] = useState<string | null>(null);
  const rows = useQuery({ queryKey, queryFn: fetch });
  const work = useMutation({
    mutationFn: (step: () => Promise<unknown>) => step(),
    onSuccess: () => {
      for (const key of [queryKey, AUDIT_KEY]) void queries.invalidateQueries({ queryKey: key });
    },
  });
  const codes = rows.data?.map(({ code }) => code) ?? [];
  const shift = (place: number, to: number) => work.mutate(() => move(codes, place, to));
  return (
    <>
      <NewTitles
        label={words.fresh}
        action={words.add}
        isBusy={work.isPending}
        onAdd={(titles, done) => work.mutate(() => create(titles), { onSuccess: done })}
      />
      <FormFailure error={work.error} />
      {rows.isPending && <Skeleton lines={6} height={22} />}
      {rows.isError && <LoadFailure error={rows.error} onRetry={() => void rows.refetch()} />}
      {rows.data && (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{t`По-русски`}</th>
              <th scope="col">{t`По-английски`}</th>
              <th scope="col">
                <span className="visually-hidden">{t`Действия`}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.data.map(({ code, titles, is_active }, place) =>
              code === renamed ? (
                <tr key={code}>
                  <td colSpan={3}>
                    <TitlesForm
                      titles={titles}
                      isBusy={work.isPending}
                      onSave={(next) =>
                        work.mutate(() => change(code, { titles: next }), {
                          onSuccess: () => setRenamed(null),
                        })
                      }
                      onCancel={() => setRenamed(null)}
                    />
                  </td>
                </tr>
              ) : (
                <tr key={code} data-off={!is_active || undefined}>
                  <td>
                    <span className={css.name}>{titles.ru}</span>{" "}
                    {!is_active && <Tag>{words.gone}</Tag>}
                  </td>
                  <td>{titles.en}</td>
                  <td>
                    <Button
                      size="s"
                      kind="quiet"
                      isOff={place === 0}
                      aria-label={t`Выше: ${titles.ru ?? code}`}
                      onClick={() => shift(place, place - 1)}
                    >
                      <IconArrowUp size={16} stroke={1.7} aria-hidden="true" />
                    </Button>
                    <Button
                      size="s"
                      kind="quiet"
                      isOff={place === codes.length - 1}
                      aria-label={t`Ниже: ${titles.ru ?? code}`}
                      onClick={() => shift(place, place + 1)}
                    >
                      <IconArrowDown size={16} stroke={1.7} aria-hidden="true" />
                    </Button>{" "}
                    <Button
                      size="s"
                      aria-label={t`Переименовать: ${titles.ru ?? code}`}
                      onClick={() => setRenamed(code)}
                    >
                      {t`Переименовать`}
                    </Button>{" "}
                    <Button
                      size="s"
                      aria-label={
                        is_active
                          ? t`Убрать: ${titles.ru ?? code}`
                          : t`Вернуть: ${titles.ru ?? code}`
                      }
                      onClick={() => work.mutate(() => change(code, { is_active: !is_active }))}
                    >
                      {is_active ? t`Убрать` : t`Вернуть`}
                    </Button>
                  </td>
                </tr>
              ),
            )}
          </tbody>
        </table>
      )}
    </>
  );
}
