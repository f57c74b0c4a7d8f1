import { useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/button";
import css from "./settings.module.css";
import type { Titles } from "./titled-codes";

type Props = {
  titles: Readonly<Record<string, string>>;
  isBusy: boolean;
  onSave: (titles: Titles) => void;
  onCancel: () => void;
};

/** What a word of the office is called, in place. What has it already shows the new words. */
export function TitlesForm({ titles, isBusy, onSave, onCancel }: Props) {
  const { t } = useLingui();
  const [ru, setRussian] = useState(titles.ru ?? "");
  const [en, setEnglish] = useState(titles.en ?? "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ru.trim() && !isBusy) onSave({ ru: ru.trim(), en: en.trim() });
  };
  return (
    <form
      className={css.row}
      onSubmit={submit}
      onKeyDown={(event) => event.code === "Escape" && onCancel()}
    >
      <input
        className={css.field}
        aria-label={t`Новое название по-русски`}
        maxLength={60}
        value={ru}
        // biome-ignore lint/a11y/noAutofocus: the row was just asked to be typed in
        autoFocus
        onChange={(event) => setRussian(event.currentTarget.value)}
      />
      <input
        className={css.field}
        aria-label={t`Новое название по-английски`}
        maxLength={60}
        value={en}
        onChange={(event) => setEnglish(event.currentTarget.value)}
      />
      <Button type="submit" size="s" kind="primary" isBusy={isBusy} isOff={!ru.trim()}>
        {t`Сохранить`}
      </Button>
      <Button size="s" onClick={onCancel}>{t`Отмена`}</Button>
    </form>
  );
}
