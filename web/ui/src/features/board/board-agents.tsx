import { useLingui } from "@lingui/react/macro";
import {
  type Icon,
  IconBell,
  IconCircleCheck,
  IconCoffee,
  IconPencil,
  IconPhone,
  IconPlugConnectedX,
  IconPower,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { AgentMenu } from "@/features/agents/agent-menu";
import { useReasonTitle } from "@/features/agents/use-reasons";
import { PickUp } from "@/features/calling/pick-up";
import { useMe } from "@/features/session/session-context";
import { useNow } from "@/lib/clock";
import { formatNumber } from "@/lib/format-number";
import { formatTimer } from "@/lib/format-time";
import type { BoardAgent, BoardCall } from "@/lib/wire";
import css from "./board-page.module.css";
import { useSteady } from "./use-steady";

const RANK: Record<BoardAgent["state"], number> = {
  on_call: 0,
  ringing: 1,
  wrap_up: 2,
  ready: 3,
  paused: 4,
  lost: 5,
  offline: 6,
};
const ICONS: Record<BoardAgent["state"], [Icon, string]> = {
  on_call: [IconPhone, "live"],
  ringing: [IconBell, "live"],
  wrap_up: [IconPencil, "warn"],
  ready: [IconCircleCheck, "plain"],
  paused: [IconCoffee, "warn"],
  lost: [IconPlugConnectedX, "bad"],
  offline: [IconPower, "quiet"],
};

type Props = { agents: readonly BoardAgent[]; calls: readonly BoardCall[] };

/** Who does what, and since when. Rows keep their place under the pointer. */
export function BoardAgents({ agents, calls }: Props) {
  const { t } = useLingui();
  const now = useNow();
  const me = useMe();
  const titleOf = useReasonTitle();
  const { role } = useMe();
  const mayPause = role === "supervisor" || role === "admin";
  const [isHeld, setHeld] = useState(false);
  const words: Record<BoardAgent["state"], string> = {
    on_call: t`в разговоре`,
    ringing: t`звонит`,
    wrap_up: t`обработка`,
    ready: t`готов`,
    paused: t`перерыв`,
    lost: t`нет связи с АТС`,
    offline: t`не в сети`,
  };
  const sorted = agents.toSorted(
    (first, second) =>
      RANK[first.state] - RANK[second.state] || first.name.localeCompare(second.name),
  );
  const rows = useSteady(sorted, (agent) => `${agent.user_id}/${agent.extension}`, isHeld);
  return (
    <section
      id="board-agents"
      className={css.card}
      aria-label={t`Операторы`}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
    >
      <h2>{t`Операторы`}</h2>
      {rows.length === 0 && <p className={css.empty}>{t`Ни у кого ещё нет телефона.`}</p>}
      <table className={css.table}>
        <thead className="visually-hidden">
          <tr>
            <th scope="col">{t`Оператор`}</th>
            <th scope="col">{t`Состояние`}</th>
            <th scope="col">{t`Сколько времени`}</th>
            <th scope="col">{t`С кем`}</th>
            <th scope="col">{t`Действия`}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((agent) => {
            const [StateIcon, tone] = ICONS[agent.state];
            const call = calls.find((one) => one.id === agent.call_id);
            return (
              <tr key={`${agent.user_id}/${agent.extension}`} data-agent={agent.extension}>
                <td>
                  <Link to="/journal" search={{ user: agent.user_id }}>
                    {agent.name}
                  </Link>{" "}
                  <span className={css.under}>{agent.extension}</span>
                </td>
                <td>
                  <span className={css.state} data-tone={tone}>
                    <StateIcon size={16} stroke={1.7} aria-hidden="true" />
                    {words[agent.state]}
                    {agent.state === "paused" &&
                      agent.pause_reason &&
                      `: ${titleOf(agent.pause_reason)}`}
                  </span>
                </td>
                <td className={css.number}>
                  {formatTimer((now - Date.parse(agent.since)) / 1000)}
                </td>
                <td className={css.under}>
                  {call && (
                    <Link to="/calls/$callId" params={{ callId: call.id }}>
                      {call.client?.name ??
                        (call.number ? formatNumber(call.number) : t`Номер скрыт`)}
                    </Link>
                  )}
                  {agent.state === "ringing" && agent.call_id && agent.user_id !== me.id && (
                    <PickUp callId={agent.call_id} name={agent.name} />
                  )}
                </td>
                <td className={css.actions}>
                  {mayPause && agent.queues.length > 0 && <AgentMenu agent={agent} />}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
