import { useLingui } from "@lingui/react/macro";
import { IconCircle, IconCircleCheck } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Suspense } from "react";
import { Button } from "@/components/button";
import { LoadFailure } from "@/components/load-failure";
import { Notice } from "@/components/notice";
import { Skeleton } from "@/components/skeleton";
import { useMe } from "@/features/session/session-context";
import { FormFailure } from "@/features/settings/form-failure";
import { DemoHint } from "./demo-hint";
import css from "./setup.module.css";
import { fetchSteps, finishSetup, SETUP_KEY } from "./setup-api";
import { STEPS } from "./steps";

// A step may be done on its own page: a link that logs in, a file that was read to its end.
const LOOK_AGAIN = 4_000;

/** What is worth doing next. Every step can be skipped, and stands in the settings as well. */
export function SetupPage() {
  const { t, i18n } = useLingui();
  const me = useMe();
  const navigate = useNavigate();
  const { step } = useSearch({ from: "/setup" });
  const setup = useQuery({
    queryKey: SETUP_KEY,
    queryFn: fetchSteps,
    enabled: me.role === "admin",
    refetchInterval: LOOK_AGAIN,
  });
  if (me.role !== "admin")
    return <Notice title={t`Сюда нет доступа`}>{t`Доступ открывает администратор.`}</Notice>;
  const place = STEPS.findIndex(({ id }) => id === step);
  const at = step === "done" ? STEPS.length : Math.max(0, place);
  const current = STEPS[at];
  const idOf = (index: number) => STEPS[index]?.id ?? "done";
  const go = (index: number) => void navigate({ to: "/setup", search: { step: idOf(index) } });
  return (
    <div className={css.wizard}>
      <header className={css.head}>
        <h1>{t`Первые шаги`}</h1>
        <Link to="/settings">{t`Всё это есть и в настройках`}</Link>
      </header>
      <nav className={css.steps} aria-label={t`Первые шаги`}>
        {[...STEPS, null].map((one, index) => {
          const isDone = one ? setup.data?.steps[one.id] : setup.data?.is_finished;
          return (
            <Link
              key={idOf(index)}
              to="/setup"
              search={{ step: idOf(index) }}
              className={css.item}
              aria-current={index === at ? "step" : undefined}
              data-done={isDone || undefined}
            >
              {isDone ? (
                <IconCircleCheck size={16} stroke={1.7} aria-label={t`сделано`} />
              ) : (
                <IconCircle size={16} stroke={1.7} aria-hidden="true" />
              )}
              {one ? i18n._(one.title) : t`Готово`}
            </Link>
          );
        })}
      </nav>
      {setup.isError && <LoadFailure error={setup.error} onRetry={() => void setup.refetch()} />}
      {current ? (
        <>
          <Suspense key={current.id} fallback={<Skeleton lines={6} height={20} />}>
            <current.component />
          </Suspense>
          <footer className={css.foot}>
            {at > 0 && <Button onClick={() => go(at - 1)}>{t`Назад`}</Button>}
            <Button
              kind="primary"
              onClick={() => {
                void setup.refetch();
                go(at + 1);
              }}
            >
              {setup.data?.steps[current.id] ? t`Дальше` : t`Пропустить`}
            </Button>
          </footer>
        </>
      ) : (
        <LastStep />
      )}
    </div>
  );
}

function LastStep() {
  const { t } = useLingui();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const finishing = useMutation({
    mutationFn: () => finishSetup(true),
    onSuccess: (setup) => {
      queries.setQueryData(SETUP_KEY, setup);
      void navigate({ to: "/" });
    },
  });
  return (
    <section className={css.done} aria-label={t`Готово`}>
      <h2>{t`Можно работать`}</h2>
      <p>
        {t`Позвоните на внутренний номер оператора, который вошёл: карточка появится раньше, чем он скажет «алло». Что пропущено, ждёт в настройках.`}
      </p>
      <FormFailure error={finishing.error} />
      <Button
        kind="primary"
        size="l"
        isBusy={finishing.isPending}
        onClick={() => finishing.mutate()}
      >
        {t`Закончить и открыть рабочее место`}
      </Button>
      <DemoHint />
    </section>
  );
}
