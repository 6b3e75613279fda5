/** What differs between the values behind several pictures. */

import type { PictureParameter } from "@/api/pictures";

export interface Difference {
  /** The node and its value's name, as `Sampler › Seed`. */
  label: string;
  /** One a picture; "–" where it has none. */
  values: readonly string[];
}

/** Names that differ without saying anything: where a file went. */
const SILENT = new Set(["filename_prefix"]);

/** Values are the same ones when their nodes' ids, types and names are; nearest to the picture first. */
export function differences(
  pictures: readonly (readonly PictureParameter[])[],
  called: (parameter: PictureParameter) => string,
): Difference[] {
  const labels = new Map<string, string>();
  const known = pictures.map((parameters) => {
    const values = new Map<string, string>();
    for (const parameter of parameters) {
      const { node, type, name, value } = parameter;
      if (SILENT.has(name)) continue;
      const key = `${node} ${type} ${name}`;
      values.set(key, String(value));
      labels.set(key, called(parameter));
    }
    return values;
  });
  return [...labels]
    .filter(([key]) => new Set(known.map((values) => values.get(key))).size > 1)
    .map(([key, label]) => ({ label, values: known.map((values) => values.get(key) ?? "–") }));
}
