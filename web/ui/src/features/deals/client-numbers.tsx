import { useQuery } from "@tanstack/react-query";
import { DialNumber } from "@/features/calling/dial-number";
import { clientKey, fetchClient } from "@/features/clients/clients-api";
import type { Named } from "@/lib/wire";
import css from "./deal-item.module.css";

/** The numbers of a deal's client, each with its handset. */
export function ClientNumbers({ client }: { client: Named }) {
  const found = useQuery({
    queryKey: clientKey(client.id),
    queryFn: () => fetchClient(client.id),
    retry: false, // a client of another team has no numbers for me
  });
  return (
    <ul className={css.numbers}>
      {found.data?.phones.map((phone) => (
        <li key={phone.number}>
          <DialNumber number={phone.number} clientId={client.id} name={client.name} />
          {phone.formatted}
        </li>
      ))}
    </ul>
  );
}
