/** Dragging a tab along the bar puts it at another place. */

import { useRef } from "react";
import { moveTab, useTabs } from "@/state/workflow/tabs";

const BEGINS_AT = 6;

/** Handlers for the element that holds the tabs. A finger scrolls the bar instead; its menu moves tabs. */
export function useTabDrag(bar: React.RefObject<HTMLElement | null>) {
  const drag = useRef<{ id: string; x: number; moving: boolean } | null>(null);
  const end = () => {
    drag.current = null;
  };
  return {
    onPointerDown: (event: React.PointerEvent) => {
      const id = (event.target as HTMLElement).closest<HTMLElement>("[data-tab]")?.dataset.tab;
      if (event.button !== 0 || event.pointerType === "touch" || id === undefined) return;
      drag.current = { id, x: event.clientX, moving: false };
    },
    onPointerMove: (event: React.PointerEvent) => {
      const held = drag.current;
      if (held === null || bar.current === null || (event.buttons & 1) === 0) return;
      if (!held.moving && Math.abs(event.clientX - held.x) < BEGINS_AT) return;
      held.moving = true;
      const boxes = [...bar.current.querySelectorAll<HTMLElement>("[data-tab]")].map((element) => ({
        id: element.dataset.tab,
        middle: element.getBoundingClientRect().x + element.offsetWidth / 2,
      }));
      const place = boxes.filter((box) => box.id !== held.id && box.middle < event.clientX).length;
      if (useTabs.getState().tabs[place]?.id !== held.id) moveTab(held.id, place);
    },
    onPointerUp: end,
    onPointerCancel: end,
    onPointerLeave: end,
  };
}
