import { useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "@/components/button";
import { LoadFailure } from "@/components/load-failure";
import { Notice } from "@/components/notice";
import { Skeleton } from "@/components/skeleton";
import { useLiveItems } from "@/features/calls/live-items";
import { serverNow } from "@/lib/clock";
import { dayOf } from "@/lib/format-time";
import { useFormat } from "@/lib/use-format";
import { fetchTimeline, type TimelineKind, type TimelineOf, timelineKey } from "./clients-api";
import css from "./timeline.module.css";
import { TimelineEntry } from "./timeline-entry";

type Props = { of?: TimelineOf; recordId: string; kind: TimelineKind | null };

/** What is over: day by day, newest first. */
export function TimelineFeed({ of = "client", recordId, kind }: Props) {
  const { t } = useLingui();
  const format = useFormat();
  const onTop = useLiveItems({ clientId: of === "client" ? recordId : "" }).map(
    (item) => item.call.id,
  );
  const feed = useInfiniteQuery({
    queryKey: [...timelineKey(recordId), kind],
    queryFn: ({ pageParam }) => fetchTimeline(of, recordId, kind, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  if (feed.isPending) return <Skeleton lines={6} height={44} />;
  if (feed.isError && !feed.data) {
    return <LoadFailure error={feed.error} onRetry={() => void feed.refetch()} />;
  }
  const items = feed.data.pages
    .flatMap((page) => page.items)
    .filter(
      (item) => !item.call || (item.call.status === "ended" && !onTop.includes(item.call.id)),
    );
  if (items.length === 0 && onTop.length === 0) {
    return <Notice title={kind === "note" ? t`Заметок пока нет` : t`Истории пока нет`} />;
  }
  const now = serverNow();
  const { zone } = format.place;
  return (
    <>
      {items.map((item, index) => {
        const before = items[index - 1];
        const isNewDay = !before || dayOf(zone, before.at) !== dayOf(zone, item.at);
        return (
          <div key={item.id}>
            {isNewDay && <h2 className={css.day}>{format.dayHeading(item.at, now)}</h2>}
            <TimelineEntry item={item} recordId={recordId} />
          </div>
        );
      })}
      {feed.hasNextPage && (
        <Button isBusy={feed.isFetchingNextPage} onClick={() => void feed.fetchNextPage()}>
          {t`Показать раньше`}
        </Button>
      )}
    </>
  );
}
