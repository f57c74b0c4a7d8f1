import { useLingui } from "@lingui/react/macro";
import css from "./client-fields.module.css";
import own from "./vip-field.module.css";

type Props = { isVip: boolean; onSave: (isVip: boolean) => void };

/** Whether callers of this client go first: the PBX is told so when it asks. */
export function VipField({ isVip, onSave }: Props) {
  const { t } = useLingui();
  return (
    <div className={css.row}>
      <span className={css.label}>VIP</span>
      <label className={own.check}>
        <input
          type="checkbox"
          aria-label={t`VIP, первыми в очереди`}
          checked={isVip}
          onChange={(event) => onSave(event.currentTarget.checked)}
        />
        {t`первыми в очереди`}
      </label>
    </div>
  );
}
