import { IconPhone, IconPhoneIncoming, IconPhoneOff, IconPhoneOutgoing } from "@tabler/icons-react";
import type { Call } from "@/lib/wire";
import { isMissed } from "./result-words";

/** The direction of a call, or that it was missed. */
export function CallIcon({
  call,
  size = 16,
}: {
  call: Pick<Call, "direction" | "result">;
  size?: number;
}) {
  const props = { size, stroke: 1.7, "aria-hidden": true } as const;
  if (isMissed(call)) return <IconPhoneOff {...props} />;
  if (call.direction === "inbound") return <IconPhoneIncoming {...props} />;
  if (call.direction === "outbound") return <IconPhoneOutgoing {...props} />;
  return <IconPhone {...props} />;
}
