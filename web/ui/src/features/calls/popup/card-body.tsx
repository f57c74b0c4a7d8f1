import { clientOf } from "../call-names";
import type { LiveCall } from "../calls-state";
import { CandidateChooser } from "../candidate-chooser";
import { QuickCreate } from "../quick-create-later";
import { CardBaton } from "./card-baton";
import css from "./card-body.module.css";
import { CardFacts } from "./card-facts";

/** What is known about the caller, and where nobody is known, the way to say who it is. */
export function CardBody({ live }: { live: LiveCall }) {
  const { card, call } = live;
  const isKnown = clientOf(live) !== null;
  const isOver = live.ending !== null;
  const candidates = card?.candidates ?? [];
  const isAsked = !isKnown && !isOver && call.direction !== "internal";
  return (
    <div className={css.body}>
      {card?.baton && !isOver && <CardBaton baton={card.baton} />}
      {card?.greeting && isKnown && !isOver && <p className={css.greeting}>{card.greeting}</p>}
      {card && card.facts.length > 0 && <CardFacts facts={card.facts.slice(0, 4)} />}
      {isAsked && candidates.length > 0 && (
        <CandidateChooser callId={live.id} candidates={candidates.slice(0, 5)} />
      )}
      {isAsked && candidates.length === 0 && <QuickCreate call={call} isCompact />}
    </div>
  );
}
