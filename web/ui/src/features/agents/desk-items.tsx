import { useLingui } from "@lingui/react/macro";
import { Menu } from "@mantine/core";
import { IconArmchair, IconDoorExit } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { SESSION_KEY } from "@/features/session/session-api";
import { useMe } from "@/features/session/session-context";
import { DESKS_KEY, fetchDesks, sitDown, standUp } from "./agents-api";

const ICON = { size: 16, stroke: 1.7, "aria-hidden": true } as const;

type Phone = { pbx: string; extension: string };

/** Where I may sit down, and the way up again. `onDone` is told how it went. */
export function useDesk(onFailure: (error: Error) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (phone: Phone | null) => (phone === null ? standUp() : sitDown(phone)),
    onSuccess: () => {
      for (const queryKey of [SESSION_KEY, DESKS_KEY]) void queries.invalidateQueries({ queryKey });
    },
    onError: onFailure,
  });
}

export const useDesks = () =>
  useQuery({ queryKey: DESKS_KEY, queryFn: fetchDesks, staleTime: 15_000 });

type Props = { onChoose: (phone: Phone | null) => void };

/** Shared phones in the menu of my line: a name beside one says who sits there now. */
export function DeskItems({ onChoose }: Props) {
  const { t } = useLingui();
  const me = useMe();
  const { data: desks = [] } = useDesks();
  const own = new Set(me.extensions.map(({ pbx, extension }) => `${pbx}/${extension}`));
  const shared = desks.filter(({ user_id }) => user_id === me.id);
  const hasFixed = new Set(
    me.extensions
      .filter((phone) => !shared.some((desk) => isSame(desk, phone)))
      .map(({ pbx }) => pbx),
  );
  const free = desks.filter(
    (desk) => !own.has(`${desk.pbx}/${desk.extension}`) && !hasFixed.has(desk.pbx),
  );
  const isOnePbx = new Set(desks.map(({ pbx }) => pbx)).size < 2;
  if (free.length === 0 && shared.length === 0) return null;
  const nameOf = ({ pbx, extension }: Phone) => (isOnePbx ? extension : `${extension} (${pbx})`);
  return (
    <>
      <Menu.Label>{t`Телефон`}</Menu.Label>
      {free.map((desk) => (
        <Menu.Item
          key={`${desk.pbx}/${desk.extension}`}
          leftSection={<IconArmchair {...ICON} />}
          onClick={() => onChoose({ pbx: desk.pbx, extension: desk.extension })}
        >
          {t`Сесть за телефон ${nameOf(desk)}`}
          {desk.user_name && ` · ${desk.user_name}`}
        </Menu.Item>
      ))}
      {shared.length > 0 && (
        <Menu.Item leftSection={<IconDoorExit {...ICON} />} onClick={() => onChoose(null)}>
          {t`Встать из-за телефона ${shared.map(nameOf).join(", ")}`}
        </Menu.Item>
      )}
    </>
  );
}

const isSame = (one: Phone, other: Phone): boolean =>
  one.pbx === other.pbx && one.extension === other.extension;
