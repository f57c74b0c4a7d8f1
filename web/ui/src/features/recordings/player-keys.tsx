import { useHotKey } from "@/lib/use-hot-key";
import { nextSpeed, pause, play, seek, setSpeed, usePlayer } from "./player-store";

const STEP_SECONDS = 5;

/** Keys of the recording that is open, on whatever page it is. Draws nothing. */
export function PlayerKeys() {
  const { recordingId, isPlaying, at, speed } = usePlayer();
  const isOn = recordingId !== null;
  useHotKey("KeyL", () => seek(at + STEP_SECONDS), { isOn });
  useHotKey("Shift+KeyJ", () => seek(at - STEP_SECONDS), { isOn });
  useHotKey("BracketRight", () => setSpeed(nextSpeed(speed)), { isOn });
  useHotKey("BracketLeft", () => setSpeed(nextSpeed(speed, -1)), { isOn });
  useHotKey("KeyP", () => recordingId && (isPlaying ? pause() : play(recordingId)), { isOn });
  return null;
}
