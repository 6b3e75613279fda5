import type { Anatomy, WidgetPlace } from "@/canvas/model/anatomy";
import { HEAD, ROW } from "@/canvas/model/anatomy";
import type { Detail } from "@/canvas/view/detail";
import { type GraphNode, incomingWires, nodeIndex } from "@/graph/document";
import { namedAt } from "@/graph/named";
import { useWords } from "@/i18n/useWords";
import { inputLabel, nodeTitle } from "@/i18n/words";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { shownProblems, useRuns } from "@/state/runs/runs";
import { useRunId } from "@/state/workflow/inside";
import { shown, useWorkspace } from "@/state/workflow/workspace";
import { WidgetControl } from "@/widgets/WidgetControl";
import { WidgetText } from "@/widgets/WidgetText";
import styles from "./StepBody.module.css";
import { StepPicture } from "./StepPicture";
import { ToForm } from "./ToForm";

interface Props {
  node: GraphNode;
  anatomy: Anatomy;
  detail: Detail;
  known: boolean;
}

/** Widgets and the picture. Far away, values are plain text in the same places. */
export function StepBody({ node, anatomy, detail, known }: Props) {
  return (
    <div className={styles.body} style={{ top: HEAD + ROW * anatomy.rows }}>
      {anatomy.widgets.map((place) => (
        <WidgetRow key={place.input.name} node={node} place={place} editable={detail === "full" && known} />
      ))}
      {anatomy.picture === null ? null : <StepPicture node={node} kind={anatomy.picture} />}
    </div>
  );
}

function WidgetRow({ node, place, editable }: { node: GraphNode; place: WidgetPlace; editable: boolean }) {
  const { t } = useWords();
  const source = useWireSource(node.id, place.input.name);
  const named = useWorkspace((state) => namedAt(shown(state), node.id).in.get(place.input.name) ?? null);
  const runId = useRunId(node.id);
  const wrong = useRuns((runs) =>
    shownProblems(runs).some((problem) => problem.node === runId && problem.socket === place.input.name),
  );
  const label = inputLabel(t, node.type, place.input);
  const style = place.grows ? { flex: `1 0 ${place.height}px` } : { height: place.height };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row
    <div
      className={styles.row}
      style={style}
      data-input={place.input.name}
      tabIndex={-1}
      role="group"
      aria-label={label}
      data-wrong={wrong || undefined}
    >
      {source !== null || named !== null ? (
        <WidgetText label={label} text={t("widget.wired", { source: source ?? named })} />
      ) : editable ? (
        <WidgetControl node={node.id} type={node.type} input={place.input} label={label} />
      ) : (
        <WidgetText label={label} node={node} input={place.input} />
      )}
      {editable && source === null && named === null ? <ToForm node={node.id} widget={place.input.name} /> : null}
    </div>
  );
}

/** The title of the node that feeds a widget, or null. */
function useWireSource(node: string, input: string): string | null {
  const { t } = useWords();
  return useWorkspace((state) => {
    const wire = incomingWires(shown(state), node).get(input);
    const source = wire === undefined ? undefined : nodeIndex(shown(state)).get(wire.from[0]);
    return source === undefined ? null : nodeTitle(t, source, currentCatalogue().get(source.type));
  });
}
