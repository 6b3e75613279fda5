/** What the server tells of itself, and what it can be asked to do to itself. */

import { call } from "./client";
import type { MemoryPlace, PluginList } from "./types";

/** Who holds what memory; empty while there is no worker to ask. */
export async function getMemory(): Promise<MemoryPlace[]> {
  const { places } = await call<{ places: MemoryPlace[] }>("GET", "/memory");
  return places;
}

/** Drop networks and results that no job is using. */
export function freeMemory(): Promise<void> {
  return call("POST", "/memory/free", { weights: true, outputs: true });
}

/** Start the worker anew; refused with 409 while a job runs. */
export function restartWorker(): Promise<void> {
  return call("POST", "/worker/restart");
}

export function getPlugins(): Promise<PluginList> {
  return call<PluginList>("GET", "/plugins");
}

/** The end of the server's log, the newest line last. */
export async function getLog(lines: number): Promise<string[]> {
  return (await call<{ lines: string[] }>("GET", `/logs?lines=${lines}`)).lines;
}
