import { useEffect } from "react";
import { Canvas } from "@/canvas/Canvas";
import { VIEW_CONTROLS_PLACE } from "@/canvas/ViewControls";
import { BatchDialog } from "@/features/batch/BatchDialog";
import { ResultGrid } from "@/features/batch/ResultGrid";
import { Help } from "@/features/help/Help";
import { Notices } from "@/features/notices/Notices";
import { Palette } from "@/features/palette/Palette";
import { QueueButton } from "@/features/queue/QueueButton";
import { QueuePanel } from "@/features/queue/QueuePanel";
import { Results } from "@/features/results/Results";
import { Viewer } from "@/features/results/Viewer";
import { Banner } from "@/features/run/Banner";
import { RunButtons } from "@/features/run/RunButtons";
import { RunStatus } from "@/features/run/RunStatus";
import { TopBar } from "@/features/topbar/TopBar";
import { useWords } from "@/i18n/useWords";
import { startSession } from "@/state/actions/session";
import styles from "./App.module.css";
import { useAppearance } from "./appearance";
import { DropZone } from "./DropZone";
import { useFirstFocus } from "./firstFocus";
import { useShortcuts } from "./useShortcuts";

/** The page: bar, canvas, strip, and what lies over them. */
export function App() {
  const { t } = useWords();
  useEffect(() => startSession(), []);
  useAppearance();
  useShortcuts();
  useFirstFocus();
  return (
    <div className={styles.app}>
      <a className={styles.skip} href="#canvas">
        {t("app.skip")}
      </a>
      <TopBar>
        <RunButtons />
      </TopBar>
      <main id="canvas" tabIndex={-1} className={styles.canvas}>
        <Canvas />
        <Banner />
        <QueuePanel />
        <Notices />
      </main>
      <footer className={styles.strip}>
        <Results />
        <RunStatus />
        <QueueButton />
        <span id={VIEW_CONTROLS_PLACE} className={styles.view} />
      </footer>
      <Palette />
      <BatchDialog />
      <ResultGrid />
      <Viewer />
      <Help />
      <DropZone />
    </div>
  );
}
