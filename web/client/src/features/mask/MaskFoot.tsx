import { Maximize, Minus, Plus } from "lucide-react";
import { useWords } from "@/i18n/useWords";
import type { EditorActs } from "./keys";
import styles from "./Mask.module.css";
import type { MaskSession, SessionState } from "./session";

interface Props {
  session: MaskSession;
  state: SessionState;
  scale: number;
  acts: EditorActs;
  note: string;
}

/** Size, how much is masked, what is under way, and the zoom. */
export function MaskFoot({ session, state, scale, acts, note }: Props) {
  const { t } = useWords();
  const { width, height } = session.mask;
  const percent = Math.round(state.masked * 10) / 10;
  return (
    <footer className={styles.foot}>
      <span>
        {width} × {height}
      </span>
      <span data-masked={percent} role="status">
        {t("mask.masked", { percent: percent >= 10 ? Math.round(percent) : percent })}
      </span>
      <span className={styles.note} role="status">
        {state.busy ? t("mask.working") : note}
      </span>
      <button
        type="button"
        className={styles.icon}
        title={t("mask.smaller")}
        aria-label={t("mask.smaller")}
        onClick={acts.smaller}
      >
        <Minus size={16} aria-hidden />
      </button>
      <button type="button" className={styles.percent} title={`${t("mask.actual")} (1)`} onClick={acts.actual}>
        {Math.round(scale * 100)} %
      </button>
      <button
        type="button"
        className={styles.icon}
        title={t("mask.larger")}
        aria-label={t("mask.larger")}
        onClick={acts.larger}
      >
        <Plus size={16} aria-hidden />
      </button>
      <button
        type="button"
        className={styles.icon}
        title={`${t("mask.fit")} (0)`}
        aria-label={t("mask.fit")}
        onClick={acts.fit}
      >
        <Maximize size={16} aria-hidden />
      </button>
    </footer>
  );
}
