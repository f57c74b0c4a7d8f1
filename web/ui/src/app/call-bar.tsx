import { useLingui } from "@lingui/react/macro";
import { IconSearch } from "@tabler/icons-react";
import { KeyCap } from "@/components/key-cap";
import { StateButton } from "@/features/agents/state-button";
import { OrderChip } from "@/features/calling/order-chip";
import { CurrentCall } from "@/features/calls/current-call";
import css from "./call-bar.module.css";
import { ProfileMenu } from "./profile-menu";

/** Always on top: what my line does, the talk that goes on, the search. */
export function CallBar({ onSearch }: { onSearch: () => void }) {
  const { t } = useLingui();
  return (
    <header className={css.bar}>
      <StateButton />
      <CurrentCall />
      <OrderChip />
      <div className={css.gap} />
      <button type="button" className={css.search} onClick={onSearch} aria-keyshortcuts="Control+K">
        <IconSearch size={16} stroke={1.7} aria-hidden="true" />
        <span className={css.hint}>{t`Имя, номер, команда`}</span>
        <KeyCap>Ctrl K</KeyCap>
      </button>
      <ProfileMenu />
    </header>
  );
}
