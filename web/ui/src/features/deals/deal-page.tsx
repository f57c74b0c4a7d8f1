import { useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { LoadFailure } from "@/components/load-failure";
import { Skeleton } from "@/components/skeleton";
import { CardLayout } from "@/features/clients/card-layout";
import { NoteComposer } from "@/features/clients/note-composer";
import timeline from "@/features/clients/timeline.module.css";
import { TimelineFeed } from "@/features/clients/timeline-feed";
import { DealFields } from "./deal-fields";
import css from "./deal-item.module.css";
import { dealKey, fetchDeal } from "./deals-api";

/** A deal: where it stands on the left, what happened on the right. */
export function DealPage() {
  const { t } = useLingui();
  const { dealId } = useParams({ from: "/deals/$dealId" });
  const deal = useQuery({ queryKey: dealKey(dealId), queryFn: () => fetchDeal(dealId) });
  const left = deal.data ? (
    <DealFields key={dealId} deal={deal.data} />
  ) : deal.isError ? (
    <LoadFailure error={deal.error} onRetry={() => void deal.refetch()} />
  ) : (
    <Skeleton lines={8} height={20} />
  );
  return (
    <CardLayout left={left}>
      {!deal.isError && (
        <>
          <header className={timeline.head}>
            <h2 className={css.title}>{t`История сделки`}</h2>
          </header>
          <div className={timeline.feed}>
            <div className={timeline.inside}>
              <NoteComposer recordId={dealId} />
              <TimelineFeed of="deal" recordId={dealId} kind={null} />
            </div>
          </div>
        </>
      )}
    </CardLayout>
  );
}
