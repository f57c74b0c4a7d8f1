import { useLingui } from "@lingui/react/macro";
import { useDebouncedValue } from "@mantine/hooks";
import {
  type Icon,
  IconActivity,
  IconBuilding,
  IconChecklist,
  IconHistory,
  IconKeyboard,
  IconLayoutKanban,
  IconMoon,
  IconPhone,
  IconPhoneX,
  IconSettings,
  IconUser,
  IconUsers,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { openKeysHelp } from "@/app/keys-help-store";
import { setTheme, useTheme } from "@/app/theme";
import { fetchClients } from "@/features/clients/clients-api";

export type PaletteEntry = {
  id: string;
  group: string;
  title: string;
  under: string;
  side?: string | undefined;
  keys?: string;
  icon: Icon;
  run: () => void;
};

const PAUSE_MS = 120;
const FOUND = 7;

/** Commands that fit the text, and the clients that the server finds for it. */
export function usePaletteEntries(text: string) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const scheme = useTheme((theme) => theme.scheme);
  const wanted = text.trim();
  const [asked] = useDebouncedValue(wanted, PAUSE_MS);
  const isAsked = asked.length >= 2;
  const found = useQuery({
    queryKey: ["clients", "palette", asked],
    queryFn: ({ signal }) => fetchClients({ q: asked, limit: FOUND }, signal),
    enabled: isAsked,
    placeholderData: (previous) => previous,
  });
  const people = (isAsked ? (found.data?.items ?? []) : []).map(
    (client): PaletteEntry => ({
      id: client.id,
      group: t`Клиенты`,
      title: client.name,
      under: client.company?.name ?? client.city ?? "",
      side: client.phones[0]?.formatted,
      icon: client.kind === "company" ? IconBuilding : IconUser,
      run: () => void navigate({ to: "/clients/$clientId", params: { clientId: client.id } }),
    }),
  );
  const group = t`Команды`;
  const commands: PaletteEntry[] = [
    {
      id: "desk",
      group,
      title: t`Рабочее место`,
      under: "",
      keys: "G D",
      icon: IconPhone,
      run: () => void navigate({ to: "/" }),
    },
    {
      id: "clients",
      group,
      title: t`Клиенты`,
      under: "",
      keys: "G C",
      icon: IconUsers,
      run: () => void navigate({ to: "/clients" }),
    },
    {
      id: "deals",
      group,
      title: t`Сделки`,
      under: "",
      keys: "G S",
      icon: IconLayoutKanban,
      run: () => void navigate({ to: "/deals" }),
    },
    {
      id: "tasks",
      group,
      title: t`Задачи`,
      under: "",
      keys: "G T",
      icon: IconChecklist,
      run: () => void navigate({ to: "/tasks" }),
    },
    {
      id: "missed-calls",
      group,
      title: t`Пропущенные`,
      under: "",
      keys: "G P",
      icon: IconPhoneX,
      run: () => void navigate({ to: "/missed-calls" }),
    },
    {
      id: "journal",
      group,
      title: t`Журнал звонков`,
      under: "",
      keys: "G J",
      icon: IconHistory,
      run: () => void navigate({ to: "/journal" }),
    },
    {
      id: "board",
      group,
      title: t`Мониторинг`,
      under: "",
      keys: "G M",
      icon: IconActivity,
      run: () => void navigate({ to: "/board" }),
    },
    {
      id: "profile",
      group,
      title: t`Профиль`,
      under: "",
      icon: IconSettings,
      run: () => void navigate({ to: "/profile" }),
    },
    {
      id: "theme",
      group,
      title: t`Сменить тему`,
      under: "",
      icon: IconMoon,
      run: () => setTheme(scheme === "dark" ? "light" : "dark"),
    },
    {
      id: "keys",
      group,
      title: t`Клавиши`,
      under: "",
      keys: "?",
      icon: IconKeyboard,
      run: openKeysHelp,
    },
  ];
  const lower = wanted.toLocaleLowerCase();
  const fitting = commands.filter((command) => command.title.toLocaleLowerCase().includes(lower));
  return { entries: [...people, ...fitting], isSearching: found.isFetching || asked !== wanted };
}
