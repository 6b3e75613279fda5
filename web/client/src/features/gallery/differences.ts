/** What differs between the values behind several pictures. */

import type { PictureParameter } from "@/api/pictures";

export interface Difference {
  /** The node and its value's name, as `KSampler › seed`. */
  label: string;
  /** One a picture; "–" where it has none. */
  values: readonly string[];
}

/** Names that differ without saying anything: where a file went. */
const SILENT = new Set(["filename_prefix"]);

/** Values are the same ones when their nodes' ids, types and names are; nearest to the picture first. */
export function differences(pictures: readonly (readonly PictureParameter[])[]): Difference[] {
  const labels = new Map<string, string>();
  const known = pictures.map((parameters) => {
    const values = new Map<string, string>();
    for (const { node, type, title, name, value } of parameters) {
      if (SILENT.has(name)) continue;
      const key = `${node} ${type} ${name}`;
      values.set(key, String(value));
      labels.set(key, `${title || type} › ${name}`);
    }
    return values;
  });
  return [...labels]
    .filter(([key]) => new Set(known.map((values) => values.get(key))).size > 1)
    .map(([key, label]) => ({ label, values: known.map((values) => values.get(key) ?? "–") }));
}
