// Light, dark, or as the machine says. `public/theme.js` does the same before the first paint.
import { create } from "zustand";
import type { Theme } from "@/lib/wire";

type Scheme = "light" | "dark";
const STORED = "allo.theme";
const prefersDark = globalThis.matchMedia?.("(prefers-color-scheme: dark)");

function schemeOf(theme: Theme): Scheme {
  if (theme !== "auto") return theme;
  return prefersDark?.matches ? "dark" : "light";
}

function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(STORED);
    return stored === "dark" || stored === "light" ? stored : "auto";
  } catch {
    return "auto";
  }
}

export const useTheme = create<{ theme: Theme; scheme: Scheme }>(() => {
  const theme = storedTheme();
  return { theme, scheme: schemeOf(theme) };
});

export function setTheme(theme: Theme): void {
  try {
    localStorage.setItem(STORED, theme);
  } catch {
    // Then it lasts as long as the page does.
  }
  useTheme.setState({ theme, scheme: schemeOf(theme) });
}

prefersDark?.addEventListener("change", () => {
  const { theme } = useTheme.getState();
  useTheme.setState({ scheme: schemeOf(theme) });
});
