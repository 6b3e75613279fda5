/** The one listener for keys: finds the command of a stroke that may act where the focus is. */

import { useEffect } from "react";
import { strokeTable } from "@/state/commands/bindings";
import type { Command } from "@/state/commands/command";
import { strokeOf, writes } from "@/state/commands/stroke";
import { canRun } from "@/state/commands/table";
import { usePreferences } from "@/state/page/preferences";
import { useViews } from "@/state/page/views";
import { watchRegions } from "./regions";

const FIELDS = "input, textarea, select, [contenteditable=true], [role=dialog], [role=menu], [role=listbox]";
const BESIDE_CANVAS = "[data-panel], [data-view], [data-own-keys]";

/** Whether a field, or something with keys of its own, has the focus. */
export function inField(target: EventTarget | null): boolean {
  return (
    document.querySelector("dialog:modal") !== null || (target instanceof Element && target.closest(FIELDS) !== null)
  );
}

/** Whether a field that shows a node's value has the focus. */
function inValue(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input[data-widget], textarea[data-widget]") !== null;
}

/** Whether what happens at `target` may mean the canvas. */
export function meansCanvas(target: EventTarget | null): boolean {
  if (inField(target) || useViews.getState().current !== null) return false;
  return !(target instanceof Element) || target.closest(BESIDE_CANVAS) === null;
}

function mayAct(command: Command, stroke: string, event: KeyboardEvent): boolean {
  if (event.repeat && command.repeats !== true) return false;
  if (command.scope === "page" ? inField(event.target) && writes(stroke) : !reaches(command, event.target))
    return false;
  return canRun(command);
}

/** Whether a command of the canvas may act where the focus is. */
function reaches(command: Command, target: EventTarget | null): boolean {
  return meansCanvas(target) || (command.scope === "values" && inValue(target));
}

/** A sign or letter that is pressed without Ctrl, Alt or ⌘. */
const isSingle = (stroke: string) => /^(Shift\+)?[\x21-\x7e]$/.test(stroke);

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || document.querySelector("dialog:modal") !== null) return;
  const stroke = strokeOf(event);
  const commands = stroke === null ? undefined : strokeTable().get(stroke);
  if (stroke === null || commands === undefined) return;
  if (isSingle(stroke) && !usePreferences.getState().singleKeys) return;
  const command = commands.find((candidate) => mayAct(candidate, stroke, event));
  if (command === undefined) {
    if (inValue(event.target) && commands.some(({ scope }) => scope === "values")) event.preventDefault();
    return;
  }
  event.preventDefault();
  // A field commits what is typed when it loses focus; a run must see it.
  if (stroke.endsWith("Enter") && document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
  command.run();
}

export function useKeys(): void {
  useEffect(() => {
    const forget = watchRegions();
    addEventListener("keydown", onKeyDown);
    return () => {
      forget();
      removeEventListener("keydown", onKeyDown);
    };
  }, []);
}
