import { useLingui } from "@lingui/react/macro";
import { formatNumber } from "@/lib/format-number";
import { Problem } from "@/lib/problem";
import { useFormat } from "@/lib/use-format";
import css from "./missed-calls-page.module.css";
import type { CallBack } from "./use-call-back";

type Props = { outcome: CallBack | undefined; error: unknown };

/** What has become of the press: the phone rings, a number is to be dialled, or somebody was first. */
export function CallBackOutcome({ outcome, error }: Props) {
  const { t } = useLingui();
  const format = useFormat();
  if (error) {
    const about = error instanceof Problem ? (error.body.about as Record<string, string>) : null;
    const code = error instanceof Problem ? error.code : "";
    const who = about?.who ?? "";
    const until = about?.until ? format.time(about.until) : "";
    const text =
      code === "already_claimed"
        ? t`Уже звонит ${who}, до ${until}. Возьмите следующего.`
        : code === "debt_ended"
          ? t`С этим клиентом уже поговорили.`
          : t`Позвонить не получилось. Попробуйте ещё раз.`;
    return (
      <p className={css.outcome} data-tone="bad" role="alert">
        {text}
      </p>
    );
  }
  if (!outcome) return null;
  const number = formatNumber(outcome.number);
  return (
    <p className={css.outcome} role="status">
      {outcome.way === "placed" ? (
        t`Звоним на ${number}: снимите трубку.`
      ) : (
        <>
          {t`Наберите на телефоне:`} <a href={`tel:${outcome.number}`}>{number}</a>
        </>
      )}
    </p>
  );
}
