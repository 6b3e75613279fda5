import type { GraphNode } from "@/graph/document";
import { useRuns } from "@/state/runs";
import type { Anatomy } from "./anatomy";
import styles from "./Step.module.css";
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

/** What the node told of this run: a measurement, or a note on the file it opened. */
function Notes({ node }: { node: GraphNode }) {
  const lines = useRuns((runs) => runs.view?.texts[node.id]);
  if (lines === undefined) return null;
  return (
    <p className={`nodrag nowheel ${styles.notes}`} data-words={node.id}>
      {lines.join("\n")}
    </p>
  );
}
