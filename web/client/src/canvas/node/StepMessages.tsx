import type { Anatomy } from "@/canvas/model/anatomy";
import type { GraphNode } from "@/graph/document";
import { useRuns } from "@/state/runs/runs";
import { useRunId } from "@/state/workflow/inside";
import styles from "./StepMessages.module.css";
import { StepProblems } from "./StepProblems";

/** Everything a node says in words that has no place of its own in the box: it hangs below, and nothing moves. */
export function StepMessages({ node, anatomy }: { node: GraphNode; anatomy: Anatomy }) {
  const roomy = anatomy.picture === "result" || anatomy.picture === "preview";
  const inside = roomy && !node.collapsed;
  return (
    <>
      {inside ? <StepProblems node={node} inside /> : null}
      <div className={styles.below}>
        {anatomy.picture === "words" && !node.collapsed ? null : <Notes node={node} />}
        {inside ? null : <StepProblems node={node} inside={false} />}
      </div>
    </>
  );
}

/** What the node told of this run: a line while it ran, a measurement, a note on the file it opened. */
function Notes({ node }: { node: GraphNode }) {
  const runId = useRunId(node.id);
  const lines = useRuns((runs) => runs.view?.texts[runId]);
  const said = useRuns((runs) => runs.view?.said[runId]);
  if (lines === undefined && said === undefined) return null;
  return (
    <p className={`nodrag nowheel ${styles.notes}`} data-words={node.id}>
      {[...(said === undefined ? [] : [said]), ...(lines ?? [])].join("\n")}
    </p>
  );
}
