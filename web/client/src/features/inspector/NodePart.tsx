import { useShallow } from "zustand/react/shallow";
import { type GraphNode, incomingWires, nodeIndex } from "@/graph/document";
import { namedAt } from "@/graph/named";
import { widgetInputs } from "@/graph/spec";
import { isInstance } from "@/graph/subgraphs";
import { useWords } from "@/i18n/useWords";
import { inputLabel, nodeTitle, typeTitle } from "@/i18n/words";
import { currentCatalogue, useSpec } from "@/state/nodes/catalogue";
import { shownProblems, useRuns } from "@/state/runs/runs";
import { isInside } from "@/state/runs/runView";
import { useRunId } from "@/state/workflow/inside";
import { shown, useWorkspace } from "@/state/workflow/workspace";
import { WidgetControl } from "@/widgets/WidgetControl";
import { WidgetText } from "@/widgets/WidgetText";
import styles from "./Inspector.module.css";
import { LastRun } from "./LastRun";
import { NodeHelp } from "./NodeHelp";
import { Part } from "./Part";
import { Problems } from "./Problems";
import { RawJson } from "./RawJson";
import { Wiring } from "./Wiring";

/** Everything that is known of one node. */
export function NodePart({ node }: { node: GraphNode }) {
  const { t } = useWords();
  const spec = useSpec(node.type);
  const runId = useRunId(node.id);
  const problems = useRuns(
    useShallow((runs) =>
      shownProblems(runs).filter(
        ({ node: id }) => id === runId || (isInstance(node.type) && isInside(id ?? "", runId)),
      ),
    ),
  );
  const title = nodeTitle(t, node, spec);
  const type = typeTitle(t, spec, node.type);
  const mode = node.mode === "active" ? "" : t(`node_words.${node.mode}`);
  return (
    <>
      <header className={styles.head}>
        <h3>{title}</h3>
        <p>{[title === type ? "" : type, mode].filter((words) => words !== "").join(" · ")}</p>
      </header>
      {spec === undefined ? <p className={styles.missing}>{t("node.missing")}</p> : null}
      <Problems problems={problems} type={node.type} />
      <Values node={node} />
      <Wiring node={node} />
      <LastRun node={node} />
      {spec === undefined ? null : <NodeHelp spec={spec} />}
      <RawJson value={node} />
    </>
  );
}

/** The widgets; one that a wire feeds says from where. */
function Values({ node }: { node: GraphNode }) {
  const { t } = useWords();
  const spec = useSpec(node.type);
  const document = useWorkspace(shown);
  const inputs = spec === undefined ? [] : widgetInputs(spec);
  if (inputs.length === 0) return null;
  const sourceOf = (name: string): string | undefined => {
    const wire = incomingWires(document, node.id).get(name);
    const source = nodeIndex(document).get(wire?.from[0] ?? "");
    if (source !== undefined) return nodeTitle(t, source, currentCatalogue().get(source.type));
    return namedAt(document, node.id).in.get(name);
  };
  return (
    <Part title={t("inspector.values")}>
      {inputs.map((input) => {
        const label = inputLabel(t, node.type, input);
        const source = sourceOf(input.name);
        const grows = input.widget.kind === "text" && input.widget.multiline;
        return (
          <div key={input.name} className={styles.field} data-kind={grows ? "text" : input.widget.kind}>
            {grows ? <span className={styles.label}>{label}</span> : null}
            {source === undefined ? (
              <WidgetControl node={node.id} type={node.type} input={input} label={label} />
            ) : (
              <WidgetText label={label} text={t("widget.wired", { source })} />
            )}
          </div>
        );
      })}
    </Part>
  );
}
