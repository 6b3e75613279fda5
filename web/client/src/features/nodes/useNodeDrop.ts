import { useEffect } from "react";
import { type Wire, wireId } from "@/graph/document";
import { wireFor } from "@/state/actions/addInView";
import { endDragging, useDragging } from "@/state/canvas/dragging";
import { offeredType } from "@/state/workflow/library";
import { addFromLibrary } from "./add";
import { carriedType, NODE_TYPE, putDown, typeInHand } from "./nodeCarry";

/**
 * While the library is open: a node type that is dropped on the canvas is added there, and into the wire under it
 * where it fits. Alt leaves wires alone.
 */
export function useNodeDrop(): void {
  useEffect(() => {
    const onOver = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes(NODE_TYPE) !== true) return;
      glow(onCanvas(event.target) ? wireUnder(event, typeInHand()) : null);
      if (!onCanvas(event.target)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
    };
    const onLeave = (event: DragEvent) => {
      if (!onCanvas(event.relatedTarget)) glow(null);
    };
    const onDrop = (event: DragEvent) => {
      const type = carriedType(event.dataTransfer);
      const spec = offeredType(type ?? "");
      if (spec === undefined || !onCanvas(event.target)) return;
      event.preventDefault();
      event.stopPropagation();
      const into = wireUnder(event, type);
      onEnd();
      addFromLibrary(spec, { x: event.clientX, y: event.clientY }, into ?? undefined);
    };
    const onEnd = () => {
      putDown();
      endDragging();
    };
    addEventListener("dragover", onOver, true);
    addEventListener("dragleave", onLeave, true);
    addEventListener("drop", onDrop, true);
    addEventListener("dragend", onEnd, true);
    return () => {
      removeEventListener("dragover", onOver, true);
      removeEventListener("dragleave", onLeave, true);
      removeEventListener("drop", onDrop, true);
      removeEventListener("dragend", onEnd, true);
      onEnd();
    };
  }, []);
}

function wireUnder(event: DragEvent, type: string | null): Wire | null {
  const spec = event.altKey ? undefined : offeredType(type ?? "");
  return spec === undefined ? null : wireFor(spec, { x: event.clientX, y: event.clientY });
}

/** Light the wire that a drop would go into, or none. */
function glow(wire: Wire | null): void {
  const id = wire === null ? null : wireId(wire);
  if (useDragging.getState().wire !== id) useDragging.setState({ wire: id });
}

function onCanvas(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("#canvas") !== null;
}
