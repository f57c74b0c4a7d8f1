import { useLingui } from "@lingui/react/macro";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useHotKey } from "@/lib/use-hot-key";
import type { Named } from "@/lib/wire";
import css from "./client-deals.module.css";
import { DealSummary } from "./deal-summary";
import { clientDealsKey, fetchDeals } from "./deals-api";
import { NewDealForm } from "./new-deal-form";

/** The deals with a client, open ones first, and one key to a new one. */
export function ClientDeals({ client }: { client: Named }) {
  const { t } = useLingui();
  const [isAdding, setAdding] = useState(false);
  const deals = useQuery({
    queryKey: clientDealsKey(client.id),
    queryFn: () => fetchDeals({ client: client.id, limit: 20 }),
  });
  useHotKey("KeyD", () => setAdding(true));
  const items = deals.data?.items ?? [];
  const sorted = [
    ...items.filter((deal) => deal.status === "open"),
    ...items.filter((deal) => deal.status !== "open"),
  ];
  return (
    <section aria-label={t`Сделки`}>
      <header className={css.head}>
        <h2>{t`Сделки`}</h2>
        <button
          type="button"
          aria-label={t`Новая сделка`}
          title="D"
          onClick={() => setAdding(true)}
        >
          <IconPlus size={18} stroke={1.7} aria-hidden="true" />
        </button>
      </header>
      {sorted.map((deal) => (
        <DealSummary key={deal.id} deal={deal} />
      ))}
      {deals.isError && <p className={css.failure}>{t`Сделки не загрузились.`}</p>}
      {isAdding && <NewDealForm client={client} onClose={() => setAdding(false)} />}
    </section>
  );
}
