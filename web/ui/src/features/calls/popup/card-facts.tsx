import type { Fact } from "@/lib/wire";
import css from "./card-facts.module.css";
import { FactRow } from "./fact-row";

/** At most four facts, one line each. */
export function CardFacts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={css.facts}>
      {facts.map((fact) => (
        <FactRow key={fact.kind} fact={fact} />
      ))}
    </dl>
  );
}
