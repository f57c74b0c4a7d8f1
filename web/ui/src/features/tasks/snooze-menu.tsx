import { useLingui } from "@lingui/react/macro";
import { Menu } from "@mantine/core";
import { IconClock } from "@tabler/icons-react";
import { serverNow } from "@/lib/clock";
import { useFormat } from "@/lib/use-format";
import type { Task } from "@/lib/wire";
import { nextSteps } from "./due";
import css from "./snooze-menu.module.css";
import { useStepWords } from "./use-step-words";
import { useTaskChanges } from "./use-tasks";

/** Put a task off to one of the usual moments. */
export function SnoozeMenu({ task }: { task: Task }) {
  const { t } = useLingui();
  const format = useFormat();
  const words = useStepWords();
  const { snooze } = useTaskChanges();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <button
          type="button"
          className={css.button}
          aria-label={t`Отложить: ${task.title}`}
          title={t`Отложить`}
        >
          <IconClock size={17} stroke={1.7} aria-hidden="true" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {nextSteps(format.place.zone, serverNow()).map((step) => (
          <Menu.Item
            key={step.id}
            onClick={() => snooze.mutate({ id: task.id, version: task.version, at: step.at })}
          >
            {words[step.id]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
