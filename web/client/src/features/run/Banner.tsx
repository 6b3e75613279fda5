import { LoaderCircle, TriangleAlert } from "lucide-react";
import { problemRemedy, problemSentence } from "@/i18n/problemWords";
import { useWords } from "@/i18n/useWords";
import { workerTrouble } from "@/state/actions/session";
import { shownProblems, useRuns } from "@/state/runs/runs";
import styles from "./Banner.module.css";

/** One line below the top bar while something keeps runs from working: no server, no worker, or a problem of the whole. */
export function Banner() {
  const { t } = useWords();
  const online = useRuns((state) => state.online);
  const trouble = useRuns((state) => workerTrouble(state.worker));
  const cause = useRuns((state) => state.workerProblem);
  const problem = useRuns((state) => shownProblems(state).find((item) => item.node === null));
  if (online === false) return <Line kind="error" text={t("connection.lost")} />;
  if (trouble === "faulty" && cause !== null) {
    return <Line kind="error" text={`${problemSentence(t, cause)} ${problemRemedy(t, cause)}`} />;
  }
  if (problem !== undefined) {
    return <Line kind="error" text={`${problemSentence(t, problem)} ${problemRemedy(t, problem)}`} />;
  }
  if (trouble !== null) return <Line kind={trouble === "faulty" ? "error" : "wait"} text={t(`worker.${trouble}`)} />;
  return null;
}

function Line({ kind, text }: { kind: "wait" | "error"; text: string }) {
  const Icon = kind === "wait" ? LoaderCircle : TriangleAlert;
  return (
    <div className={styles.banner} data-kind={kind} role={kind === "error" ? "alert" : "status"}>
      <Icon size={16} aria-hidden />
      {text}
    </div>
  );
}
