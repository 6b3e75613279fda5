import { nodeIndex } from "@/graph/document";
import { isEdge } from "@/graph/subgraphs";
import { useSelection } from "@/state/workflow/selection";
import { shown, useWorkspace } from "@/state/workflow/workspace";
import styles from "./Inspector.module.css";
import { NodePart } from "./NodePart";
import { SeveralPart } from "./SeveralPart";
import { WorkflowPart } from "./WorkflowPart";

/** What is known of the selection: of one node, of several, or of the workflow while nothing is selected. */
export default function InspectorPanel() {
  const selected = useSelection((state) => state.nodes);
  const document = useWorkspace(shown);
  const nodes = selected.flatMap((id) => (isEdge(id) ? [] : (nodeIndex(document).get(id) ?? [])));
  const [first] = nodes;
  return (
    <div className={styles.inspector}>
      {first === undefined ? (
        <WorkflowPart />
      ) : nodes.length === 1 ? (
        <NodePart key={first.id} node={first} />
      ) : (
        <SeveralPart key={nodes.map(({ id }) => id).join(" ")} nodes={nodes} />
      )}
    </div>
  );
}
