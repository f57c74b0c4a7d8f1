import { useLingui } from "@lingui/react/macro";
import { IconX } from "@tabler/icons-react";
import { type ReactNode, useEffect, useId, useRef } from "react";
import css from "./sheet.module.css";

type Props = {
  title: string;
  /** The title is for listeners only: the content shows by itself what it is. */
  isTitleHidden?: boolean;
  onClose: () => void;
  children: ReactNode;
};

/**
 * Something asked for that lies over the page until it is done. Not modal: a call that rings
 * meanwhile stands above it and can be reached; going anywhere else closes it.
 */
export function Sheet({ title, isTitleHidden = false, onClose, children }: Props) {
  const { t } = useLingui();
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const field = box.current?.querySelector<HTMLElement>("input, button");
    field?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <div
      className={css.veil}
      onPointerDown={(event) => event.target === event.currentTarget && onClose()}
    >
      <div
        ref={box}
        className={css.sheet}
        role="dialog"
        aria-labelledby={id}
        onBlur={(event) => {
          const next = event.relatedTarget;
          if (
            next instanceof Element &&
            next.closest("main, header, nav") &&
            !box.current?.contains(next)
          ) {
            onClose();
          }
        }}
        onKeyDown={(event) => {
          if (event.code !== "Escape") return;
          event.stopPropagation();
          onClose();
        }}
      >
        <div className={isTitleHidden ? "visually-hidden" : css.head}>
          <h2 id={id}>{title}</h2>
          {!isTitleHidden && (
            <button type="button" className={css.close} onClick={onClose} aria-label={t`Закрыть`}>
              <IconX size={18} stroke={1.7} aria-hidden="true" />
            </button>
          )}
        </div>
        {children}
      </div>
    </div>
  );
}
