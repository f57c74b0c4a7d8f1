import { useLingui } from "@lingui/react/macro";
import { Menu } from "@mantine/core";
import { IconCircleCheck, IconCoffee } from "@tabler/icons-react";
import { useReasons } from "./use-reasons";

const ICON = { size: 16, stroke: 1.7, "aria-hidden": true } as const;

type Props = {
  isPaused: boolean;
  /** The reason that holds now: it is not offered again. */
  reason: string | null;
  onChoose: (reason: string | null) => void;
};

/** Ready, and the reasons for a break. */
export function PauseItems({ isPaused, reason, onChoose }: Props) {
  const { t } = useLingui();
  const reasons = useReasons();
  return (
    <>
      {isPaused && (
        <Menu.Item leftSection={<IconCircleCheck {...ICON} />} onClick={() => onChoose(null)}>
          {t`Готов`}
        </Menu.Item>
      )}
      <Menu.Label>{t`На перерыв`}</Menu.Label>
      {reasons
        .filter(({ code }) => !(isPaused && code === reason))
        .map(({ code, title }) => (
          <Menu.Item
            key={code}
            leftSection={<IconCoffee {...ICON} />}
            onClick={() => onChoose(code)}
          >
            {title}
          </Menu.Item>
        ))}
    </>
  );
}
