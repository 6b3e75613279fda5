import { CirclePlus } from "lucide-react";
import { toggleInForm } from "@/graph/commands/form";
import { isInForm } from "@/graph/form";
import { useWords } from "@/i18n/useWords";
import { useSelection } from "@/state/workflow/selection";
import { runOnDocument, useWorkspace } from "@/state/workflow/workspace";
import styles from "./ToForm.module.css";

/** "Show in form" beside a widget or a result of the one selected node. The form refers to the outer canvas only. */
export function ToForm({ node, widget }: { node: string; widget: string | null }) {
  const alone = useSelection((state) => state.nodes.length === 1 && state.nodes[0] === node);
  const outer = useWorkspace((state) => state.path.length === 0);
  return alone && outer ? <Button node={node} widget={widget} /> : null;
}

function Button({ node, widget }: { node: string; widget: string | null }) {
  const { t } = useWords();
  const chosen = useWorkspace((state) => isInForm(state.history.document, node, widget));
  const words = t(chosen ? "form.take_out" : "form.show_in");
  return (
    <button
      type="button"
      className={`nodrag ${styles.button} ${widget === null ? styles.inside : ""}`}
      aria-pressed={chosen}
      aria-label={words}
      title={words}
      data-to-form={widget ?? ""}
      onClick={() => runOnDocument(toggleInForm(node, widget))}
    >
      <CirclePlus size={14} aria-hidden />
    </button>
  );
}
