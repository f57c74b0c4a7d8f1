import { useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import css from "./settings.module.css";
import type { Titles } from "./titled-codes";

type Props = {
  label: string;
  action: string;
  isBusy: boolean;
  onAdd: (titles: Titles, done: () => void) => void;
};

/** One more word for the office's list, in Russian and, if need be, in English. */
export function NewTitles({ label, action, isBusy, onAdd }: Props) {
  const { t } = useLingui();
  const [ru, setRussian] = useState("");
  const [en, setEnglish] = useState("");
  const empty = () => {
    setRussian("");
    setEnglish("");
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ru.trim() && !isBusy) onAdd({ ru: ru.trim(), en: en.trim() }, empty);
  };
  return (
    <form className={css.tools} onSubmit={submit}>
      <input
        className={css.field}
        aria-label={label}
        placeholder={label}
        maxLength={60}
        value={ru}
        onChange={(event) => setRussian(event.currentTarget.value)}
      />
      <input
        className={css.field}
        aria-label={t`По-английски`}
        placeholder={t`По-английски`}
        maxLength={60}
        value={en}
        onChange={(event) => setEnglish(event.currentTarget.value)}
      />
      <Button type="submit" isBusy={isBusy} isOff={!ru.trim()}>
        {action}
      </Button>
    </form>
  );
}
