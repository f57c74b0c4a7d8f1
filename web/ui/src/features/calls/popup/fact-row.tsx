import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { dueWords, isOverdue } from "@/features/tasks/due";
import { promiseTitle } from "@/features/tasks/task-title";
import { useNow } from "@/lib/clock";
import { shortMoney } from "@/lib/money";
import { type Format, useFormat } from "@/lib/use-format";
import type { Fact, LastContact } from "@/lib/wire";
import css from "./card-facts.module.css";

const MINUTE = 60;
const DAY_MS = 86_400_000;

/** `вчера, Олег Дёмин, 4 мин` */
function lastContactInWords(contact: LastContact, format: Format, now: number): string {
  const { talk_seconds: talk } = contact;
  const rounded = talk >= MINUTE ? Math.round(talk / MINUTE) * MINUTE : talk;
  const length = talk > 0 ? format.duration(rounded) : null;
  return [format.when(contact.at, now), contact.user?.name, length].filter(Boolean).join(", ");
}

/** One fact: what it is, and what it says. */
export function FactRow({ fact }: { fact: Fact }) {
  const { t, i18n } = useLingui();
  const format = useFormat();
  const now = useNow();
  const row = (label: string, value: string, tone?: "bad") => (
    <div className={css.row} data-tone={tone}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
  switch (fact.kind) {
    case "last_contact": {
      const isMissed = fact.direction === "inbound" && fact.result !== "answered";
      const label = isMissed ? t`Не дозвонился` : t`Прошлый звонок`;
      return row(label, lastContactInWords(fact, format, now));
    }
    case "missed_today": {
      const at = format.time(fact.at);
      const times = plural(fact.count, {
        one: "# раз",
        few: "# раза",
        many: "# раз",
        other: "# раза",
      });
      const text = fact.count > 1 ? t`сегодня ${times}, последний в ${at}` : t`сегодня в ${at}`;
      return row(t`Пропущен`, text, "bad");
    }
    case "open_deal": {
      const { amount_minor: amount, currency, stage, count } = fact;
      const money = amount === null ? null : shortMoney(amount, currency, t`млн`);
      const many = plural(count, {
        one: "# сделка",
        few: "# сделки",
        many: "# сделок",
        other: "# сделки",
      });
      const newest = [[fact.title, money].filter(Boolean).join(", "), stage].join(" · ");
      return row(t`Сделка`, count > 1 ? `${many}: ${newest}` : newest);
    }
    case "pending_task": {
      const isPromise = fact.task_kind === "promise";
      const title = isPromise ? promiseTitle(i18n, fact.title) : fact.title;
      const late = now - Date.parse(fact.due_at);
      const due = dueWords(format.place, fact, now);
      if (!isOverdue(fact, format.place.zone, now)) {
        return row(isPromise ? t`Обещали` : t`Задача`, `${title}, ${due}`);
      }
      if (isPromise) return row(t`Обещали и не сделали`, `${title}, ${due}`, "bad");
      const by =
        late < DAY_MS ? format.duration(Math.max(60, Math.floor(late / 60_000) * 60)) : due;
      return row(
        t`Задача`,
        late < DAY_MS ? t`${fact.title}, просрочена на ${by}` : t`${fact.title}, просрочена: ${by}`,
        "bad",
      );
    }
    case "earlier_calls":
      return row(
        t`Раньше`,
        t`${plural(fact.count, { one: "звонил # раз", few: "звонил # раза", many: "звонил # раз", other: "звонил # раза" })}, без карточки`,
      );
    case "responsible":
      return row(t`Ведёт`, fact.user.name);
    default:
      return null;
  }
}
