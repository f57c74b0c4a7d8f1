import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { fetchSteps, SETUP_KEY } from "./setup-api";

/** A quiet word to an administrator who has not seen the first steps through. */
export function SetupReminder({ className }: { className: string | undefined }) {
  const { t } = useLingui();
  const setup = useQuery({ queryKey: SETUP_KEY, queryFn: fetchSteps });
  if (!setup.data || setup.data.is_finished) return null;
  return (
    <Link to="/setup" className={className}>
      {t`Первые шаги ещё не пройдены`}
    </Link>
  );
}
