import { useLingui } from "@lingui/react/macro";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/button";
import { LoadFailure } from "@/components/load-failure";
import { Sheet } from "@/components/sheet";
import { Skeleton } from "@/components/skeleton";
import { Tag } from "@/components/tag";
import settings from "@/features/settings/settings.module.css";
import { SettingsSection } from "@/features/settings/settings-section";
import type { KeptPbxLink } from "@/lib/wire";
import { NumberTester } from "./number-tester";
import { PbxLinkForm } from "./pbx-link-form";
import { PbxLinkTest } from "./pbx-link-test";
import css from "./pbx-links.module.css";
import { fetchPbxLinks, PBX_LINKS_KEY } from "./pbx-links-api";
import { PbxPhones } from "./pbx-phones";
import { RemoveLink } from "./remove-link";
import { usePbxWords } from "./use-pbx-words";

const LOOK_AGAIN = 3_000;

type Opened = { kind: "new" } | { kind: "change" | "phones" | "remove" | "test"; id: string };

/** The PBXes that are listened to: how each link stands, trying it, its phones and people. */
export function PbxSection() {
  const { t } = useLingui();
  const [opened, setOpened] = useState<Opened | null>(null);
  const links = useQuery({
    queryKey: PBX_LINKS_KEY,
    queryFn: fetchPbxLinks,
    refetchInterval: LOOK_AGAIN,
  });
  const isFixed = links.data?.is_fixed ?? false;
  const close = () => setOpened(null);
  const chosen = links.data?.items.find((one) => opened && "id" in opened && one.id === opened.id);
  const name = chosen?.name ?? "";
  return (
    <SettingsSection
      title={t`АТС`}
      lead={t`Откуда приходят звонки. Изменение перезапускает только свою связь, остальные работают.`}
      objects={["pbx_link"]}
      action={
        !isFixed && (
          <Button kind="primary" onClick={() => setOpened({ kind: "new" })}>
            <IconPlus size={17} stroke={1.7} aria-hidden="true" />
            {t`Подключить АТС`}
          </Button>
        )
      }
    >
      {links.isPending && <Skeleton lines={3} height={22} />}
      {links.isError && <LoadFailure error={links.error} onRetry={() => void links.refetch()} />}
      {isFixed && (
        <p className={settings.quiet}>
          {t`Связи заданы в настройках сервера (ALLO_PBX или allo.toml) и здесь только показаны.`}
        </p>
      )}
      {links.data?.items.length === 0 && (
        <p className={settings.quiet}>{t`АТС ещё не подключена: звонков не видно.`}</p>
      )}
      {links.data && links.data.items.length > 0 && (
        <div className={settings.scroll}>
          <table className={settings.table}>
            <thead>
              <tr>
                <th scope="col">{t`Связь`}</th>
                <th scope="col">{t`Состояние`}</th>
                <th scope="col">
                  <span className="visually-hidden">{t`Действия`}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {links.data.items.map((one) => (
                <LinkRow key={one.id} link={one} isFixed={isFixed} onOpen={setOpened} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div className={settings.below}>
        <NumberTester />
      </div>
      {opened?.kind === "new" && (
        <Sheet title={t`Новая связь с АТС`} onClose={close}>
          <PbxLinkForm onSaved={close} onCancel={close} />
        </Sheet>
      )}
      {opened?.kind === "change" && chosen && (
        <Sheet title={t`Связь «${name}»`} onClose={close}>
          <PbxLinkForm link={chosen} onSaved={close} onCancel={close} />
        </Sheet>
      )}
      {opened?.kind === "test" && chosen && (
        <Sheet title={t`Проверка связи «${name}»`} onClose={close}>
          <div className={settings.form}>
            <PbxLinkTest values={{ link_id: chosen.id }} />
          </div>
        </Sheet>
      )}
      {opened?.kind === "phones" && chosen && (
        <Sheet title={t`Телефоны «${name}»`} onClose={close}>
          <PbxPhones link={chosen} />
        </Sheet>
      )}
      {opened?.kind === "remove" && chosen && (
        <Sheet title={t`Отключить «${name}»`} onClose={close}>
          <RemoveLink link={chosen} onDone={close} />
        </Sheet>
      )}
    </SettingsSection>
  );
}

type RowProps = { link: KeptPbxLink; isFixed: boolean; onOpen: (opened: Opened) => void };

function LinkRow({ link, isFixed, onOpen }: RowProps) {
  const { t } = useLingui();
  const { states } = usePbxWords();
  const { id, name } = link;
  const tone = {
    up: "live",
    connecting: "plain",
    disconnected: "bad",
    refused: "bad",
    off: "plain",
  } as const;
  return (
    <tr data-off={link.is_enabled ? undefined : true}>
      <td>
        <span className={settings.name}>{name}</span>
        <div className={settings.quiet}>{`${link.username}@${link.host}:${link.port}`}</div>
      </td>
      <td>
        <Tag tone={tone[link.state]}>{states[link.state]}</Tag>
        {!link.is_secret_readable && (
          <div className={settings.failure}>{t`секрет нужно ввести заново`}</div>
        )}
        {link.state !== "up" && link.reason && <div className={settings.quiet}>{link.reason}</div>}
      </td>
      <td>
        <div className={css.deeds}>
          <Button
            size="s"
            aria-label={t`Проверить: ${name}`}
            onClick={() => onOpen({ kind: "test", id })}
          >
            {t`Проверить`}
          </Button>
          <Button
            size="s"
            aria-label={t`Телефоны: ${name}`}
            onClick={() => onOpen({ kind: "phones", id })}
          >
            {t`Телефоны`}
          </Button>
          {!isFixed && (
            <>
              <Button
                size="s"
                aria-label={t`Изменить: ${name}`}
                onClick={() => onOpen({ kind: "change", id })}
              >
                {t`Изменить`}
              </Button>
              <Button
                size="s"
                kind="quiet"
                aria-label={t`Отключить: ${name}`}
                onClick={() => onOpen({ kind: "remove", id })}
              >
                {t`Отключить`}
              </Button>
            </>
          )}
        </div>
      </td>
    </tr>
  );
}
