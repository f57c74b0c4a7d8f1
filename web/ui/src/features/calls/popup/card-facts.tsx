import type { Fact } from "@/lib/wire";
import css from "./card-facts.module.css";
import { FactRow } from "./fact-row";

/** At most four facts, one line each. */
export function CardFacts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={css.facts}>
      {tellOnce(facts).map((fact) => (
        <FactRow key={fact.kind} fact={fact} />
      ))}
    </dl>
  );
}

/** Where the last contact is the very call that was missed, the missed call says it all. */
function tellOnce(facts: readonly Fact[]): readonly Fact[] {
  const missed = facts.find((fact) => fact.kind === "missed_today");
  return facts.filter((fact) => fact.kind !== "last_contact" || fact.at !== missed?.at);
}
