import { useLingui } from "@lingui/react/macro";

/** What the audit's words are called. A deed that has no name here is shown by its own. */
export function useAuditWords() {
  const { t } = useLingui();
  const objects: Record<string, string> = {
    user: t`Пользователи`,
    team: t({ message: "Команды", context: "люди" }),
    queue_setting: t`Очереди`,
    disposition: t`Итоги разговора`,
    ignored_number: t`Номера без карточки`,
    office: t`Офис`,
    pipeline: t`Воронки`,
    pbx_link: t`АТС`,
    client: t`Клиенты`,
    import: t`Импорт`,
    recording: t`Записи разговоров`,
  };
  const actions: Record<string, string> = {
    "session.opened": t`вход`,
    "session.refused": t`неудачный вход`,
    "user.created": t`новый пользователь`,
    "user.changed": t`изменён пользователь`,
    "user.role_changed": t`изменена роль`,
    "user.password_changed": t`сменён пароль`,
    "user.password_reset": t`сброшен пароль`,
    "user.deactivated": t`отключён пользователь`,
    "user.reactivated": t`возвращён пользователь`,
    "user.handed_over": t`переданы дела`,
    "token.created": t`создан ключ программы`,
    "token.revoked": t`отозван ключ программы`,
    "team.created": t`новая команда`,
    "team.changed": t`изменена команда`,
    "team.deleted": t`расформирована команда`,
    "queue_setting.created": t`описана очередь`,
    "queue_setting.changed": t`изменена очередь`,
    "disposition.created": t`новый итог разговора`,
    "disposition.changed": t`изменён итог разговора`,
    "ignored_number.created": t`добавлен номер без карточки`,
    "ignored_number.changed": t`изменён номер без карточки`,
    "ignored_number.deleted": t`убран номер без карточки`,
    "office.changed": t`изменён офис`,
    "pbx_link.created": t`подключена АТС`,
    "pbx_link.changed": t`изменена связь с АТС`,
    "pbx_link.deleted": t`отключена АТС`,
    "pbx_link.phone_rung": t`пробный звонок`,
    "pipeline.created": t`новая воронка`,
    "pipeline.changed": t`изменена воронка`,
    "client.created": t`новый клиент`,
    "client.changed": t`изменён клиент`,
    "import.created": t`загружен файл`,
    "import.started": t`начат импорт`,
    "import.ended": t`закончен импорт`,
  };
  return { objects, action: (action: string) => actions[action] ?? action };
}
