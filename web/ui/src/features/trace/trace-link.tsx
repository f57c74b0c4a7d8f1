import { useLingui } from "@lingui/react/macro";
import { IconListSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMe } from "@/features/session/session-context";

/** The way into a call's black box, for those who may open it. */
export function TraceLink({
  callId,
  className,
}: {
  callId: string;
  className?: string | undefined;
}) {
  const { t } = useLingui();
  const { role } = useMe();
  if (role !== "supervisor" && role !== "admin") return null;
  return (
    <Link
      to="/calls/$callId/trace"
      params={{ callId }}
      className={className}
      title={t`Разбор звонка`}
      aria-label={t`Разбор звонка`}
    >
      <IconListSearch size={16} stroke={1.7} aria-hidden="true" />
    </Link>
  );
}
