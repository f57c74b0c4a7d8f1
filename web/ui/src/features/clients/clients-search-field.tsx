import { useLingui } from "@lingui/react/macro";
import { IconSearch } from "@tabler/icons-react";
import { useRef } from "react";
import { KeyCap } from "@/components/key-cap";
import { useHotKey } from "@/lib/use-hot-key";
import css from "./clients-page.module.css";

type Props = { text: string; onChange: (text: string) => void };

/** Find in the list. */
export function ClientsSearchField({ text, onChange }: Props) {
  const { t } = useLingui();
  const field = useRef<HTMLInputElement>(null);
  useHotKey("Slash", () => field.current?.focus());
  return (
    <div className={css.search}>
      <IconSearch size={16} stroke={1.7} aria-hidden="true" />
      <input
        ref={field}
        type="search"
        aria-label={t`Искать клиентов`}
        placeholder={t`Часть имени или номера`}
        autoComplete="off"
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.code === "Escape" || event.code === "ArrowDown") event.currentTarget.blur();
        }}
      />
      {text === "" && <KeyCap>/</KeyCap>}
    </div>
  );
}
