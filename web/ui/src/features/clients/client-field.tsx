import { useLingui } from "@lingui/react/macro";
import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Named } from "@/lib/wire";
import { fetchClients } from "./clients-api";

type Props = { value: Named | null; onChange: (client: Named | null) => void };

/** A client chosen by a part of the name or number. */
export function ClientField({ value, onChange }: Props) {
  const { t } = useLingui();
  const [text, setText] = useState("");
  const [asked] = useDebouncedValue(text.trim(), 120);
  const found = useQuery({
    queryKey: ["clients", "field", asked],
    queryFn: ({ signal }) => fetchClients({ q: asked, limit: 8 }, signal),
    enabled: asked.length >= 2,
    placeholderData: (previous) => previous,
  });
  const items = found.data?.items ?? [];
  const known = value && !items.some((client) => client.id === value.id) ? [value] : [];
  return (
    <Select
      aria-label={t`Клиент`}
      placeholder={t`Клиент`}
      size="md"
      searchable
      clearable
      data={[...known, ...items].map(({ id, name }) => ({ value: id, label: name }))}
      filter={({ options }) => options} // the server has found them already
      value={value?.id ?? null}
      searchValue={text}
      onSearchChange={setText}
      nothingFoundMessage={asked.length >= 2 ? t`Никого не нашлось` : t`Имя или номер`}
      onChange={(id) => {
        const client = items.find((one) => one.id === id);
        onChange(client ? { id: client.id, name: client.name } : null);
      }}
      clearButtonProps={{ "aria-label": t`Снять клиента` }}
      comboboxProps={{ withinPortal: false }}
    />
  );
}
