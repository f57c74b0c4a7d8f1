// The live board as it was last told. It is told only while somebody looks at it.
import { create } from "zustand";
import type { Board, PushMessage, TabMessage } from "@/lib/wire";
import { applyBoard } from "./apply-board";

type Told = { board: Board | null };

export const useBoardStore = create<Told>(() => ({ board: null }));

let lookers = 0;
let say: (message: TabMessage) => unknown = () => undefined;
/** The number of the last frame; a change counts only if none was missed since the whole was told. */
let seq = 0;
let isInStep = false;

/** Who carries messages to the server. */
export function speakBoardBy(speak: (message: TabMessage) => unknown): void {
  say = speak;
}

/** Take a message if it is of the board; a new connection knows nothing of who looks. */
export function hearOfBoard(message: PushMessage): void {
  if (message.seq !== seq + 1) isInStep = false;
  seq = message.seq;
  const { board } = useBoardStore.getState();
  if (message.type === "board.snapshot") {
    isInStep = true;
    useBoardStore.setState({ board: message.board });
  }
  if (message.type === "board.changed" && board && isInStep) {
    useBoardStore.setState({ board: applyBoard(board, message) });
  }
  if (message.type === "snapshot") {
    isInStep = false;
    if (lookers > 0) say({ type: "watch", topic: "board" });
  }
}

/** Look at the board until the returned function is called. */
export function lookAtBoard(): () => void {
  lookers += 1;
  if (lookers === 1) say({ type: "watch", topic: "board" });
  return () => {
    lookers -= 1;
    if (lookers === 0) {
      say({ type: "unwatch", topic: "board" });
      isInStep = false;
      useBoardStore.setState({ board: null });
    }
  };
}
