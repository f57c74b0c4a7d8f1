// The form for a caller whom nobody knows: with its field of companies too heavy for the first load.
import { type ComponentProps, lazy, Suspense } from "react";
import { whenIdle } from "@/lib/when-idle";
import type { QuickCreate as Form } from "./quick-create";

const load = () => import("./quick-create");
const Loaded = lazy(async () => ({ default: (await load()).QuickCreate }));

// It is here before the first stranger calls.
whenIdle(load);

export function QuickCreate(props: ComponentProps<typeof Form>) {
  return (
    <Suspense>
      <Loaded {...props} />
    </Suspense>
  );
}
