/** The commands that the page has now: the page's own from the start, plug-ins' as they load. */

import { create } from "zustand";
import type { Command } from "./command";

interface Table {
  list: readonly Command[];
  byId: ReadonlyMap<string, Command>;
}

export const useCommands = create<Table>(() => ({ list: [], byId: new Map() }));

/** Add commands. Returns how to take them away. An id that is taken is an error of the author. */
export function registerCommands(commands: readonly Command[]): () => void {
  const taken = commands.find(
    ({ id }, index) => useCommands.getState().byId.has(id) || commands.findIndex((other) => other.id === id) !== index,
  );
  if (taken !== undefined) throw new Error(`There is a command "${taken.id}" already.`);
  put([...useCommands.getState().list, ...commands]);
  return () => put(useCommands.getState().list.filter((command) => !commands.includes(command)));
}

function put(list: readonly Command[]): void {
  useCommands.setState({ list, byId: new Map(list.map((command) => [command.id, command])) });
}

export function commandOf(id: string): Command | undefined {
  return useCommands.getState().byId.get(id);
}

export function canRun(command: Command): boolean {
  return command.when?.() ?? true;
}

/** Run a command by its id, if it can be run now. Says whether it was. */
export function runCommand(id: string): boolean {
  const command = commandOf(id);
  if (command === undefined || !canRun(command)) return false;
  command.run();
  return true;
}
