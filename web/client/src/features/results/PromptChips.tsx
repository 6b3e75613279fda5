import { setWidget } from "@/graph/commands/widgets";
import { positivePrompt } from "@/graph/positivePrompt";
import { useWords } from "@/i18n/useWords";
import { run, shown, useWorkspace } from "@/state/workflow/workspace";
import styles from "./Results.module.css";

/** In the page's language: the starter model reads both. */
const [FIRST, ...OTHERS] = ["prompts.stars", "prompts.house", "prompts.heart"] as const;

/** Other prompts that the starter can paint; a click puts one into the prompt node. */
export function PromptChips() {
  const { t } = useWords();
  const prompt = useWorkspace((state) => positivePrompt(shown(state)));
  if (prompt === null) return null;
  const chip = (key: string) => (
    <button type="button" key={key} onClick={() => run(setWidget(prompt, "text", t(key)))}>
      {t(key)}
    </button>
  );
  return (
    <span className={styles.chips}>
      <span className={styles.first}>
        {t("results.try")}
        {chip(FIRST)}
      </span>
      {OTHERS.map(chip)}
    </span>
  );
}
