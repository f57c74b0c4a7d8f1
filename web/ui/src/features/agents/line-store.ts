// What my own line does, as the server says it: pushed, and answered to what I ask.
import { create } from "zustand";
import type { AgentLine, PushMessage } from "@/lib/wire";

type Taken = { pbx: string; extension: string; byName: string };

type Store = {
  /** null before anything was heard. */
  line: AgentLine | null;
  /** Somebody has taken over my phone, and I have not said that I saw it. */
  taken: Taken | null;
};

export const useLine = create<Store>(() => ({ line: null, taken: null }));

/** The newer word counts: an answer may arrive after a frame that was said later. */
export function lineIs(line: AgentLine): void {
  const known = useLine.getState().line;
  const isOld = known?.user_id === line.user_id && Date.parse(known.at) > Date.parse(line.at);
  if (!isOld) useLine.setState({ line });
}

export function hearOfLine(message: PushMessage): void {
  if (message.type === "agent.line") lineIs(message.line);
  if (message.type === "snapshot") useLine.setState({ line: message.line ?? null });
  if (message.type === "phone.taken") {
    const { pbx, extension, by_name: byName } = message;
    useLine.setState({ taken: { pbx, extension, byName } });
  }
}

export const seenTaken = () => useLine.setState({ taken: null });
