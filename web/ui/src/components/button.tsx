import type { ButtonHTMLAttributes, Ref } from "react";
import css from "./button.module.css";

type Props = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "className" | "disabled"> & {
  kind?: "primary" | "live" | "quiet" | "outline";
  size?: "s" | "m" | "l";
  isBusy?: boolean;
  isOff?: boolean;
  ref?: Ref<HTMLButtonElement>;
};

/** A button with a verb on it. While busy it keeps its place and its focus. */
export function Button({ kind = "outline", size = "m", isBusy, isOff, onClick, ...rest }: Props) {
  return (
    <button
      type="button"
      {...rest}
      className={css.button}
      data-kind={kind}
      data-size={size}
      disabled={isOff}
      aria-disabled={isBusy || undefined}
      onClick={isBusy ? undefined : onClick}
    />
  );
}
