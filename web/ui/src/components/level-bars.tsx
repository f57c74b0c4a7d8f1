import css from "./level-bars.module.css";

/** Somebody is talking. A sign, not a measurement: a desk phone's sound is not heard here. */
export function LevelBars() {
  return (
    <span className={css.bars} aria-hidden="true">
      <i />
      <i />
      <i />
      <i />
      <i />
      <i />
    </span>
  );
}
