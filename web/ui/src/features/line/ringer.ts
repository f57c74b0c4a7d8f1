// The ring: two soft tones made on the spot, over and over, until told to stop.
import { create } from "zustand";

/** The browser lets no sound out before somebody has touched the page. */
export const useRinger = create<{ isRefused: boolean; isRinging: boolean }>(() => ({
  isRefused: false,
  isRinging: false,
}));

const TONES: readonly (readonly [hertz: number, from: number])[] = [
  [659.25, 0],
  [783.99, 0.18],
  [659.25, 0.5],
  [783.99, 0.68],
];
const TONE_SECONDS = 0.42;
const EVERY_MS = 2600;
const LOUDEST = 0.35;
/** A sound that is let out begins within this; one that is not waits for a touch. */
const PATIENCE_MS = 500;

let context: AudioContext | null = null;
let timer: ReturnType<typeof setInterval> | undefined;
let loudness: GainNode | null = null;

/** Ring until `stopRinging`; `volume` is 0 to 100. Rung again, only the volume changes. */
export function startRinging(volume: number): void {
  const sound = openSound();
  if (!sound) return;
  setVolume(volume);
  if (timer !== undefined) return;
  useRinger.setState({ isRinging: true });
  ringOnce(sound);
  timer = setInterval(() => ringOnce(sound), EVERY_MS);
}

export function stopRinging(): void {
  clearInterval(timer);
  timer = undefined;
  loudness?.disconnect(); // what is still sounding breaks off at once
  loudness = null;
  if (useRinger.getState().isRinging) useRinger.setState({ isRinging: false });
}

/** Two tones, once: a second caller during a talk, and the try-out of the volume. */
export function ringBriefly(volume: number): void {
  const sound = openSound();
  if (!sound || timer !== undefined) return;
  loudness?.disconnect();
  loudness = null;
  setVolume(volume);
  ringOnce(sound);
}

/** Somebody has touched the page: now the browser may let the sound out. */
export async function allowSound(): Promise<void> {
  await context?.resume().catch(() => undefined);
  noteState();
}

function openSound(): AudioContext | null {
  if (typeof AudioContext === "undefined") return null;
  if (!context) {
    context = new AudioContext();
    context.onstatechange = () => {
      noteState();
      if (timer !== undefined && context?.state === "running") ringOnce(context);
    };
  }
  if (context.state !== "running") {
    void context.resume().catch(() => undefined); // without leave it neither fails nor begins
    setTimeout(noteState, PATIENCE_MS);
  }
  return context;
}

function noteState(): void {
  const isRefused = context?.state === "suspended";
  if (useRinger.getState().isRefused !== isRefused) useRinger.setState({ isRefused });
}

function setVolume(volume: number): void {
  if (!context) return;
  if (!loudness) {
    loudness = context.createGain();
    loudness.connect(context.destination);
  }
  loudness.gain.value = LOUDEST * (volume / 100) ** 2; // ears hear it as even steps
}

function ringOnce(sound: AudioContext): void {
  if (sound.state !== "running" || !loudness) return; // rung later, all at once, would be a fright
  for (const [hertz, from] of TONES) {
    const tone = sound.createOscillator();
    const shape = sound.createGain();
    const at = sound.currentTime + from;
    tone.type = "triangle";
    tone.frequency.value = hertz;
    shape.gain.setValueAtTime(0, at);
    shape.gain.linearRampToValueAtTime(1, at + 0.02);
    shape.gain.exponentialRampToValueAtTime(0.001, at + TONE_SECONDS);
    tone.connect(shape).connect(loudness);
    tone.start(at);
    tone.stop(at + TONE_SECONDS);
  }
}
