import { TriangleAlert } from "lucide-react";
import type { Problem } from "@/api/types";
import { labelsOf, problemRemedy, problemSentence } from "@/i18n/problemWords";
import { useWords } from "@/i18n/useWords";
import { viewport } from "@/state/canvas/viewport";
import { goToRunNode } from "@/state/workflow/inside";
import styles from "./Inspector.module.css";
import { Part } from "./Part";

interface Props {
  problems: readonly Problem[];
  /** The type of the node they are of, for the names of its sockets. */
  type?: string;
  /** Whether each leads to its node. */
  lead?: boolean;
}

/** What is wrong, and what to do; nothing while nothing is. */
export function Problems({ problems, type = "", lead = false }: Props) {
  const { t } = useWords();
  if (problems.length === 0) return null;
  return (
    <Part title={t("trouble.count", { count: problems.length })}>
      <ul className={styles.problems}>
        {problems.map((problem) => {
          const labels = labelsOf(t, problem, type);
          return (
            <li key={`${problem.code} ${problem.node} ${problem.socket}`} data-severity={problem.severity}>
              <TriangleAlert size={14} aria-hidden />
              <span>
                {problemSentence(t, problem, labels)} <em>{problemRemedy(t, problem, labels)}</em>
                {lead && problem.node !== null ? (
                  <button type="button" className={styles.link} onClick={() => show(problem.node ?? "")}>
                    {t("trouble.show")}
                  </button>
                ) : null}
              </span>
            </li>
          );
        })}
      </ul>
    </Part>
  );
}

/** Going into a sub-graph takes a render; then the view can move. */
function show(node: string): void {
  const here = goToRunNode(node);
  requestAnimationFrame(() => requestAnimationFrame(() => viewport()?.fit([here])));
}
