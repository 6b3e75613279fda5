import { type GraphNode, incomingWires, nodeIndex, outgoingWires } from "@/graph/document";
import { namedAt } from "@/graph/named";
import { isEdge } from "@/graph/subgraphs";
import { useWords } from "@/i18n/useWords";
import { inputLabel, nodeTitle, outputLabel, socketType } from "@/i18n/words";
import { viewport } from "@/state/canvas/viewport";
import { useKnownTypes } from "@/state/nodes/catalogue";
import { selectNodes } from "@/state/workflow/selection";
import { shown, useWorkspace } from "@/state/workflow/workspace";
import styles from "./Inspector.module.css";
import { Part } from "./Part";

/** The sockets of a node and where their wires go. */
export function Wiring({ node }: { node: GraphNode }) {
  const { t } = useWords();
  const document = useWorkspace(shown);
  const catalogue = useKnownTypes();
  const spec = catalogue.get(node.type);
  if (spec === undefined) return null;
  const wired = incomingWires(document, node.id);
  const named = namedAt(document, node.id).in;
  const inputs = spec.inputs.filter(({ name, widget }) => widget === null || wired.has(name) || named.has(name));
  const titleOf = (id: string) => {
    const other = nodeIndex(document).get(id);
    return other === undefined ? id : nodeTitle(t, other, catalogue.get(other.type));
  };
  if (inputs.length + spec.outputs.length === 0) return null;
  return (
    <Part title={t("inspector.wiring")}>
      <dl className={styles.wiring}>
        {inputs.map((input) => {
          const wire = wired.get(input.name);
          const name = named.get(input.name);
          return (
            <div key={`in ${input.name}`}>
              <dt>
                {inputLabel(t, node.type, input)} <small>{socketType(t, input.type)}</small>
              </dt>
              <dd>
                {wire !== undefined ? (
                  <Goal id={wire.from[0]} title={titleOf(wire.from[0])} arrow="←" />
                ) : name !== undefined ? (
                  `♯ ${name}`
                ) : (
                  <span data-empty>{t(input.required ? "inspector.needed" : "inspector.free")}</span>
                )}
              </dd>
            </div>
          );
        })}
        {spec.outputs.map((output) => {
          const goals = outgoingWires(document, node.id).filter((wire) => wire.from[1] === output.name);
          return (
            <div key={`out ${output.name}`}>
              <dt>
                {outputLabel(t, node.type, output)} <small>{socketType(t, output.type)}</small>
              </dt>
              <dd>
                {goals.length === 0 ? <span data-empty>{t("inspector.nowhere")}</span> : null}
                {goals.map(({ to }) => (
                  <Goal key={to.join(" ")} id={to[0]} title={titleOf(to[0])} arrow="→" />
                ))}
              </dd>
            </div>
          );
        })}
      </dl>
    </Part>
  );
}

/** The node at the other end of a wire; a press goes there. */
function Goal({ id, title, arrow }: { id: string; title: string; arrow: string }) {
  if (isEdge(id)) return <span>{`${arrow} ${title}`}</span>;
  return (
    <button
      type="button"
      className={styles.link}
      onClick={() => {
        selectNodes([id]);
        viewport()?.reveal(id);
      }}
    >
      <span aria-hidden>{arrow}</span> {title}
    </button>
  );
}
