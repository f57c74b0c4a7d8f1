import { useLingui } from "@lingui/react/macro";
import { useLive } from "@/features/calls/live-store";
import { useMe } from "@/features/session/session-context";

/** Why nothing can be asked of the PBX now; null when it can. */
export function useLineTrouble(): string | null {
  const { t } = useLingui();
  const me = useMe();
  const lostAt = useLive((live) => live.lostAt);
  const links = useLive((live) => live.calls.links);
  if (me.extensions.length === 0)
    return t`За вами нет телефона: внутренний номер даёт администратор.`;
  if (lostAt !== null) return t`Нет связи с сервером`;
  const own = me.extensions.map(({ pbx }) => links.find((link) => link.pbx === pbx));
  return own.some((link) => link?.is_up) ? null : t`Нет связи с АТС`;
}
