// To whom a call can be passed on, by what was typed. Pure.
import type { Colleague } from "@/lib/wire";

export type Target = {
  to: string;
  name: string | null;
  state: Colleague["state"] | null;
};

const RANK: Record<Colleague["state"], number> = {
  ready: 0,
  wrap_up: 1,
  ringing: 2,
  on_call: 3,
  paused: 4,
  lost: 5,
  offline: 6,
};
const NUMBER = /^\+?[\d\s()*#.-]{2,40}$/;

/** Colleagues whose name or extension fits, the free ones first; then the typed number itself. */
export function findTargets(colleagues: readonly Colleague[], text: string): readonly Target[] {
  const wanted = text.trim().toLocaleLowerCase();
  const fits = (one: Colleague) =>
    one.extension.startsWith(wanted) || one.name.toLocaleLowerCase().includes(wanted);
  const found = colleagues
    .filter(fits)
    .toSorted(
      (first, second) =>
        RANK[first.state] - RANK[second.state] || first.name.localeCompare(second.name),
    )
    .map((one): Target => ({ to: one.extension, name: one.name, state: one.state }));
  const isKnown = found.some((target) => target.to === wanted);
  if (isKnown || !NUMBER.test(wanted)) return found;
  return [...found, { to: wanted, name: null, state: null }];
}
