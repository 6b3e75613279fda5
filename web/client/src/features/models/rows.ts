/** The model library as rows: a heading for each kind, then its files. */

import type { ModelFile, ModelKind } from "@/api/types";

export type Row = { row: "kind"; kind: string; count: number } | { row: "file"; kind: string; file: ModelFile };

/** What the page shows of a file in its own language, beside what the server tells of it in English. */
type Shown = (kind: string, file: ModelFile) => string;

/** Rows of the files that hold every word in what is known of them. Kinds without a file have no row. */
export function modelRows(kinds: readonly ModelKind[], wanted: string | null, words: string, shown: Shown): Row[] {
  const all = words.toLowerCase().split(/\s+/).filter(Boolean);
  return kinds.flatMap(({ kind, files = [] }): Row[] => {
    if (wanted !== null && kind !== wanted) return [];
    const found = files.filter((file) => {
      const text = `${textOf(kind, file)}\n${shown(kind, file)}`.toLowerCase();
      return all.every((word) => text.includes(word));
    });
    if (found.length === 0) return [];
    return [{ row: "kind", kind, count: found.length }, ...found.map((file): Row => ({ row: "file", kind, file }))];
  });
}

function textOf(kind: string, { name, facts }: ModelFile): string {
  const said = facts?.said;
  return [kind, name, facts?.family, facts?.title, said?.title, said?.author, said?.license, said?.trigger].join("\n");
}

/** A file's own name, and the folders it is in. */
export function nameParts(name: string): { leaf: string; folder: string } {
  const at = name.lastIndexOf("/");
  return { leaf: name.slice(at + 1), folder: name.slice(0, Math.max(at, 0)) };
}
