// Messages of the operating system: only where somebody asked for them, and never with a name or a number,
// for they stand on locked screens too.

export type NoticeLeave = "granted" | "denied" | "default" | "unavailable";

export function noticeLeave(): NoticeLeave {
  if (typeof Notification === "undefined" || !globalThis.isSecureContext) return "unavailable";
  return Notification.permission;
}

/** Ask the browser. Only ever from a click in the profile. */
export async function askForNotices(): Promise<NoticeLeave> {
  if (noticeLeave() === "unavailable") return "unavailable";
  return await Notification.requestPermission();
}

const shown = new Map<string, Notification>();

/** Show one for a call, unless it is there. */
export function showNotice(
  callId: string,
  words: { title: string; body: string },
  onClick: () => void,
): void {
  if (noticeLeave() !== "granted" || shown.has(callId)) return;
  const notice = new Notification(words.title, { body: words.body, tag: callId, silent: true });
  notice.onclick = () => {
    globalThis.focus();
    onClick();
    withdrawNotice(callId);
  };
  notice.onclose = () => shown.delete(callId);
  shown.set(callId, notice);
}

export function withdrawNotice(callId: string): void {
  shown.get(callId)?.close();
  shown.delete(callId);
}

/** Withdraw those of calls that are none of these. */
export function keepNotices(callIds: readonly string[]): void {
  for (const callId of [...shown.keys()]) if (!callIds.includes(callId)) withdrawNotice(callId);
}
