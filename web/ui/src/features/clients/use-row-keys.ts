import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useHotKey } from "@/lib/use-hot-key";
import type { ClientSummary } from "@/lib/wire";

/** j and k walk through the rows, Enter opens the one they stand on. Gives its index, -1 for none. */
export function useRowKeys(
  clients: readonly ClientSummary[],
  reveal: (index: number) => void,
): number {
  const navigate = useNavigate();
  const [selected, setSelected] = useState(-1);
  const count = clients.length;
  const first = clients[0]?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins without a selection
  useEffect(() => setSelected(-1), [first]);
  const move = (step: number) => {
    if (count === 0) return;
    const next = Math.min(count - 1, Math.max(0, selected + step));
    setSelected(next);
    reveal(next);
  };
  useHotKey("KeyJ", () => move(1));
  useHotKey("KeyK", () => move(-1));
  useHotKey(
    "Enter",
    () => {
      const client = clients[selected];
      if (client) void navigate({ to: "/clients/$clientId", params: { clientId: client.id } });
    },
    { isOn: selected >= 0 },
  );
  return selected;
}
