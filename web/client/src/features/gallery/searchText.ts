/** The text of a search, taken apart: `model:sd red house` is the chip `model:sd` and the words `red house`. */

const PART = /-?(?:\w+:)?(?:"[^"]*"|\S+)/g;
const KEYED = /^-?(?:prompt|text|model|sampler|is|seed|steps|size|board|job|date):./i;

export interface SearchParts {
  chips: readonly string[];
  words: string;
}

/** The chips of a search and its words. */
export function splitSearch(search: string): SearchParts {
  const parts = search.match(PART) ?? [];
  return {
    chips: parts.filter((part) => KEYED.test(part)),
    words: parts.filter((part) => !KEYED.test(part)).join(" "),
  };
}

/** What became a chip in typed text: parts with a key that are ended by a space, or all of them. */
export function takeChips(typed: string, whole: boolean): SearchParts {
  if (whole) return splitSearch(typed);
  const chips: string[] = [];
  const words = typed.replace(/(^|\s)(-?\w+:(?:"[^"]*"|[^\s"]+))(?=\s)/g, (all, space: string, part: string) => {
    if (!KEYED.test(part)) return all;
    chips.push(part);
    return space;
  });
  return { chips, words: chips.length > 0 ? words.trimStart() : typed };
}

export function joinSearch(chips: readonly string[], words: string): string {
  return [...new Set(chips), words.trim()].filter((part) => part !== "").join(" ");
}

/** The search with a chip set (in place of others with its key), or taken away when `value` is null. */
export function withChip(search: string, key: string, value: string | null): string {
  const { chips, words } = splitSearch(search);
  const others = chips.filter((chip) =>
    key === "is" ? chip !== `is:${value?.replace("-", "")}` : !chip.startsWith(`${key}:`),
  );
  if (value === null || value.startsWith("-")) return joinSearch(others, words);
  return joinSearch([...others, `${key}:${/\s/.test(value) ? `"${value}"` : value}`], words);
}

/** The value of a chip with this key, or null. */
export function chipOf(search: string, key: string): string | null {
  const found = splitSearch(search).chips.find((chip) => chip.startsWith(`${key}:`));
  return found === undefined ? null : found.slice(key.length + 1).replace(/^"|"$/g, "");
}
