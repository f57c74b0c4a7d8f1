import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { hotKeys } from "@/lib/hot-keys";
import { useHotKey } from "@/lib/use-hot-key";

/** Keys that work on every page. */
export function useGoKeys(onSearch: () => void): void {
  const navigate = useNavigate();
  useEffect(() => {
    document.addEventListener("keydown", hotKeys.handle);
    return () => document.removeEventListener("keydown", hotKeys.handle);
  }, []);
  useHotKey("Ctrl+KeyK", onSearch, { whileTyping: true });
  useHotKey("KeyG KeyD", () => void navigate({ to: "/" }));
  useHotKey("KeyG KeyC", () => void navigate({ to: "/clients" }));
  useHotKey("KeyG KeyS", () => void navigate({ to: "/deals" }));
  useHotKey("KeyG KeyJ", () => void navigate({ to: "/journal" }));
  useHotKey("KeyG KeyM", () => void navigate({ to: "/board" }));
  useHotKey("KeyG KeyP", () => void navigate({ to: "/missed-calls" }));
  useHotKey("KeyG KeyT", () => void navigate({ to: "/tasks" }));
}
