import { useLingui } from "@lingui/react/macro";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import { LoadFailure } from "@/components/load-failure";
import { Skeleton } from "@/components/skeleton";
import { Tag } from "@/components/tag";
import { fetchDispositions } from "@/features/calls/calls-api";
import { FormFailure } from "./form-failure";
import { changeResult, createResult, orderResults, RESULTS_KEY } from "./office-api";
import { ResultTitles } from "./result-titles";
import css from "./settings.module.css";
import { AUDIT_KEY } from "./settings-api";
import { SettingsSection } from "./settings-section";

/** What an agent can say came of a talk. */
export function ResultsSection() {
  const { t } = useLingui();
  const queries = useQueryClient();
  const [ru, setRussian] = useState("");
  const [en, setEnglish] = useState("");
  const [renamed, setRenamed] = useState<string | null>(null);
  const results = useQuery({ queryKey: RESULTS_KEY, queryFn: () => fetchDispositions() });
  const codes = results.data?.map(({ code }) => code) ?? [];
  const onSuccess = () => {
    for (const queryKey of [RESULTS_KEY, AUDIT_KEY]) void queries.invalidateQueries({ queryKey });
  };
  const creation = useMutation({
    mutationFn: () => createResult({ ru: ru.trim(), en: en.trim() }),
    onSuccess: () => {
      setRussian("");
      setEnglish("");
      onSuccess();
    },
  });
  const order = useMutation({ mutationFn: orderResults, onSuccess });
  const change = useMutation({
    mutationFn: ({ code, is_active }: { code: string; is_active: boolean }) =>
      changeResult(code, { is_active }),
    onSuccess,
  });
  const rename = useMutation({
    mutationFn: ({ code, titles }: { code: string; titles: { ru: string; en: string } }) =>
      changeResult(code, { titles }),
    onSuccess: () => {
      setRenamed(null);
      onSuccess();
    },
  });
  const swap = (place: number) => {
    const next = [...codes];
    const [one, other] = [next[place], next[place + 1]];
    if (one === undefined || other === undefined) return;
    next[place] = other;
    next[place + 1] = one;
    order.mutate(next);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ru.trim() && !creation.isPending) creation.mutate();
  };
  return (
    <SettingsSection
      title={t`Итоги разговора`}
      lead={t`Что оператор выбирает после звонка: цифрой или одним щелчком. Какие итоги у какой очереди, выбирают в разделе «Очереди».`}
      objects={["disposition"]}
    >
      <form className={css.tools} onSubmit={submit}>
        <input
          className={css.field}
          aria-label={t`Новый итог`}
          placeholder={t`Новый итог`}
          maxLength={60}
          value={ru}
          onChange={(event) => setRussian(event.currentTarget.value)}
        />
        <input
          className={css.field}
          aria-label={t`По-английски`}
          placeholder={t`По-английски`}
          maxLength={60}
          value={en}
          onChange={(event) => setEnglish(event.currentTarget.value)}
        />
        <Button type="submit" isBusy={creation.isPending} isOff={!ru.trim()}>
          {t`Добавить итог`}
        </Button>
      </form>
      <FormFailure error={creation.error ?? rename.error ?? change.error ?? order.error} />
      {results.isPending && <Skeleton lines={6} height={22} />}
      {results.isError && (
        <LoadFailure error={results.error} onRetry={() => void results.refetch()} />
      )}
      {results.data && (
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
            {results.data.map(({ code, titles, is_active }, place) =>
              code === renamed ? (
                <tr key={code}>
                  <td colSpan={3}>
                    <ResultTitles
                      titles={titles}
                      isBusy={rename.isPending}
                      onSave={(next) => rename.mutate({ code, titles: next })}
                      onCancel={() => setRenamed(null)}
                    />
                  </td>
                </tr>
              ) : (
                <tr key={code} data-off={!is_active || undefined}>
                  <td>
                    <span className={css.name}>{titles.ru}</span>{" "}
                    {!is_active && <Tag>{t`убран`}</Tag>}
                  </td>
                  <td>{titles.en}</td>
                  <td>
                    <Button
                      size="s"
                      kind="quiet"
                      isOff={place === 0}
                      aria-label={t`Выше: ${titles.ru ?? code}`}
                      onClick={() => swap(place - 1)}
                    >
                      <IconArrowUp size={16} stroke={1.7} aria-hidden="true" />
                    </Button>
                    <Button
                      size="s"
                      kind="quiet"
                      isOff={place === codes.length - 1}
                      aria-label={t`Ниже: ${titles.ru ?? code}`}
                      onClick={() => swap(place)}
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
                      onClick={() => change.mutate({ code, is_active: !is_active })}
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
    </SettingsSection>
  );
}
