import { type GraphNode, incomingWires, nodeIndex } from "@/graph/document";
import { namedAt } from "@/graph/named";
import { useWords } from "@/i18n/useWords";
import { inputLabel, nodeTitle } from "@/i18n/words";
import { currentCatalogue } from "@/state/catalogue";
import { shownProblems, useRuns } from "@/state/runs";
import { useWorkspace } from "@/state/workspace";
import { WidgetControl } from "@/widgets/WidgetControl";
import { WidgetText } from "@/widgets/WidgetText";
import type { Anatomy, WidgetPlace } from "./anatomy";
import { HEAD, ROW } from "./anatomy";
import type { Detail } from "./detail";
import styles from "./Step.module.css";
import { StepPicture } from "./StepPicture";

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
  const named = useWorkspace((state) => namedAt(state.history.document, node.id).in.get(place.input.name) ?? null);
  const wrong = useRuns((runs) =>
    shownProblems(runs).some((problem) => problem.node === node.id && problem.socket === place.input.name),
  );
  const label = inputLabel(t, node.type, place.input);
  const style = place.grows ? { flex: `1 0 ${place.height}px` } : { height: place.height };
  return (
    <div className={styles.row} style={style} data-input={place.input.name} data-wrong={wrong || undefined}>
      {source !== null || named !== null ? (
        <WidgetText label={label} text={t("widget.wired", { source: source ?? named })} />
      ) : editable ? (
        <WidgetControl node={node.id} type={node.type} input={place.input} label={label} />
      ) : (
        <WidgetText label={label} node={node} input={place.input} />
      )}
    </div>
  );
}

/** The title of the node that feeds a widget, or null. */
function useWireSource(node: string, input: string): string | null {
  const { t } = useWords();
  return useWorkspace((state) => {
    const wire = incomingWires(state.history.document, node).get(input);
    const source = wire === undefined ? undefined : nodeIndex(state.history.document).get(wire.from[0]);
    return source === undefined ? null : nodeTitle(t, source, currentCatalogue().get(source.type));
  });
}
