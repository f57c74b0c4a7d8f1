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
