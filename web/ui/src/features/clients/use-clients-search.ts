import { useDebouncedValue } from "@mantine/hooks";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";

const PAUSE_MS = 150;

/** The search text: at once in the field, after a pause in the address, from where it is asked. */
export function useClientsSearch() {
  const navigate = useNavigate();
  const { q = "" } = useSearch({ from: "/clients" });
  const [text, setText] = useState(q);
  const [settled] = useDebouncedValue(text, PAUSE_MS);
  useEffect(() => {
    const next = settled.trim();
    if (next === q) return;
    void navigate({ to: "/clients", search: next ? { q: next } : {}, replace: true });
  }, [settled, q, navigate]);
  return { text, setText, asked: q };
}
