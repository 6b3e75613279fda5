import { X } from "lucide-react";
import { useWords } from "@/i18n/useWords";
import { endTour } from "@/state/page/tour";
import styles from "./Tour.module.css";

/** The card goes; the canvas has the keyboard. */
export function close(): void {
  endTour();
  document.getElementById("canvas")?.focus();
}

/** The card's first line, with what sends it away. */
export function Head({ title, icon }: { title: string; icon?: React.ReactNode }) {
  const { t } = useWords();
  const label = t("tour.close");
  return (
    <header>
      {icon}
      <h2>{title}</h2>
      <button type="button" className={styles.close} aria-label={label} title={label} onClick={close}>
        <X size={16} aria-hidden />
      </button>
    </header>
  );
}
