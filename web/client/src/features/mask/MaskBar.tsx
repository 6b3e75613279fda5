import { Redo2, Undo2 } from "lucide-react";
import { useWords } from "@/i18n/useWords";
import { keyLabel } from "@/state/commands/stroke";
import type { EditorActs } from "./keys";
import styles from "./Mask.module.css";
import type { SessionState } from "./session";

interface Props {
  title: string;
  state: SessionState;
  acts: EditorActs;
  saving: boolean;
  onSave: () => void;
  onCancel: () => void;
}

/** Title, undo, what acts on the whole mask, Cancel and Save. */
export function MaskBar({ title, state, acts, saving, onSave, onCancel }: Props) {
  const { t } = useWords();
  const label = (words: string, key: string) => `${t(words)} (${keyLabel(key)})`;
  return (
    <header className={styles.bar}>
      <h1 title={title}>{t("mask.title", { name: title })}</h1>
      <button
        type="button"
        className={styles.icon}
        title={label("menu.undo", "Mod+Z")}
        aria-label={label("menu.undo", "Mod+Z")}
        disabled={!state.canUndo}
        onClick={acts.undo}
      >
        <Undo2 size={18} aria-hidden />
      </button>
      <button
        type="button"
        className={styles.icon}
        title={label("menu.redo", "Mod+Shift+Z")}
        aria-label={label("menu.redo", "Mod+Shift+Z")}
        disabled={!state.canRedo}
        onClick={acts.redo}
      >
        <Redo2 size={18} aria-hidden />
      </button>
      <button type="button" title={label("mask.invert", "I")} aria-disabled={state.busy} onClick={acts.invert}>
        {t("mask.invert")}
      </button>
      <button type="button" title={label("mask.clear", "Delete")} aria-disabled={state.busy} onClick={acts.clear}>
        {t("mask.clear")}
      </button>
      <span className={styles.gap} />
      <button type="button" title={label("mask.cancel", "Escape")} onClick={onCancel}>
        {t("mask.cancel")}
      </button>
      <button
        type="button"
        className={styles.primary}
        title={label("mask.save", "Mod+S")}
        aria-disabled={saving || state.busy}
        onClick={onSave}
      >
        {t("mask.save")}
      </button>
    </header>
  );
}
