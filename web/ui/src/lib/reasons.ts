// Why the server refused, in the reader's language. A reason without words here is told as it came.
import type { I18n } from "@lingui/core";
import { msg, plural } from "@lingui/core/macro";
import type { Problem } from "./problem";

type About = Readonly<Record<string, string | number>>;

export function reasonOf(i18n: I18n, problem: Problem): string {
  const { reason, about } = problem.body;
  const word = typeof reason === "string" ? reason : problem.code;
  return (
    accountReason(i18n, word, (about ?? {}) as About) ??
    officeReason(i18n, word, (about ?? {}) as About) ??
    salesReason(i18n, word, (about ?? {}) as About) ??
    agentReason(i18n, word, (about ?? {}) as About) ??
    problem.message
  );
}

function accountReason(i18n: I18n, word: string, about: About): string | null {
  const { login = "", who = "", extension = "", name = "" } = about;
  const least = Number(about.least);
  switch (word) {
    case "changed_meanwhile":
      return i18n._(msg`пока вы правили, это изменил кто-то другой. Закройте и откройте заново.`);
    case "forbidden":
      return i18n._(msg`ваша роль этого не позволяет.`);
    case "login_letters":
      return i18n._(msg`логин состоит из букв, цифр и знаков . @ + - _`);
    case "login_taken":
      return i18n._(msg`логин ${login} уже занят.`);
    case "extension_letters":
      return i18n._(msg`внутренний номер состоит из цифр, букв и знаков * # + . -`);
    case "extension_taken":
      return i18n._(msg`за номером ${extension} уже сидит ${who}.`);
    case "last_administrator":
      return i18n._(msg`это последний администратор: сначала назначьте другого.`);
    case "password_short":
      return i18n._(
        msg`в пароле должно быть хотя бы ${plural(least, {
          one: "# знак",
          few: "# знака",
          many: "# знаков",
          other: "# знаков",
        })}.`,
      );
    case "password_common":
      return i18n._(msg`такой пароль подбирают первым, придумайте другой.`);
    case "team_name_taken":
      return i18n._(msg`команда «${name}» уже есть.`);
    case "first_team_stays":
      return i18n._(msg`первая команда остаётся: в ней те, у кого нет другой.`);
    default:
      return null;
  }
}

function officeReason(i18n: I18n, word: string, about: About): string | null {
  const { name = "", number = "", least = 0, most = 0 } = about;
  switch (word) {
    case "name_empty":
      return i18n._(msg`нужно название.`);
    case "last_result":
      return i18n._(msg`последний итог нельзя убрать.`);
    case "queue_described":
      return i18n._(msg`очередь ${name} уже описана.`);
    case "wrap_up_limit":
      return i18n._(msg`на постобработку можно дать от 0 до ${most} секунд.`);
    case "service_level_limit":
      return i18n._(msg`отвечать можно обещать за время от 1 до ${most} секунд.`);
    case "result_required":
      return i18n._(msg`в этой очереди итог обязателен: выберите, чем кончился разговор.`);
    case "hours_overlap":
      return i18n._(msg`часы одного дня не должны пересекаться.`);
    case "hours_empty":
      return i18n._(msg`в неделе нет ни одного рабочего часа.`);
    case "already_claimed":
      return i18n._(msg`этому клиенту уже звонит ${about.who ?? ""}.`);
    case "settled":
      return i18n._(msg`с этим клиентом уже поговорили.`);
    case "written_off":
      return i18n._(msg`этот пропущенный уже списан.`);
    case "number_listed":
      return i18n._(msg`номер ${number} уже в списке.`);
    case "number_unreadable":
      return i18n._(msg`это не телефонный номер.`);
    case "prefix_length":
      return i18n._(msg`в начале номера от ${least} до 15 цифр.`);
    case "file_empty":
      return i18n._(msg`файл пуст.`);
    case "file_has_no_rows":
      return i18n._(msg`в файле есть заголовок, а под ним ничего.`);
    case "file_is_no_text":
      return i18n._(msg`это не текст: сохраните таблицу как CSV.`);
    case "file_too_large":
    case "file_too_long":
      return i18n._(msg`файл слишком большой: разделите его на части.`);
    default:
      return null;
  }
}

function salesReason(i18n: I18n, word: string, about: About): string | null {
  const { stage = "" } = about;
  const count = Number(about.count);
  switch (word) {
    case "last_pipeline":
      return i18n._(msg`последнюю воронку нельзя убрать.`);
    case "pipeline_has_deals":
      return i18n._(
        msg`в этой воронке ${plural(count, {
          one: "# открытая сделка",
          few: "# открытые сделки",
          many: "# открытых сделок",
          other: "# открытых сделок",
        })}: сначала закройте или перенесите.`,
      );
    case "stage_has_deals":
      return i18n._(
        msg`в этапе «${stage}» ${plural(count, {
          one: "# открытая сделка",
          few: "# открытые сделки",
          many: "# открытых сделок",
          other: "# открытых сделок",
        })}: скажите, куда перенести.`,
      );
    default:
      return null;
  }
}

function agentReason(i18n: I18n, word: string, about: About): string | null {
  const { extension = "" } = about;
  switch (word) {
    case "no_phone":
      return i18n._(msg`за этим человеком нет телефона.`);
    case "no_queue":
      return i18n._(msg`этот телефон не стоит ни в одной очереди.`);
    case "pause_reason_unknown":
      return i18n._(msg`такой причины больше нет: выберите другую.`);
    case "last_reason":
      return i18n._(msg`последнюю причину нельзя убрать.`);
    case "wrap_up_over":
      return i18n._(msg`время на постобработку уже вышло.`);
    case "desk_in_use":
      return i18n._(msg`по этому телефону сейчас идёт звонок.`);
    case "desk_not_shared":
      return i18n._(msg`этот телефон не общий.`);
    case "desk_shared":
      return i18n._(msg`этот телефон уже общий.`);
    case "has_own_phone":
      return i18n._(msg`у вас на этой АТС свой телефон: ${extension}.`);
    case "pbx_unreachable":
      return i18n._(msg`нет связи с АТС.`);
    case "pbx_refused":
      return i18n._(msg`АТС отказала.`);
    case "pbx_unanswered":
      return i18n._(msg`АТС не ответила: проверьте состояние через минуту.`);
    default:
      return null;
  }
}
