/** Fuzzy matching of what is typed against a name. */

/**
 * How well `query` is found in `text`: 0 for not at all. Whole beginnings beat word beginnings, those beat
 * substrings, and those beat letters in order.
 */
export function matchScore(query: string, text: string): number {
  if (query === "") return 1;
  const wanted = query.toLowerCase();
  const given = text.toLowerCase();
  if (given === wanted) return 100;
  if (given.startsWith(wanted)) return 80;
  const at = given.indexOf(wanted);
  if (at > 0) return /[\s_/-]/.test(given[at - 1] ?? "") || isHump(text, at) ? 60 : 40;
  return inOrder(wanted, given) ? 10 : 0;
}

function isHump(text: string, at: number): boolean {
  return /[A-Z]/.test(text[at] ?? "") && /[a-z]/.test(text[at - 1] ?? "");
}

function inOrder(wanted: string, given: string): boolean {
  let at = -1;
  for (const letter of wanted.replaceAll(" ", "")) {
    at = given.indexOf(letter, at + 1);
    if (at < 0) return false;
  }
  return true;
}
