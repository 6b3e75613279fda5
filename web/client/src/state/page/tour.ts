/** The card that says what to try next. It comes by itself after the first picture, and by the menu. */

import { create } from "zustand";
import type { RunView } from "@/state/runs/runView";
import { prefer, usePreferences } from "./preferences";
import { closeView, useViews } from "./views";

interface Tour {
  open: boolean;
  /** Grows when a person asks for the card, which then takes the keyboard. */
  asked: number;
}

export const useTour = create<Tour>(() => ({ open: false, asked: 0 }));

/** Below this width a form is shown, and the card would cover what little is seen of the canvas. */
const PHONE = 640;

/** A run has ended: if it made this person's first picture, the card comes. */
export function offerTour(view: RunView): void {
  if (usePreferences.getState().toured || view.state !== "succeeded" || innerWidth < PHONE) return;
  if (Object.values(view.images).some((images) => images.length > 0)) useTour.setState({ open: true });
}

/** Show the card, over the canvas. */
export function openTour(): void {
  if (useViews.getState().current !== null) closeView();
  useTour.setState(({ asked }) => ({ open: true, asked: asked + 1 }));
}

/** The card goes, and does not come again by itself. */
export function endTour(): void {
  prefer({ toured: true });
  useTour.setState({ open: false });
}
