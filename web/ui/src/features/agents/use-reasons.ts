import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { fetchReasons, REASONS_KEY } from "./agents-api";

const useAllReasons = () =>
  useQuery({ queryKey: REASONS_KEY, queryFn: fetchReasons, staleTime: 300_000 });

/** What can be chosen for a pause, in its order. */
export function useReasons(): readonly { code: string; title: string }[] {
  const titleOf = useReasonTitle();
  const { data = [] } = useAllReasons();
  return data
    .filter(({ is_active }) => is_active)
    .map(({ code }) => ({ code, title: titleOf(code) }));
}

/** How people call a reason; the PBX's own word where somebody was paused there with another. */
export function useReasonTitle(): (code: string) => string {
  const { i18n } = useLingui();
  const { data = [] } = useAllReasons();
  return (code) => {
    const titles = data.find((reason) => reason.code === code)?.titles;
    return (i18n.locale === "en" ? titles?.en : titles?.ru) ?? code;
  };
}
