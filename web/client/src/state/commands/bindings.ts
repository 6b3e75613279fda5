/** Which keys run which command: a preset, and over it what the person chose. Kept in this browser. */

import { create } from "zustand";
import type { Command } from "./command";
import { type Keys, PRESETS, type PresetName } from "./presets";
import { canonical, keyLabel } from "./stroke";
import { useCommands } from "./table";

interface Bindings {
  preset: PresetName;
  /** What the person chose, by command. An empty list is "no key". */
  own: Keys;
}

const KEY = "noiseloom.keys";
const FRESH: Bindings = { preset: "default", own: {} };

function stored(): Bindings {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Bindings>;
    const preset = kept.preset !== undefined && kept.preset in PRESETS ? kept.preset : FRESH.preset;
    return { preset, own: kept.own ?? {} };
  } catch {
    return FRESH;
  }
}

export const useBindings = create<Bindings>(stored);

function keep(change: Partial<Bindings>): void {
  useBindings.setState(change);
  try {
    localStorage.setItem(KEY, JSON.stringify(useBindings.getState()));
  } catch {
    // Without storage the keys last as long as the page.
  }
}

/** Take a preset; what the person chose stays over it. */
export function choosePreset(preset: PresetName): void {
  keep({ preset });
}

/** Give a command these keys and no others; null gives it the preset's again. */
export function bind(id: string, keys: readonly string[] | null): void {
  const { [id]: _, ...own } = useBindings.getState().own;
  keep({ own: keys === null ? own : { ...own, [id]: keys } });
}

/** Forget all that the person chose. Returns how to remember it. */
export function unbindAll(): () => void {
  const { own } = useBindings.getState();
  keep({ own: {} });
  return () => keep({ own });
}

/** The keys of a command now. */
export function keysOf(command: Command, { preset, own }: Bindings = useBindings.getState()): readonly string[] {
  return own[command.id] ?? PRESETS[preset][command.id] ?? command.keys ?? [];
}

/** The commands of each stroke, in the order of the table. */
export function strokeTable(): ReadonlyMap<string, readonly Command[]> {
  const { list } = useCommands.getState();
  const bindings = useBindings.getState();
  if (made?.list === list && made.bindings === bindings) return made.table;
  const table = new Map<string, Command[]>();
  for (const command of list) {
    for (const key of keysOf(command, bindings)) {
      const stroke = canonical(key);
      const there = table.get(stroke);
      if (there === undefined) table.set(stroke, [command]);
      else there.push(command);
    }
  }
  made = { list, bindings, table };
  return table;
}

let made: { list: unknown; bindings: unknown; table: ReadonlyMap<string, readonly Command[]> } | undefined;

/** The other commands that a stroke of `command` would also reach. */
export function sharersOf(stroke: string, command: Command): readonly Command[] {
  return (strokeTable().get(canonical(stroke)) ?? []).filter((other) => other.id !== command.id);
}

/** Give a stroke to a command, and take it from every other. */
export function takeStroke(stroke: string, command: Command): void {
  const wanted = canonical(stroke);
  for (const other of sharersOf(stroke, command)) {
    bind(
      other.id,
      keysOf(other).filter((key) => canonical(key) !== wanted),
    );
  }
  bind(command.id, [...new Set([...keysOf(command).filter((key) => canonical(key) !== wanted), stroke])]);
}

/** Words with their key: `Undo (Ctrl+Z)`. */
export function withKey(words: string, key: string): string {
  return key === "" ? words : `${words} (${key})`;
}

/** The first key of a command as people read it, or "". */
export function useKeyOf(id: string): string {
  const command = useCommands((state) => state.byId.get(id));
  const bindings = useBindings();
  const [key] = command === undefined ? [] : keysOf(command, bindings);
  return key === undefined ? "" : keyLabel(key);
}
