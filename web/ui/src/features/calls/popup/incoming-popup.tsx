import { useLingui } from "@lingui/react/macro";
import { useRef } from "react";
import { useHotKey } from "@/lib/use-hot-key";
import { useLive } from "../live-store";
import { foldCard, unfoldCard, usePopupChoices } from "../popup-choices";
import { popupStack } from "../popup-stack";
import { typedAbout, useQuickDrafts } from "../quick-drafts";
import { useOpenCard } from "../use-open-card";
import { Announcer } from "./announcer";
import { IncomingCard } from "./incoming-card";
import { IncomingLine } from "./incoming-line";
import css from "./incoming-popup.module.css";
import { useFocusKey } from "./use-focus-key";
import { useGuard } from "./use-guard";
import { usePopupSpace } from "./use-popup-space";
import { useRingingTitle } from "./use-ringing-title";

/**
 * Who calls, in the corner. A pure function of the live calls: never takes the focus, never covers
 * the page with anything, stands last in the document.
 */
export function IncomingPopup() {
  const { t, i18n } = useLingui();
  const calls = useLive((live) => live.calls);
  const { dismissed, folded } = usePopupChoices();
  const drafts = useQuickDrafts((store) => store.drafts);
  const stack = popupStack(calls, { dismissed, folded, kept: typedAbout(drafts) });
  const { main, lines, more } = stack;
  const openCard = useOpenCard();
  const box = useRef<HTMLElement>(null);
  const ids = [main, ...lines].map((live) => live?.id ?? "-");
  const isEmpty = !main && lines.length === 0;
  const isGuarded = useGuard(isEmpty ? "" : ids.join());
  const first = main ?? lines[0] ?? null;

  const open = () => first && openCard(first);
  useHotKey("F2", open, { whileTyping: true, isOn: first !== null });
  useHotKey("Shift+F2", open, { whileTyping: true, isOn: first !== null });
  useFocusKey(box, !isEmpty);
  usePopupSpace(box, !isEmpty);
  useRingingTitle(calls.calls.find((live) => live.isRingingHere) ?? null);

  return (
    <>
      <Announcer ringing={calls.calls.filter((live) => !dismissed.includes(live.id))} />
      {!isEmpty && (
        <aside
          ref={box}
          className={css.popup}
          aria-label={t`Входящие звонки`}
          data-guarded={isGuarded || undefined}
          onKeyDown={(event) => {
            if (event.code !== "Escape" || !main) return;
            event.stopPropagation();
            foldCard(main.id);
          }}
        >
          {more > 0 && <p className={css.more}>{t`ещё ${more}`}</p>}
          {lines.toReversed().map((live) => (
            <IncomingLine
              key={live.id}
              live={live}
              onOpen={() => openCard(live)}
              onUnfold={() => unfoldCard(live.id, ids)}
            />
          ))}
          {main && <IncomingCard key={`${main.id} ${i18n.locale}`} live={main} onOpen={openCard} />}
        </aside>
      )}
    </>
  );
}
