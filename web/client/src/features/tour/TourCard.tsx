import { Check } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { positivePrompt } from "@/graph/positivePrompt";
import { tourStops } from "@/graph/tour";
import { useWords } from "@/i18n/useWords";
import { useCatalogue } from "@/state/nodes/catalogue";
import { speak } from "@/state/page/notices";
import { useTour } from "@/state/page/tour";
import { openView } from "@/state/page/views";
import { usePictures } from "@/state/pictures/pictures";
import { shown, useWorkspace } from "@/state/workflow/workspace";
import { changeSteps, changeWords, stepsNode } from "./goals";
import { close, Head } from "./Head";
import styles from "./Tour.module.css";
import { Walk } from "./Walk";

/** After the first picture: that it is made, and what to try next. It stays in its corner until it is sent away. */
export default function TourCard() {
  const { t } = useWords();
  const asked = useTour((state) => state.asked);
  const card = useRef<HTMLElement>(null);
  const [walking, setWalking] = useState(false);
  useEffect(() => {
    if (asked === 0) speak(t("tour.spoken"));
    else whenMenuIsGone(() => card.current?.querySelector<HTMLElement>("li button")?.focus());
  }, [asked, t]);
  // The list is drawn again first; then its last entry, which began the walk, has the keyboard.
  const endWalk = () => {
    setWalking(false);
    requestAnimationFrame(() => card.current?.querySelector<HTMLElement>("li:last-child button")?.focus());
  };
  return (
    <section
      ref={card}
      className={styles.card}
      aria-label={t("tour.title")}
      data-tour
      data-own-keys
      onKeyDown={(event) => {
        if (event.key === "Escape" && !walking) close();
      }}
    >
      {walking ? <Walk onEnd={endWalk} /> : <Next onWalk={() => setWalking(true)} />}
    </section>
  );
}

/** The menu that asked for the card gives the keyboard back to its button first, a moment after it is gone. */
function whenMenuIsGone(act: () => void): void {
  requestAnimationFrame(() => {
    if (document.querySelector("[role=menu]") !== null) whenMenuIsGone(act);
    else requestAnimationFrame(() => requestAnimationFrame(act));
  });
}

/** What to try. An entry that this workflow has nothing for cannot be pressed. */
function Next({ onWalk }: { onWalk: () => void }) {
  const { t } = useWords();
  const made = usePictures((state) => state.recent.length > 0);
  const catalogue = useCatalogue((state) => state.catalogue);
  const document = useWorkspace((state) => shown(state));
  const entries = [
    { word: "words", act: changeWords, can: positivePrompt(document) !== null },
    { word: "steps", act: changeSteps, can: stepsNode(document, catalogue) !== null },
    { word: "form", act: () => openView("form"), can: true },
    { word: "nodes", act: onWalk, can: tourStops(document).length > 0 },
  ];
  return (
    <>
      <Head title={t(made ? "tour.made" : "tour.title")} icon={made ? <Check size={16} aria-hidden /> : null} />
      <ul>
        {entries.map(({ word, act, can }) => (
          <li key={word}>
            <button type="button" disabled={!can} onClick={act}>
              {t(`tour.${word}`)}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
