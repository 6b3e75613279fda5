import { useEffect } from "react";
import { Canvas } from "@/canvas/Canvas";
import { VIEW_CONTROLS_PLACE } from "@/canvas/ViewControls";
import { Help } from "@/features/help/Help";
import { Notices } from "@/features/notices/Notices";
import { Palette } from "@/features/palette/Palette";
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
        <Notices />
      </main>
      <footer className={styles.strip}>
        <Results />
        <RunStatus />
        <span id={VIEW_CONTROLS_PLACE} className={styles.view} />
      </footer>
      <Palette />
      <Viewer />
      <Help />
      <DropZone />
    </div>
  );
}
