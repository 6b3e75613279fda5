/** What to paste into a bug report: versions, state and the log's end, without names of people or secrets. */

import type { MemoryPlace, PluginList, SystemInfo } from "@/api/types";

export interface Facts {
  system: SystemInfo | null;
  places: readonly MemoryPlace[];
  plugins: PluginList | null;
  log: readonly string[];
  browser: string;
}

const LOG_LINES = 60;

/** The report as text, in English: it is read by whoever maintains this. */
export function reportText({ system, places, plugins, log, browser }: Facts): string {
  const worker = system?.worker;
  const versions = Object.entries(worker?.versions ?? {}).map(([name, version]) => `${name} ${version}`);
  const lines = [
    `Noiseloom ${system?.version ?? "?"}, Python ${system?.python ?? "?"}, ${system?.platform ?? "?"}`,
    `Worker: ${worker?.state ?? "?"}, device ${worker?.device || "none"}, ${worker?.restarts ?? 0} restarts`,
    ...(versions.length === 0 ? [] : [versions.join(", ")]),
    ...(worker?.problem == null ? [] : [`Problem: ${worker.problem.code}: ${worker.problem.message}`]),
    `Queue: ${system?.queue.queued ?? 0} waiting, ${system?.queue.running ?? 0} running`,
    `Database: ${system?.database ?? "?"}`,
    `Browser: ${browser}`,
    ...places.map(
      (place) =>
        `Memory ${place.device}: ${place.held} held, ${place.working} working, ${place.free} free of ${place.total}`,
    ),
    ...(plugins?.plugins ?? []).map(
      ({ name, state, nodes = [], cause }) =>
        `Plug-in ${name}: ${state}, ${nodes.length} nodes${cause ? `; ${cause}` : ""}`,
    ),
    "",
    ...log.slice(-LOG_LINES),
  ];
  return withoutHome(lines.join("\n"));
}

/** Folders of people carry their names. */
export function withoutHome(text: string): string {
  return text.replace(/(?<![\w.-])(?:\/home\/|\/Users\/|[A-Za-z]:\\Users\\)[^\s/\\:"']+/g, "~");
}
