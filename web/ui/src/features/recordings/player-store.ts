// The one voice of the page: a recording plays, and starting another stops it.
import { create } from "zustand";
import { readStored, store } from "@/lib/storage";
import { audioAddress } from "./recordings-api";

const SPEED_KEY = "allo.player.speed";
export const SPEEDS = [0.75, 1, 1.25, 1.5, 2, 3] as const;

type Playing = {
  recordingId: string | null;
  isPlaying: boolean;
  at: number;
  speed: number;
  hasFailed: boolean;
};

const known = readStored<number>(SPEED_KEY);

export const usePlayer = create<Playing>(() => ({
  recordingId: null,
  isPlaying: false,
  at: 0,
  speed: SPEEDS.find((speed) => speed === known) ?? 1,
  hasFailed: false,
}));

let audio: HTMLAudioElement | null = null;

function voice(): HTMLAudioElement {
  if (audio) return audio;
  const made = new Audio();
  made.preload = "none";
  const tell = (part: Partial<Playing>) => () => usePlayer.setState(part);
  made.addEventListener("play", tell({ isPlaying: true, hasFailed: false }));
  made.addEventListener("pause", tell({ isPlaying: false }));
  made.addEventListener("ended", tell({ isPlaying: false }));
  made.addEventListener("error", tell({ isPlaying: false, hasFailed: true }));
  made.addEventListener("timeupdate", () => usePlayer.setState({ at: made.currentTime }));
  audio = made;
  return made;
}

/** Play this recording, from `at` if it is said; a recording that is open already goes on. */
export function play(recordingId: string, at?: number): void {
  const own = voice();
  const { recordingId: before, speed } = usePlayer.getState();
  if (before !== recordingId) {
    own.src = audioAddress(recordingId);
    usePlayer.setState({ recordingId, at: at ?? 0, hasFailed: false });
    if (at) own.addEventListener("loadedmetadata", () => seek(at), { once: true });
  } else if (at !== undefined) {
    own.currentTime = at;
  }
  own.playbackRate = speed;
  own.defaultPlaybackRate = speed;
  own.play().catch(() => usePlayer.setState({ isPlaying: false }));
}

export const pause = (): void => voice().pause();

/** To a second of the recording that is open. */
export function seek(at: number): void {
  voice().currentTime = Math.max(0, at);
  usePlayer.setState({ at: Math.max(0, at) });
}

/** The next speed, and the first after the last; kept for every recording that follows. */
export function setSpeed(speed: number): void {
  voice().playbackRate = speed;
  voice().defaultPlaybackRate = speed;
  store(SPEED_KEY, speed);
  usePlayer.setState({ speed });
}

export const nextSpeed = (speed: number, step: 1 | -1 = 1): number => {
  const place = (SPEEDS as readonly number[]).indexOf(speed);
  return SPEEDS[(place + step + SPEEDS.length) % SPEEDS.length] ?? 1;
};

/** Whoever goes away from a page with sound takes the sound along: it stops. */
export function stopPlaying(): void {
  if (!audio) return;
  audio.pause();
  audio.removeAttribute("src");
  usePlayer.setState({ recordingId: null, isPlaying: false, at: 0 });
}
