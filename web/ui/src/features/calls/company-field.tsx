import { useLingui } from "@lingui/react/macro";
import { Autocomplete } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { fetchClients } from "@/features/clients/clients-api";

type Props = {
  value: string;
  onChange: (value: string) => void;
  /** Where the offers open: in the popup there is room only above. */
  position?: "top" | "bottom";
};

const PAUSE_MS = 150;

/** A company by name: those we know are offered, a new one is simply typed. */
export function CompanyField({ value, onChange, position = "top" }: Props) {
  const { t } = useLingui();
  const [asked] = useDebouncedValue(value.trim(), PAUSE_MS);
  const { data } = useQuery({
    queryKey: ["companies", asked],
    queryFn: ({ signal }) => fetchClients({ q: asked, limit: 20 }, signal),
    enabled: asked.length >= 2,
  });
  const names = (data?.items ?? []).flatMap((client) =>
    client.kind === "company" ? [client.name] : client.company ? [client.company.name] : [],
  );
  return (
    <Autocomplete
      aria-label={t`Компания`}
      placeholder={t`Компания, если есть`}
      data={[...new Set(names)].slice(0, 5)}
      value={value}
      onChange={onChange}
      comboboxProps={{ withinPortal: false, position }}
    />
  );
}
