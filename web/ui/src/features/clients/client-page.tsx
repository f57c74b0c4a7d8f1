import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { LoadFailure } from "@/components/load-failure";
import { Skeleton } from "@/components/skeleton";
import { CardLayout } from "./card-layout";
import { ClientFields } from "./client-fields";
import { clientKey, fetchClient } from "./clients-api";
import { Timeline } from "./timeline";

/** A client: who they are on the left, what happened on the right, the talk that goes on at the top. */
export function ClientPage() {
  const { clientId } = useParams({ from: "/clients/$clientId" });
  const client = useQuery({ queryKey: clientKey(clientId), queryFn: () => fetchClient(clientId) });
  const left = client.data ? (
    <ClientFields key={clientId} client={client.data} />
  ) : client.isError ? (
    <LoadFailure error={client.error} onRetry={() => void client.refetch()} />
  ) : (
    <Skeleton lines={8} height={20} />
  );
  return (
    <CardLayout left={left}>
      {!client.isError && (
        <Timeline key={clientId} clientId={clientId} stats={client.data?.stats ?? null} />
      )}
    </CardLayout>
  );
}
