/** Fuzzy matching of what is typed against a name. */

/**
 * How well `query` is found in `text`: 0 for not at all. Whole beginnings beat word beginnings, those beat
 * substrings, and those beat letters in order, of which those do best that stand close together and leave little out.
 */
export function matchScore(query: string, text: string): number {
  if (query === "") return 1;
  const wanted = query.toLowerCase();
  const given = text.toLowerCase();
  if (given === wanted) return 100;
  if (given.startsWith(wanted)) return 80;
  const at = given.indexOf(wanted);
  if (at > 0) return /[\s_/-]/.test(given[at - 1] ?? "") || isHump(text, at) ? 60 : 40;
  return loosely(wanted.replaceAll(" ", ""), given);
}

function isHump(text: string, at: number): boolean {
  return /[A-Z]/.test(text[at] ?? "") && /[a-z]/.test(text[at - 1] ?? "");
}

function loosely(wanted: string, given: string): number {
  const first = given.indexOf(wanted[0] ?? "");
  let at = first - 1;
  for (const letter of wanted) {
    at = given.indexOf(letter, at + 1);
    if (at < 0) return 0;
  }
  return 10 + (12 * wanted.length) / (at + 1 - first) + (6 * wanted.length) / given.length;
}
