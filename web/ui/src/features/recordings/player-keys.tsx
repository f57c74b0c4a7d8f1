import { usesArrows, usesSpace } from "@/lib/hot-keys";
import { useHotKey } from "@/lib/use-hot-key";
import { nextSpeed, pause, play, seek, setSpeed, usePlayer } from "./player-store";

const STEP_SECONDS = 5;

const back = () => seek(usePlayer.getState().at - STEP_SECONDS);
const forth = () => seek(usePlayer.getState().at + STEP_SECONDS);
const faster = (step: 1 | -1) => setSpeed(nextSpeed(usePlayer.getState().speed, step));

function toggle(): void {
  const { recordingId, isPlaying } = usePlayer.getState();
  if (isPlaying) pause();
  else if (recordingId) play(recordingId);
}

/** Keys of the recording that is open, on whatever page it is. Draws nothing. */
export function PlayerKeys() {
  const recordingId = usePlayer((player) => player.recordingId);
  const isOn = recordingId !== null;
  // Space and arrows scroll and press things: they are ours only beside the recording itself.
  const isHere = () => document.querySelector(`[data-recording="${recordingId}"]`) !== null;
  const byArrow = { isOn, isMeant: (on: EventTarget | null) => isHere() && !usesArrows(on) };
  useHotKey("Space", toggle, { isOn, isMeant: (on) => isHere() && !usesSpace(on) });
  useHotKey("ArrowLeft", back, byArrow);
  useHotKey("ArrowRight", forth, byArrow);
  // In a talk and while it is written up, P is for what is promised in it.
  const isFree = () => document.querySelector("[data-promise-key]") === null;
  useHotKey("KeyP", toggle, { isOn, isMeant: isFree });
  useHotKey("Shift+KeyJ", back, { isOn });
  useHotKey("Shift+KeyL", forth, { isOn });
  useHotKey("KeyL", forth, { isOn });
  useHotKey("BracketRight", () => faster(1), { isOn });
  useHotKey("BracketLeft", () => faster(-1), { isOn });
  return null;
}
