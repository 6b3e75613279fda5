import { useEffect, useRef, useState } from "react";
import styles from "@/canvas/connecting/ConnectList.module.css";
import { nodeIndex } from "@/graph/document";
import { useWords } from "@/i18n/useWords";
import { nodeTitle } from "@/i18n/words";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { currentDocument } from "@/state/workflow/workspace";
import { type Fork, focusNode, useFocusWalkState } from "./useFocusWalk";

/** Where a wire forks, the arrow key asks which way. */
export default function ForkList({ fork: { nodes, x, y } }: { fork: Fork }) {
  const { t } = useWords();
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const back = useRef(document.activeElement);
  const close = () => {
    useFocusWalkState.setState({ fork: null });
    if (back.current instanceof HTMLElement) back.current.focus({ preventScroll: true });
  };
  useEffect(() => list.current?.focus({ preventScroll: true }), []);
  const onKeyDown = (event: React.KeyboardEvent) => {
    const id = nodes[at];
    if (event.key === "ArrowDown") setAt((at + 1) % nodes.length);
    else if (event.key === "ArrowUp") setAt((at + nodes.length - 1) % nodes.length);
    else if (event.key === "Escape" || event.key === "Tab") close();
    else if ((event.key === "Enter" || event.key === "ArrowRight" || event.key === "ArrowLeft") && id) focusNode(id);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const index = nodeIndex(currentDocument());
  const left = Math.max(8, Math.min(x, innerWidth - 248));
  return (
    <div
      ref={list}
      role="listbox"
      tabIndex={0}
      aria-label={t("walk.which")}
      aria-activedescendant={`fork-${at}`}
      className={`${styles.panel} ${styles.list}`}
      style={{ left, top: y, width: 240 }}
      onKeyDown={onKeyDown}
      onBlur={() => useFocusWalkState.setState({ fork: null })}
    >
      {nodes.map((id, place) => {
        const node = index.get(id);
        return node === undefined ? null : (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the list holds the keyboard and chooses among the rows
          <div
            key={id}
            id={`fork-${place}`}
            role="option"
            tabIndex={-1}
            aria-selected={place === at}
            className={styles.row}
            onPointerMove={() => setAt(place)}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => focusNode(id)}
          >
            <span>{nodeTitle(t, node, currentCatalogue().get(node.type))}</span>
          </div>
        );
      })}
    </div>
  );
}
