import { useLingui } from "@lingui/react/macro";
import { IconPhoneRinging } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/button";
import settings from "@/features/settings/settings.module.css";
import type { PbxEndpoint, PhoneRung } from "@/lib/wire";
import { PbxFailure } from "./pbx-failure";
import css from "./pbx-links.module.css";
import { ringPhone } from "./pbx-links-api";

type Props = { linkId: string; phones: readonly PbxEndpoint[] };

const keyOf = ({ technology, name }: PbxEndpoint) => `${technology}/${name}`;

/** Rings a phone of ours and tells in how many milliseconds its card stood on the screen. */
export function PhoneRing({ linkId, phones }: Props) {
  const { t } = useLingui();
  const ours = phones.filter(({ extension }) => extension !== null);
  const [chosen, setChosen] = useState("");
  const phone =
    ours.find((one) => keyOf(one) === chosen) ?? ours.find(({ user }) => user) ?? ours[0];
  const ringing = useMutation({
    mutationFn: (one: PbxEndpoint) => ringPhone(linkId, one.name, one.technology),
  });
  if (!phone)
    return <p className={settings.quiet}>{t`Звонить некому: наших телефонов не видно.`}</p>;
  const number = phone.extension ?? phone.name;
  return (
    <div className={css.test}>
      <div className={settings.row}>
        <select
          className={settings.field}
          aria-label={t`Телефон`}
          value={keyOf(phone)}
          onChange={(event) => setChosen(event.currentTarget.value)}
        >
          {ours.map((one) => (
            <option key={keyOf(one)} value={keyOf(one)}>
              {[one.extension, one.user?.name ?? one.title].filter(Boolean).join(", ")}
            </option>
          ))}
        </select>
        <Button isBusy={ringing.isPending} onClick={() => ringing.mutate(phone)}>
          <IconPhoneRinging size={18} stroke={1.7} aria-hidden="true" />
          {ringing.isPending ? t`Звоню на ${number}…` : t`Позвонить на ${number}`}
        </Button>
      </div>
      <PbxFailure error={ringing.error} />
      {ringing.data && <Outcome told={ringing.data} />}
    </div>
  );
}

function Outcome({ told }: { told: PhoneRung }) {
  const { t } = useLingui();
  const name = told.user?.name ?? "";
  const milliseconds = told.milliseconds ?? 0;
  const words = {
    painted: t`Карточка на экране через ${milliseconds} мс после звонка.`,
    sent: told.has_screen
      ? t`Телефон звонил, но карточку никто не увидел: у ${name} страница свёрнута.`
      : t`Телефон звонил, но у ${name} не открыта страница Allo.`,
    rang: t`Телефон звонил, но этот номер ни за кем не записан: карточку показать некому.`,
    not_rung: t`Звонка не было: телефон не зарегистрирован или АТС его не нашла.`,
  };
  return (
    <p
      className={css.outcome}
      data-verdict={told.outcome === "painted" ? "ok" : "warning"}
      role="status"
    >
      {words[told.outcome]}
    </p>
  );
}
