/** The node types that were added lately, for the search: kept in this browser. */

const KEY = "noiseloom.recent";
const MOST = 5;

/** The newest first. */
export function recentTypes(): string[] {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "[]") as string[];
  } catch {
    return [];
  }
}

export function rememberType(type: string): void {
  try {
    localStorage.setItem(
      KEY,
      JSON.stringify([type, ...recentTypes().filter((other) => other !== type)].slice(0, MOST)),
    );
  } catch {
    // Without storage the order is by match alone.
  }
}
