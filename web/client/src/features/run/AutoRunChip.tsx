import { Infinity as Endless, RefreshCw, X } from "lucide-react";
import { useWords } from "@/i18n/useWords";
import { chooseAutoRun } from "@/state/actions/autoRun";
import { useAutoRun } from "@/state/runs/autoRun";
import styles from "./RunButtons.module.css";

/** Says that runs begin by themselves, where the count stood; a press ends it. */
export function AutoRunChip() {
  const { t } = useWords();
  const mode = useAutoRun((state) => state.mode);
  if (mode === "off") return null;
  const Icon = mode === "forever" ? Endless : RefreshCw;
  return (
    <button
      type="button"
      className={styles.auto}
      data-auto-run={mode}
      title={t(`run.auto.end_${mode}`)}
      onClick={() => chooseAutoRun("off")}
    >
      <Icon size={14} aria-hidden />
      <span>{t(`run.auto.${mode}`)}</span>
      <X size={14} aria-hidden />
    </button>
  );
}
