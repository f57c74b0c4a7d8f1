import css from "./key-cap.module.css";

/** The key that does the same. For the eye only: the name of the button says what happens. */
export function KeyCap({ children, tone }: { children: string | number; tone?: "fill" }) {
  return (
    <span className={css.cap} data-tone={tone} aria-hidden="true">
      {children}
    </span>
  );
}
