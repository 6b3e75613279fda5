import type { NodeProps } from "@xyflow/react";
import { memo, useState } from "react";
import { renameFrame } from "@/graph/commands/frames";
import { useWords } from "@/i18n/useWords";
import { templateWords } from "@/i18n/words";
import { run, useWorkspace } from "@/state/workspace";
import styles from "./FrameNode.module.css";
import type { FrameFlowNode } from "./flowModel";

/** A frame: a titled area behind nodes. Its title is its handle; its body lets the pointer through to the canvas. */
export const FrameNode = memo(
  function FrameNode({ id, selected }: NodeProps<FrameFlowNode>) {
    const { t } = useWords();
    const frame = useWorkspace((state) => state.history.document.frames.find((item) => item.id === id));
    const [text, setText] = useState<string | null>(null);
    if (frame === undefined) return null;
    const end = (keep: boolean) => {
      if (keep && text !== null) run(renameFrame(id, text.trim()));
      setText(null);
    };
    return (
      <section className={`${styles.frame} ${selected ? styles.selected : ""}`}>
        {text === null ? (
          <h2 data-frame-title onDoubleClick={() => setText(frame.title)}>
            {templateWords(t, frame.title)}
          </h2>
        ) : (
          <input
            className="nodrag"
            // biome-ignore lint/a11y/noAutofocus: the person asked for this field this moment
            autoFocus
            aria-label={t("node.rename")}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onBlur={() => end(true)}
            onKeyDown={(event) => {
              if (event.nativeEvent.isComposing) return;
              if (event.key === "Enter") end(true);
              if (event.key === "Escape") end(false);
            }}
          />
        )}
        {frame.note === "" ? null : <p>{templateWords(t, frame.note)}</p>}
      </section>
    );
  },
  (before, after) => before.id === after.id && before.selected === after.selected,
);
