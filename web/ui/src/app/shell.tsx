import { Outlet } from "@tanstack/react-router";
import { useState } from "react";
import { CallEffects } from "@/features/calls/call-effects";
import { NoteKeeper } from "@/features/calls/note-keeper";
import { IncomingPopup } from "@/features/calls/popup/incoming-popup";
import { LineEffects } from "@/features/line/line-effects";
import { Palette } from "@/features/palette/palette";
import { PlayerKeys } from "@/features/recordings/player-keys";
import { DueToasts } from "@/features/tasks/due-toasts";
import { CallBar } from "./call-bar";
import { KeysHelp } from "./keys-help";
import { Rail } from "./rail";
import css from "./shell.module.css";
import { SystemBars } from "./system-bars";
import { useGoKeys } from "./use-go-keys";

/** The frame round every page: rail, call bar, the page, and the popup last of all. */
export function Shell() {
  const [isSearching, setSearching] = useState(false);
  useGoKeys(() => setSearching(true));
  return (
    <div className={css.shell}>
      <CallEffects />
      <LineEffects />
      <PlayerKeys />
      <NoteKeeper />
      <Rail />
      <div className={css.column}>
        <CallBar onSearch={() => setSearching(true)} />
        <SystemBars />
        <main className={css.page} id="page" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      {isSearching && <Palette onClose={() => setSearching(false)} />}
      <KeysHelp />
      <DueToasts />
      <IncomingPopup />
    </div>
  );
}
