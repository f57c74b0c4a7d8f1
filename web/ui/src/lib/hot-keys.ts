// Keys by their place on the keyboard, so that they work in the Russian layout as in the Latin one.

export type Chord = {
  code: string;
  ctrl: boolean;
  alt: boolean;
  shift: boolean;
};

export type HotKey = {
  /** `F2`, `Ctrl+KeyK`, `Alt+Digit1`, `Slash`, or two strokes: `KeyG KeyD`. */
  keys: string;
  run: (event: KeyboardEvent) => void;
  /** Works also while a text field has the focus. */
  whileTyping?: boolean;
  /** Whether the key is ours there; otherwise it is left to whatever has the focus. */
  isMeant?: (target: EventTarget | null) => boolean;
};

const FIELD = "input, textarea, select, [contenteditable='true']";
const NOT_TEXT = new Set(["button", "checkbox", "radio", "submit", "reset", "range"]);
const SECOND_STROKE_MS = 1200;

export function parseChord(text: string): Chord {
  const parts = text.split("+");
  return {
    code: parts.at(-1) ?? "",
    ctrl: parts.includes("Ctrl"),
    alt: parts.includes("Alt"),
    shift: parts.includes("Shift"),
  };
}

/** Compares `event.code`: never the letter, which changes with the layout. */
export function isChord(event: KeyboardEvent, chord: Chord): boolean {
  return (
    event.code === chord.code &&
    (event.ctrlKey || event.metaKey) === chord.ctrl &&
    event.altKey === chord.alt &&
    event.shiftKey === chord.shift
  );
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const field = target.closest(FIELD);
  return field instanceof HTMLInputElement ? !NOT_TEXT.has(field.type) : field !== null;
}

const MOVED_IN = "[role='slider'], [role='radio'], [role='tab'], [role='option'], [role^='menu']";
const PRESSED = "button, a[href], summary, [role='button'], [role='checkbox'], [role='switch']";

const isWithin = (target: EventTarget | null, what: string) =>
  target instanceof Element && target.closest(what) !== null;

/** Whether what has the focus goes by arrows itself. */
export const usesArrows = (target: EventTarget | null): boolean =>
  isWithin(target, `${FIELD}, ${MOVED_IN}`);

/** Whether what has the focus is pressed by the space bar. */
export const usesSpace = (target: EventTarget | null): boolean =>
  isWithin(target, `${FIELD}, ${MOVED_IN}, ${PRESSED}`);

/** The keys that work now. The one added last wins, so an open panel goes before its page. */
export class HotKeys {
  readonly #keys: HotKey[] = [];
  #firstStroke: { code: string; at: number } | null = null;

  add(key: HotKey): () => void {
    this.#keys.push(key);
    return () => {
      const place = this.#keys.indexOf(key);
      if (place >= 0) this.#keys.splice(place, 1);
    };
  }

  readonly handle = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    const typing = isTyping(event.target);
    const first = this.#takeFirstStroke();
    for (const key of this.#keys.toReversed()) {
      if (typing && !key.whileTyping) continue;
      if (key.isMeant && !key.isMeant(event.target)) continue;
      const [one = "", two] = key.keys.split(" ");
      const fits = two
        ? first === one && isChord(event, parseChord(two))
        : isChord(event, parseChord(one));
      if (fits) {
        event.preventDefault();
        key.run(event);
        return;
      }
    }
    if (!typing && this.#opensSequence(event)) {
      this.#firstStroke = { code: event.code, at: event.timeStamp };
    }
  };

  #takeFirstStroke(): string | null {
    const stroke = this.#firstStroke;
    this.#firstStroke = null;
    return stroke && performance.now() - stroke.at < SECOND_STROKE_MS ? stroke.code : null;
  }

  #opensSequence(event: KeyboardEvent): boolean {
    return this.#keys.some((key) => {
      const [one = "", two] = key.keys.split(" ");
      return two !== undefined && isChord(event, parseChord(one));
    });
  }
}

export const hotKeys = new HotKeys();
