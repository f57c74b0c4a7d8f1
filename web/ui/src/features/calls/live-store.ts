// The one live state of the page: the reducer's value, and whether the server still speaks to us.
import { create } from "zustand";
import { hearOfLine } from "@/features/agents/line-store";
import { hearOfBoard, speakBoardBy } from "@/features/board/board-store";
import { hearOfOrders } from "@/features/calling/orders";
import { hearOfMissedCalls } from "@/features/missed-calls/missed-news";
import { hearOfTasks } from "@/features/tasks/task-news";
import { serverNow, setServerTime } from "@/lib/clock";
import type { TabMessage } from "@/lib/wire";
import { type CallsMessage, type CallsState, emptyCalls } from "./calls-state";
import { dismissCard } from "./popup-choices";
import { PushSocket } from "./push-socket";
import { reduceCalls } from "./reduce-calls";
import { finishWrapUp } from "./wrap-up";

type Live = {
  calls: CallsState;
  /** When the server was last heard, while it is not; null while it is. */
  lostAt: number | null;
};

export const useLive = create<Live>(() => ({ calls: emptyCalls(""), lostAt: null }));

let socket: PushSocket | null = null;

/** Tell the reducer something. */
export function dispatch(message: CallsMessage): void {
  const before = useLive.getState().calls;
  if (message.type === "snapshot") setServerTime(message.at);
  const calls = reduceCalls(before, message, serverNow());
  if (calls !== before) useLive.setState({ calls });
  if (calls.isOutOfStep && !before.isOutOfStep) acknowledge({ type: "resync" });
}

/** Say something to the server; whether there was anybody to say it to. */
export function acknowledge(message: TabMessage): boolean {
  return socket?.send(message) ?? false;
}

/** Listen for this user until the returned function is called. */
export function listen(address: string, userId: string, onSessionEnded: () => void): () => void {
  useLive.setState({ calls: emptyCalls(userId), lostAt: null });
  const own = new PushSocket(address, {
    onMessage: (message) => {
      dispatch(message);
      hearOfTasks(message);
      hearOfMissedCalls(message);
      hearOfBoard(message);
      hearOfOrders(message);
      hearOfLine(message);
      if (message.type === "call.dismissed") dismissCard(message.call_id);
      if (message.type === "call.wrapped_up") finishWrapUp(message.call_id);
      if (useLive.getState().lostAt !== null) useLive.setState({ lostAt: null });
    },
    onLost: () => useLive.setState((live) => ({ lostAt: live.lostAt ?? Date.now() })),
    onSessionEnded,
  });
  socket = own;
  speakBoardBy(acknowledge);
  return () => {
    own.close();
    if (socket === own) socket = null;
  };
}
