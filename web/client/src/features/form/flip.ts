/** From the canvas to the form and back, with the keyboard's focus on the same field. */

import { closeView, openView, useViews } from "@/state/page/views";

interface Spot {
  node: string;
  widget: string;
}

let taken: Spot | null = null;

function spotOf(element: Element | null): Spot | null {
  const field = element?.closest<HTMLElement>("[data-widget]");
  const node = element?.closest<HTMLElement>("[data-node], [data-form-node]");
  const id = node?.dataset.node ?? node?.dataset.formNode;
  const widget = field?.dataset.widget;
  return id === undefined || widget === undefined ? null : { node: id, widget };
}

function focusIn(root: ParentNode, attribute: string, spot: Spot): void {
  const node = CSS.escape(spot.node);
  const widget = CSS.escape(spot.widget);
  root.querySelector<HTMLElement>(`[${attribute}="${node}"] [data-widget="${widget}"]`)?.focus();
}

/** The form is there: give the focus to the field that had it on the canvas. */
export function focusTaken(form: HTMLElement | null): void {
  const spot = taken;
  taken = null;
  // The view takes the focus as it opens, after what is in it: the field comes a frame later.
  if (form !== null && spot !== null) requestAnimationFrame(() => focusIn(form, "data-form-node", spot));
}

export function isForm(): boolean {
  return useViews.getState().current?.id === "form";
}

export function flip(): void {
  const spot = spotOf(document.activeElement);
  if (!isForm()) {
    taken = spot;
    openView("form");
    return;
  }
  closeView();
  if (spot === null) return;
  focusWhenLeft(spot, FRAMES);
}

const FRAMES = 60;

/** The canvas takes the keyboard again when the form has gone; only then can a field in it have the focus. */
function focusWhenLeft(spot: Spot, frames: number): void {
  requestAnimationFrame(() => {
    if (document.querySelector("[data-view=form]") === null) focusIn(document, "data-node", spot);
    else if (frames > 0) focusWhenLeft(spot, frames - 1);
  });
}
