/**
 * What turns one JSON value into another, as the server's journal of drafts takes it. Documents share what an edit left
 * alone, so most of a large document is passed over by comparing references.
 */

type Path = (string | number)[];

export type Change =
  | { set: Path; value: unknown }
  | { unset: Path }
  | { splice: Path; at: number; count: number; items: unknown[] };

/** Deeper than this a value is sent whole. */
const DEEPEST = 40;

/** The changes from `before` to `after`, in the order they are to be made. */
export function changesBetween(before: unknown, after: unknown): Change[] {
  const changes: Change[] = [];
  compare(before, after, [], changes);
  return changes;
}

function compare(before: unknown, after: unknown, path: Path, changes: Change[]): void {
  if (Object.is(before, after)) return;
  if (path.length < DEEPEST && Array.isArray(before) && Array.isArray(after)) {
    compareLists(before, after, path, changes);
  } else if (path.length < DEEPEST && isPlain(before) && isPlain(after)) {
    compareFields(before, after, path, changes);
  } else {
    changes.push({ set: path, value: after });
  }
}

function compareFields(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  path: Path,
  changes: Change[],
): void {
  for (const key of Object.keys(before)) {
    if (before[key] !== undefined && after[key] === undefined) changes.push({ unset: [...path, key] });
  }
  for (const [key, value] of Object.entries(after)) {
    if (value === undefined) continue;
    if (before[key] === undefined) changes.push({ set: [...path, key], value });
    else compare(before[key], value, [...path, key], changes);
  }
}

/** What lies between the equal beginning and the equal end is exchanged; item by item where their number is the same. */
function compareLists(before: readonly unknown[], after: readonly unknown[], path: Path, changes: Change[]): void {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && Object.is(before[start], after[start])) start += 1;
  let end = 0;
  while (end < shorter - start && Object.is(before.at(-1 - end), after.at(-1 - end))) end += 1;
  if (before.length === after.length) {
    for (let index = start; index < after.length - end; index += 1) {
      compare(before[index], after[index] ?? null, [...path, index], changes);
    }
    return;
  }
  const items = after.slice(start, after.length - end);
  changes.push({ splice: path, at: start, count: before.length - end - start, items });
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
