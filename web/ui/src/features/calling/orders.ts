// The click that this browser made last, and what the PBX has told of it since.
import { create } from "zustand";
import type { Order, PushMessage } from "@/lib/wire";
import { pickUpCall, placeCall } from "./calling-api";

/** Whom one asks for: kept until it is known what came of it, so that it can be asked for again. */
export type Wanted = { number: string; clientId: string | null; name: string | null };

type Orders = {
  wanted: Wanted | null;
  order: Order | null;
  isAsking: boolean;
  askedAt: number;
  /** Why the server or the PBX would not. */
  error: unknown;
};

const NOTHING: Orders = { wanted: null, order: null, isAsking: false, askedAt: 0, error: null };

export const useOrders = create<Orders>(() => NOTHING);

const DOUBLE_CLICK_MS = 3000;

/** Ask for a call. While one is asked for, another click is the same click. */
export function dial(wanted: Wanted): void {
  const { clientId, number } = wanted;
  const last = useOrders.getState();
  const isSame = last.order?.state === "calling" && last.wanted?.number === number;
  if (isSame && Date.now() - last.askedAt < DOUBLE_CLICK_MS) return;
  void ask(wanted, () => placeCall({ number, client_id: clientId }, crypto.randomUUID()));
}

/** Take a call that rings at a colleague's. */
export function pickUp(callId: string, name: string): void {
  void ask({ number: "", clientId: null, name }, () => pickUpCall(callId));
}

async function ask(wanted: Wanted, send: () => Promise<Order>): Promise<void> {
  if (useOrders.getState().isAsking) return;
  useOrders.setState({ ...NOTHING, wanted, isAsking: true, askedAt: Date.now() });
  try {
    const order = await send();
    // What was pushed meanwhile is newer than the answer.
    useOrders.setState((now) => ({
      isAsking: false,
      order: now.order?.order_id === order.order_id ? now.order : order,
    }));
  } catch (error) {
    useOrders.setState({ isAsking: false, error });
  }
}

/** Another tab's click, or a program's with my token, is shown as well: it is my phone that rings. */
export function hearOfOrders(message: PushMessage): void {
  if (message.type !== "order.changed" || message.order.kind === "transfer") return;
  const { order } = message;
  useOrders.setState((now) => {
    if (now.order && now.order.order_id !== order.order_id && order.state !== "calling") return {};
    const isOther = now.order !== null && now.order.order_id !== order.order_id;
    const wanted = isOther || !now.wanted ? wantedOf(order) : now.wanted;
    return { order, wanted, error: order.outcome === "unknown" ? now.error : null };
  });
}

const wantedOf = (order: Order): Wanted => ({
  number: order.number,
  clientId: order.client_id,
  name: null,
});

export const forgetOrder = (): void => useOrders.setState(NOTHING);
