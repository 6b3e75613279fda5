import type { GraphNode } from "@/graph/document";
import { sharedWidgets } from "@/graph/sharedWidgets";
import { useWords } from "@/i18n/useWords";
import { inputLabel, nodeTitle } from "@/i18n/words";
import { useKnownTypes } from "@/state/nodes/catalogue";
import { selectNodes } from "@/state/workflow/selection";
import { shown, useWorkspace } from "@/state/workflow/workspace";
import { Together } from "@/widgets/together";
import { WidgetControl } from "@/widgets/WidgetControl";
import styles from "./Inspector.module.css";
import { Part } from "./Part";

/** Several nodes: what they have in common, set in all of them at once. */
export function SeveralPart({ nodes }: { nodes: readonly GraphNode[] }) {
  const { t } = useWords();
  const document = useWorkspace(shown);
  const catalogue = useKnownTypes();
  const shared = sharedWidgets(document, catalogue, nodes);
  const [first, ...others] = nodes;
  return (
    <>
      <header className={styles.head}>
        <h3>{t("inspector.several", { count: nodes.length })}</h3>
      </header>
      <Part title={t("inspector.shared")}>
        {shared.length === 0 || first === undefined ? <p>{t("inspector.nothing_shared")}</p> : null}
        {first === undefined ? null : (
          <Together.Provider value={others.map(({ id }) => id)}>
            {shared.map(({ input, values }) => {
              const label = inputLabel(t, first.type, input);
              const grows = input.widget.kind === "text" && input.widget.multiline;
              return (
                <div key={input.name} className={styles.field} data-kind={grows ? "text" : input.widget.kind}>
                  {grows ? <span className={styles.label}>{label}</span> : null}
                  <WidgetControl node={first.id} type={first.type} input={input} label={label} />
                  {values.length > 1 ? <p className={styles.differs}>{t("inspector.differ")}</p> : null}
                </div>
              );
            })}
          </Together.Provider>
        )}
      </Part>
      <Part title={t("inspector.nodes")}>
        <ul className={styles.list}>
          {nodes.map((node) => (
            <li key={node.id}>
              <button type="button" className={styles.link} onClick={() => selectNodes([node.id])}>
                {nodeTitle(t, node, catalogue.get(node.type))}
              </button>
            </li>
          ))}
        </ul>
      </Part>
    </>
  );
}
