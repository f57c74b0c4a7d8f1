import { useLingui } from "@lingui/react/macro";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import head from "@/features/deals/client-deals.module.css";
import { useHotKey } from "@/lib/use-hot-key";
import type { Named } from "@/lib/wire";
import { QuickAdd } from "./quick-add";
import { TaskLine } from "./task-line";
import { fetchTasks, TASKS_KEY } from "./tasks-api";

type Props = { client?: Named; deal?: { id: string } };

/** What is still to be done for a client or a deal, the most pressing first. */
export function RecordTasks({ client, deal }: Props) {
  const { t } = useLingui();
  const field = useRef<HTMLInputElement>(null);
  const [isAdding, setAdding] = useState(false);
  const about = deal ? { deal: deal.id } : { client: client?.id ?? "" };
  const tasks = useQuery({
    queryKey: [...TASKS_KEY, "of", about],
    queryFn: () => fetchTasks({ ...about, limit: 20 }),
  });
  useHotKey("KeyT", () => setAdding(true));
  useEffect(() => {
    if (isAdding) field.current?.focus();
  }, [isAdding]);
  return (
    <section aria-label={t`Задачи`}>
      <header className={head.head}>
        <h2>{t`Задачи`}</h2>
        <button
          type="button"
          aria-label={t`Новая задача`}
          title="T"
          onClick={() => setAdding(true)}
        >
          <IconPlus size={18} stroke={1.7} aria-hidden="true" />
        </button>
      </header>
      {isAdding && (
        <QuickAdd
          fieldRef={field}
          about={deal ? { deal_id: deal.id } : client ? { client_id: client.id } : {}}
          onDone={() => setAdding(false)}
        />
      )}
      {(tasks.data?.items ?? []).map((task) => (
        <TaskLine key={task.id} task={task} />
      ))}
      {tasks.isError && <p className={head.failure}>{t`Задачи не загрузились.`}</p>}
    </section>
  );
}
