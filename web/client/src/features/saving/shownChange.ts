/** Two values side by side, cut to what fits around the place where they part. */

const MOST = 160;
/** How much of what is alike stands before the change where the beginning is cut off. */
const LEAD = 40;

/** How a value reads before and after; long texts from a little before their first difference. */
export function shownChange(before: unknown, after: unknown): [before: string, after: string] {
  const [was, is] = [lettersOf(before), lettersOf(after)];
  if (Math.max(was.length, is.length) <= MOST) return [was.join(""), is.join("")];
  const parting = was.findIndex((letter, at) => letter !== is[at]);
  const alike = parting === -1 ? was.length : parting;
  const start = alike <= LEAD * 2 ? 0 : alike - LEAD;
  return [cut(was, start), cut(is, start)];
}

/** By whole characters, so that none is cut in half. */
function lettersOf(value: unknown): string[] {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text === "" ? ["–"] : [...text];
}

function cut(letters: readonly string[], start: number): string {
  const end = start + MOST;
  return `${start > 0 ? "…" : ""}${letters.slice(start, end).join("")}${end < letters.length ? "…" : ""}`;
}
