import { useEffect } from "react";
import { Canvas } from "@/canvas/Canvas";
import { VIEW_CONTROLS_PLACE } from "@/canvas/view/ViewControls";
import { PictureDrop } from "@/features/gallery/PictureDrop";
import { Notices } from "@/features/notices/Notices";
import { QueueButton } from "@/features/queue/QueueButton";
import { Results } from "@/features/results/Results";
import { Banner } from "@/features/run/Banner";
import { RunButtons } from "@/features/run/RunButtons";
import { RunStatus } from "@/features/run/RunStatus";
import { DraftConflict } from "@/features/tabs/DraftConflict";
import { TabBar } from "@/features/tabs/TabBar";
import { TopBar } from "@/features/topbar/TopBar";
import { useWords } from "@/i18n/useWords";
import { startSession } from "@/state/actions/session";
import styles from "./App.module.css";
import { useAppearance } from "./appearance";
import { useKeys } from "./commands/useKeys";
import { Dialogs, Tour } from "./Dialogs";
import { DropZone } from "./DropZone";
import { loadExtensions } from "./extensions/load";
import { useFirstFocus } from "./firstFocus";
import { PanelSide } from "./panels/PanelFrame";
import { Rail } from "./panels/Rail";
import { useClipboard } from "./useClipboard";
import { usePhoneForm } from "./usePhoneForm";
import { useTitle } from "./useTitle";
import { useCurrentView, ViewHost } from "./views/ViewHost";

/** The page: bar, rail and panels around the canvas, strip, and what lies over them. */
export function App() {
  useEffect(() => startSession(), []);
  useEffect(() => void loadExtensions(), []);
  useAppearance();
  useKeys();
  useClipboard();
  useFirstFocus();
  useTitle();
  usePhoneForm();
  const shown = useCurrentView();
  const bare = shown?.view.bare === true;
  return (
    <div className={styles.app}>
      <SkipLink />
      {bare ? null : (
        <TopBar tabs={<TabBar />}>
          <RunButtons />
        </TopBar>
      )}
      <div className={styles.middle}>
        {bare ? null : <Rail />}
        <PanelSide side="left" />
        <div className={styles.centre}>
          <main id="canvas" tabIndex={-1} className={styles.canvas} data-region="canvas" inert={shown !== null}>
            <Canvas />
            <Banner />
            <DraftConflict />
            <Tour />
          </main>
          <ViewHost />
          <Notices />
        </div>
        <PanelSide side="right" />
      </div>
      <footer className={styles.strip} data-region="strip" hidden={shown !== null}>
        <Results />
        <RunStatus />
        <QueueButton />
        <span id={VIEW_CONTROLS_PLACE} className={styles.view} />
      </footer>
      <PictureDrop />
      <Dialogs />
      <DropZone />
    </div>
  );
}

/** To the canvas past the bar and the rail. The address stays: views live there. */
function SkipLink() {
  const { t } = useWords();
  return (
    // biome-ignore lint/a11y/useValidAnchor: it goes to a place on the page; only the address stays
    <a
      className={styles.skip}
      href="#canvas"
      onClick={(event) => {
        event.preventDefault();
        document.getElementById("canvas")?.focus();
      }}
    >
      {t("app.skip")}
    </a>
  );
}
