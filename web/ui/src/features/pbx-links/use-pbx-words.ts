import { useLingui } from "@lingui/react/macro";
import type { KeptPbxLink, PbxTestStep } from "@/lib/wire";

type Words = { title: string; advice?: string };

const MANAGER_CONF = "manager.conf";

/** What each step of a try found, and what to do about it: the exact line where there is one. */
export function usePbxWords() {
  const { t } = useLingui();
  const states: Record<KeptPbxLink["state"], string> = {
    up: t`на связи`,
    connecting: t`соединяется`,
    disconnected: t`нет связи`,
    refused: t`вход отклонён`,
    off: t`выключена`,
  };
  const stepWords = ({ code, text, values }: PbxTestStep): Words => {
    const rights = values.join(",");
    const count = values.length;
    const words: Record<PbxTestStep["code"], Words> = {
      reached: { title: t`АТС отвечает` },
      host_unknown: {
        title: t`Такого адреса нет`,
        advice: t`Проверьте имя сервера: сеть его не знает.`,
      },
      connection_refused: {
        title: t`Соединение отклонено`,
        advice: t`Проверьте порт (обычно 5038) и строки enabled и bindaddr в ${MANAGER_CONF}.`,
      },
      unreachable: {
        title: t`До АТС не добраться`,
        advice: t`Проверьте адрес и сеть: ${text}`,
      },
      no_answer: {
        title: t`Нет ответа`,
        advice: t`Проверьте адрес и межсетевой экран между серверами.`,
      },
      not_asterisk: {
        title: t`Отвечает не Asterisk`,
        advice: t`Нужен порт AMI, обычно 5038, а не SIP и не веб-интерфейс.`,
      },
      let_in: { title: t`Вход выполнен` },
      login_refused: {
        title: t`Вход отклонён`,
        advice: t`Сверьте имя и секрет с ${MANAGER_CONF}, строку permit, затем выполните «manager reload». Ответ АТС: ${text}`,
      },
      login_unanswered: {
        title: t`На вход нет ответа`,
        advice: t`АТС поздоровалась и замолчала: попробуйте ещё раз.`,
      },
      rights_enough: { title: t`Прав достаточно и не больше нужного` },
      rights_missing: {
        title: t`Не хватает прав: ${rights}`,
        advice: t`Добавьте их в строку write в ${MANAGER_CONF}.`,
      },
      rights_excessive: {
        title: t`Лишние права: ${rights}`,
        advice: t`Кто узнает секрет, сможет управлять всей АТС. Уберите их из строки write: хватает originate,call,agent.`,
      },
      rights_none: {
        title: t`Пользователю ничего нельзя`,
        advice: t`Добавьте в ${MANAGER_CONF} строку write = originate,call,agent`,
      },
      events_arrive: { title: t`События приходят` },
      events_missing: {
        title: t`События не приходят`,
        advice: t`Добавьте в ${MANAGER_CONF} строку read = system,call,agent,user,cdr`,
      },
      endpoints_found: { title: t`Наших телефонов: ${count}` },
      endpoints_none_ours: {
        title: t`Наших телефонов не видно`,
        advice: t`Правило внутренних номеров не подходит ни к одному имени на АТС.`,
      },
      endpoints_hidden: {
        title: t`Список телефонов закрыт`,
        advice: t`Звонки это не мешает показывать, но людей придётся внести руками.`,
      },
    };
    return words[code];
  };
  return { states, stepWords };
}
