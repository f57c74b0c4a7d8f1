import { useQuery } from "@tanstack/react-query";
import { Navigate, useNavigate, useParams } from "@tanstack/react-router";
import { LoadFailure } from "@/components/load-failure";
import { Skeleton } from "@/components/skeleton";
import { CardLayout } from "@/features/clients/card-layout";
import { CallHistory } from "./call-history";
import { clientOf } from "./call-names";
import { fetchCall } from "./calls-api";
import { liveCallOf } from "./calls-state";
import { useLive } from "./live-store";
import { NumberCard } from "./number-card";

/** A call that belongs to nobody yet: its number, and a way to say who it is. A client's call shows the client. */
export function CallPage() {
  const { callId } = useParams({ from: "/calls/$callId" });
  const navigate = useNavigate();
  const live = useLive(({ calls }) => liveCallOf(calls, callId));
  const stored = useQuery({
    queryKey: ["call", callId],
    queryFn: () => fetchCall(callId),
    enabled: live === null,
  });
  const call = live?.call ?? stored.data;
  const client = live ? clientOf(live) : call?.client;
  if (client) return <Navigate to="/clients/$clientId" params={{ clientId: client.id }} replace />;
  if (!call) {
    return (
      <CardLayout
        left={
          stored.isError ? (
            <LoadFailure error={stored.error} onRetry={() => void stored.refetch()} />
          ) : (
            <Skeleton lines={5} height={20} />
          )
        }
      >
        {null}
      </CardLayout>
    );
  }
  const open = (clientId: string) =>
    void navigate({ to: "/clients/$clientId", params: { clientId }, replace: true });
  return (
    <CardLayout left={<NumberCard call={call} card={live?.card ?? null} onKnown={open} />}>
      <CallHistory call={call} />
    </CardLayout>
  );
}
