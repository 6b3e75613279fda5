import type { NodeProps } from "@xyflow/react";
import { memo, useState } from "react";
import type { FrameFlowNode } from "@/canvas/model/flowModel";
import { tintColor } from "@/canvas/tint";
import { noteFrame, renameFrame } from "@/graph/commands/frames";
import type { Frame } from "@/graph/document";
import { useWords } from "@/i18n/useWords";
import { templateWords } from "@/i18n/words";
import { useDragging } from "@/state/canvas/dragging";
import { useEditing } from "@/state/canvas/editing";
import { run, shown, useWorkspace } from "@/state/workflow/workspace";
import styles from "./FrameNode.module.css";

/** A frame: a titled area behind nodes. Its title is its handle; its body lets the pointer through to the canvas. */
export const FrameNode = memo(
  function FrameNode({ id, selected }: NodeProps<FrameFlowNode>) {
    const { t } = useWords();
    const frame = useWorkspace((state) => shown(state).frames.find((item) => item.id === id));
    const editing = useEditing((state) => (state.frame?.id === id ? state.frame.part : null));
    const joined = useDragging((state) => state.frame === id);
    if (frame === undefined) return null;
    const tint = tintColor(frame.color);
    const edit = (part: "title" | "note") => useEditing.setState({ frame: { id, part } });
    return (
      <section
        className={`${styles.frame} ${selected ? styles.selected : ""} ${joined ? styles.joined : ""}`}
        style={tint === undefined ? undefined : ({ "--tint": tint } as React.CSSProperties)}
        data-tinted={tint !== undefined || undefined}
      >
        {editing === "title" ? (
          <Field frame={frame} part="title" />
        ) : (
          <h2 data-frame-title onDoubleClick={() => edit("title")}>
            {templateWords(t, frame.title)}
          </h2>
        )}
        {editing === "note" ? (
          <Field frame={frame} part="note" />
        ) : frame.note === "" ? null : (
          <p onDoubleClick={() => edit("note")}>{templateWords(t, frame.note)}</p>
        )}
      </section>
    );
  },
  (before, after) => before.id === after.id && before.selected === after.selected,
);

function Field({ frame, part }: { frame: Frame; part: "title" | "note" }) {
  const { t } = useWords();
  const [text, setText] = useState(frame[part]);
  const end = (keep: boolean) => {
    if (keep) run((part === "title" ? renameFrame : noteFrame)(frame.id, text.trim()));
    useEditing.setState({ frame: null });
  };
  return (
    <input
      className={`nodrag ${part === "note" ? styles.note : ""}`}
      // biome-ignore lint/a11y/noAutofocus: the person asked for this field this moment
      autoFocus
      aria-label={t(part === "title" ? "node.rename" : "frame.note")}
      value={text}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => end(true)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === "Enter") end(true);
        if (event.key === "Escape") end(false);
      }}
    />
  );
}
