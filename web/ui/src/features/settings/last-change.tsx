import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useMe } from "@/features/session/session-context";
import { useNow } from "@/lib/clock";
import { useFormat } from "@/lib/use-format";
import css from "./settings.module.css";
import { AUDIT_KEY, fetchAudit } from "./settings-api";

/** Who changed these settings last, for those who may read the audit. */
export function LastChange({ objects }: { objects: readonly string[] }) {
  const { t } = useLingui();
  const me = useMe();
  const format = useFormat();
  const now = useNow();
  const object = objects.join(",");
  const last = useQuery({
    queryKey: [...AUDIT_KEY, "last", object],
    queryFn: () => fetchAudit({ object, limit: 1 }),
    enabled: me.role === "admin",
  });
  const entry = last.data?.items[0];
  if (!entry) return null;
  const who = entry.by?.name ?? t`система`;
  const when = format.when(entry.at, now);
  return <p className={css.changed}>{t`Последнее изменение: ${who}, ${when}`}</p>;
}
