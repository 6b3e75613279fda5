import { ViewportPortal } from "@xyflow/react";
import { shape } from "@/canvas/model/shape";
import { useDragging } from "@/state/canvas/dragging";
import { useLayoutPreview } from "@/state/canvas/layoutPreview";
import { currentDocument } from "@/state/workflow/workspace";
import styles from "./Guides.module.css";

/** Lines on the canvas that a dragged node snaps to, and ghosts of a layout that is not taken yet. */
export function Guides() {
  return (
    <ViewportPortal>
      <SnapLines />
      <Ghosts />
    </ViewportPortal>
  );
}

function SnapLines() {
  const guides = useDragging((state) => state.guides);
  return guides.map(({ axis, at, from, to }) => (
    <i
      key={axis}
      className={styles.line}
      data-guide={axis}
      style={
        axis === "x"
          ? { transform: `translate(${at}px, ${from}px)`, width: 0, height: to - from }
          : { transform: `translate(${from}px, ${at}px)`, width: to - from, height: 0 }
      }
    />
  ));
}

function Ghosts() {
  const layout = useLayoutPreview((state) => state.layout);
  if (layout === null) return null;
  return currentDocument().nodes.flatMap((node) => {
    const place = layout.nodes.get(node.id);
    if (place === undefined) return [];
    const { width, height } = shape(node);
    return [
      <i
        key={node.id}
        className={styles.ghost}
        data-ghost={node.id}
        style={{ transform: `translate(${place[0]}px, ${place[1]}px)`, width, height }}
      />,
    ];
  });
}
