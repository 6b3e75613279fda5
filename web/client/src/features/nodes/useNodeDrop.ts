import { useEffect } from "react";
import { offeredType } from "@/state/library";
import { addFromLibrary } from "./add";
import { carriedType, NODE_TYPE } from "./nodeCarry";

/** While the library is open: a node type that is dropped on the canvas is added there. */
export function useNodeDrop(): void {
  useEffect(() => {
    const onOver = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes(NODE_TYPE) !== true || !onCanvas(event)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
    };
    const onDrop = (event: DragEvent) => {
      const spec = offeredType(carriedType(event.dataTransfer) ?? "");
      if (spec === undefined || !onCanvas(event)) return;
      event.preventDefault();
      event.stopPropagation();
      addFromLibrary(spec, { x: event.clientX, y: event.clientY });
    };
    addEventListener("dragover", onOver, true);
    addEventListener("drop", onDrop, true);
    return () => {
      removeEventListener("dragover", onOver, true);
      removeEventListener("drop", onDrop, true);
    };
  }, []);
}

function onCanvas({ target }: DragEvent): boolean {
  return target instanceof Element && target.closest("#canvas") !== null;
}
