import { useState } from "react";
import { rename } from "@/graph/commands/nodes";
import type { GraphNode } from "@/graph/document";
import { isEdge } from "@/graph/subgraphs";
import { useWords } from "@/i18n/useWords";
import { useRenaming } from "@/state/canvas/nodeMenu";
import { run } from "@/state/workflow/workspace";
import styles from "./StepHead.module.css";

/** The node's name; a double click or F2 makes it a field. */
export function StepTitle({ node, title }: { node: GraphNode; title: string }) {
  const renaming = useRenaming((state) => state.node === node.id);
  if (renaming) return <Field node={node} title={title} />;
  const begin = () => useRenaming.setState({ node: node.id });
  return (
    <h3 className={styles.title} onDoubleClick={isEdge(node.id) ? undefined : begin}>
      {title}
    </h3>
  );
}

function Field({ node, title }: { node: GraphNode; title: string }) {
  const { t } = useWords();
  const [text, setText] = useState<string | null>(null);
  // What had the keyboard before, here or in the outline, gets it back from the keys that end this.
  const [before] = useState(() => document.activeElement);
  const end = (keep: boolean) => {
    if (keep && text !== null && text.trim() !== title) run(rename(node.id, text.trim()));
    useRenaming.setState({ node: null });
  };
  const giveBack = () =>
    requestAnimationFrame(() => {
      const there = before instanceof HTMLElement && before !== document.body && before.isConnected;
      const holder = there ? before : document.querySelector(`.react-flow__node[data-id="${CSS.escape(node.id)}"]`);
      (holder as HTMLElement | null)?.focus({ preventScroll: true });
    });
  return (
    <input
      className={`nodrag ${styles.rename}`}
      aria-label={t("node.rename")}
      // biome-ignore lint/a11y/noAutofocus: the person asked for this field this moment
      autoFocus
      value={text ?? title}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => end(true)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
        end(event.key === "Enter");
        giveBack();
      }}
    />
  );
}
