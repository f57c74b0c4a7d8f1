import { useLingui } from "@lingui/react/macro";
import { Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useState } from "react";
import { Button } from "@/components/button";
import type { BoardAgent } from "@/lib/wire";
import { PauseItems } from "./pause-items";
import { StateFailure } from "./state-failure";
import { usePause } from "./use-pause";

type Props = { agent: BoardAgent };

/** What a supervisor can do for somebody on the floor. The row follows the PBX, not the click. */
export function AgentMenu({ agent }: Props) {
  const { t } = useLingui();
  const pause = usePause(agent.user_id);
  const [failure, setFailure] = useState<Error | null>(null);
  const choose = (reason: string | null) => {
    setFailure(null);
    pause.mutate(reason, { onError: setFailure });
  };
  const isHeld = agent.state === "paused" || agent.state === "wrap_up";
  return (
    <>
      <Menu position="bottom-end" offset={4} transitionProps={{ duration: 0 }}>
        <Menu.Target>
          <Button
            size="s"
            kind="quiet"
            isBusy={pause.isPending}
            aria-label={t`Готов или перерыв: ${agent.name}`}
          >
            <IconDots size={16} stroke={1.7} aria-hidden="true" />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <PauseItems isPaused={isHeld} reason={agent.pause_reason} onChoose={choose} />
        </Menu.Dropdown>
      </Menu>
      {failure && <StateFailure error={failure} onClose={() => setFailure(null)} />}
    </>
  );
}
