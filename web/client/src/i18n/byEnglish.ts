/** Texts of our templates by their English, which is what a workflow holds. */
export function byEnglish(english: Record<string, string>, told: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(english).map(([key, text]) => [text, told[key] ?? text]));
}
