import { useLingui } from "@lingui/react/macro";
import { KeyCap } from "@/components/key-cap";
import { Sheet } from "@/components/sheet";
import { useHotKey } from "@/lib/use-hot-key";
import css from "./keys-help.module.css";
import { closeKeysHelp, openKeysHelp, useKeysHelp } from "./keys-help-store";

/** `?`: which keys there are. They go by their place on the keyboard, in any layout. */
export function KeysHelp() {
  const { t } = useLingui();
  const isOpen = useKeysHelp((help) => help.isOpen);
  useHotKey("Shift+Slash", openKeysHelp);
  // In the Russian layout the question mark lives on 7.
  useHotKey("Shift+Digit7", openKeysHelp);
  if (!isOpen) return null;
  const groups: [string, [string, string][]][] = [
    [
      t`Звонок`,
      [
        ["F2", t`открыть карточку звонящего`],
        ["Shift F2", t`то же, пока телефон звонит`],
        ["Ctrl F2", t`перейти в окно звонка и обратно`],
        ["Esc", t`свернуть окно звонка, если фокус в нём`],
        ["1 … 9", t`итог звонка`],
        ["Alt 1 … 9", t`итог звонка, даже при вводе текста`],
        ["P", t`обещание в этом звонке`],
        ["Ctrl Enter", t`завершить обработку, отправить`],
      ],
    ],
    [
      t`Переходы`,
      [
        ["Ctrl K", t`поиск людей, номеров и команд`],
        ["G D", t`рабочее место`],
        ["G C", t`клиенты`],
        ["G S", t`сделки`],
        ["G T", t`задачи`],
        ["G P", t`пропущенные`],
        ["G J", t`журнал звонков`],
        ["G M", t`мониторинг`],
        ["?", t`эта подсказка`],
      ],
    ],
    [
      t`Список и карточка`,
      [
        ["/", t`искать в списке`],
        ["J K", t`следующая и предыдущая строка`],
        ["Enter", t`открыть`],
        ["N", t`новый клиент, сделка, задача`],
        ["D", t`новая сделка с клиентом`],
        ["T", t`новая задача по клиенту`],
        [t`Пробел, P`, t`запись: слушать и остановить`],
        ["← →", t`запись: на 5 секунд назад и вперёд`],
        ["Shift J L", t`то же, на любой странице`],
        ["[ ]", t`запись: медленнее и быстрее`],
        ["Shift ← →", t`сделка в соседний этап`],
        ["E", t`править первое поле`],
        ["W", t`новая заметка`],
        ["M", t`следующий пропущенный`],
      ],
    ],
  ];
  return (
    <Sheet title={t`Клавиши`} onClose={closeKeysHelp}>
      <div className={css.groups}>
        {groups.map(([title, keys]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([key, what]) => (
                <div key={key}>
                  <dt>
                    <span className="visually-hidden">{key}</span>
                    <KeyCap>{key}</KeyCap>
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Sheet>
  );
}
