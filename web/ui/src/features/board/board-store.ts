// The live board as it was last told. It is told only while somebody looks at it.
import { create } from "zustand";
import type { Board, PushMessage, TabMessage } from "@/lib/wire";

type Told = { board: Board | null };

export const useBoardStore = create<Told>(() => ({ board: null }));

let lookers = 0;
let say: (message: TabMessage) => unknown = () => undefined;

/** Who carries messages to the server. */
export function speakBoardBy(speak: (message: TabMessage) => unknown): void {
  say = speak;
}

/** Take a message if it is the board; a new connection knows nothing of who looks. */
export function hearOfBoard(message: PushMessage): void {
  if (message.type === "board.snapshot") useBoardStore.setState({ board: message.board });
  if (message.type === "snapshot" && lookers > 0) say({ type: "watch", topic: "board" });
}

/** Look at the board until the returned function is called. */
export function lookAtBoard(): () => void {
  lookers += 1;
  if (lookers === 1) say({ type: "watch", topic: "board" });
  return () => {
    lookers -= 1;
    if (lookers === 0) {
      say({ type: "unwatch", topic: "board" });
      useBoardStore.setState({ board: null });
    }
  };
}
