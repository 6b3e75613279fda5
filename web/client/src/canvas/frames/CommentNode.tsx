import { type NodeProps, NodeResizer, type ResizeParams } from "@xyflow/react";
import { lazy, memo, Suspense, useState } from "react";
import type { CommentFlowNode } from "@/canvas/model/flowModel";
import { tintColor } from "@/canvas/tint";
import { noteFrame, placeFrames } from "@/graph/commands/frames";
import { SMALLEST_COMMENT } from "@/graph/comments";
import type { Frame } from "@/graph/document";
import { useWords } from "@/i18n/useWords";
import { useEditing } from "@/state/canvas/editing";
import { run, shown, useWorkspace } from "@/state/workflow/workspace";
import styles from "./CommentNode.module.css";

const CommentText = lazy(() => import("./CommentText"));
const [LEAST_WIDTH, LEAST_HEIGHT] = SMALLEST_COMMENT;

/** A comment: words on the canvas, in a colour. A double click or Enter writes; its corners size it while selected. */
export const CommentNode = memo(
  function CommentNode({ id, selected }: NodeProps<CommentFlowNode>) {
    const { t } = useWords();
    const comment = useWorkspace((state) => shown(state).frames.find((item) => item.id === id));
    const editing = useEditing((state) => state.frame?.id === id);
    if (comment === undefined) return null;
    const tint = tintColor(comment.color);
    return (
      <article
        className={`${styles.comment} ${selected ? styles.selected : ""}`}
        style={tint === undefined ? undefined : ({ "--tint": tint } as React.CSSProperties)}
        data-tinted={tint !== undefined || undefined}
        data-comment={id}
        onDoubleClick={() => useEditing.setState({ frame: { id, part: "note" } })}
      >
        <NodeResizer
          isVisible={selected && !editing}
          minWidth={LEAST_WIDTH}
          minHeight={LEAST_HEIGHT}
          handleClassName={styles.handle ?? ""}
          lineClassName={styles.line ?? ""}
          onResizeEnd={(_, to) => size(id, to)}
        />
        {comment.title === "" ? null : <h3>{comment.title}</h3>}
        {editing ? <Field comment={comment} /> : <Text words={comment.note} empty={t("comment.empty")} />}
      </article>
    );
  },
  (before, after) => before.id === after.id && before.selected === after.selected,
);

function Text({ words, empty }: { words: string; empty: string }) {
  if (words.trim() === "") return <p className={styles.empty}>{empty}</p>;
  return (
    <div className={`nowheel ${styles.text}`}>
      <Suspense fallback={words}>
        <CommentText text={words} />
      </Suspense>
    </div>
  );
}

function Field({ comment }: { comment: Frame }) {
  const { t } = useWords();
  const [text, setText] = useState(comment.note);
  return (
    <textarea
      className={`nodrag nowheel ${styles.field}`}
      // biome-ignore lint/a11y/noAutofocus: the person asked for this field this moment
      autoFocus
      aria-label={t("comment.text")}
      placeholder={t("comment.placeholder")}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => {
        run(noteFrame(comment.id, text));
        useEditing.setState({ frame: null });
      }}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        // What was written is kept either way: Undo takes it back.
        if (event.key !== "Escape" && !(event.key === "Enter" && (event.ctrlKey || event.metaKey))) return;
        event.preventDefault();
        event.stopPropagation();
        const node = event.currentTarget.closest<HTMLElement>(".react-flow__node");
        event.currentTarget.blur();
        node?.focus({ preventScroll: true });
      }}
      onContextMenu={(event) => event.stopPropagation()}
    />
  );
}

function size(id: string, { x, y, width, height }: ResizeParams): void {
  const bounds = [x, y, width, height].map(Math.round) as Frame["bounds"];
  run(placeFrames(new Map([[id, bounds]])));
}
