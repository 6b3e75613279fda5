/** What of the page's English still stands on it while it speaks Chinese. */

import { readdir, readFile } from "node:fs/promises";

const WORDS = new URL("../../src/i18n/", import.meta.url);

async function texts(language) {
  const folder = new URL(`${language}/`, WORDS);
  const files = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  const found = new Map();
  for (const name of files) gather(JSON.parse(await readFile(new URL(name, folder), "utf8")), name, found);
  return found;
}

function gather(value, path, found) {
  if (typeof value === "string") found.set(path, value);
  else for (const [key, inner] of Object.entries(value)) gather(inner, `${path} ${key}`, found);
}

const [english, chinese] = await Promise.all([texts("en"), texts("zh-CN")]);
const said = new Set(chinese.values());
const TRANSLATED = [...english]
  // Prompts may stay as they are.
  .filter(([path, text]) => !path.includes("prompt") && chinese.has(path) && !said.has(text) && text.length > 2)
  .map(([, text]) => text);

/** How long a part of the page may take to be drawn anew in another language. */
const REDRAWN_MS = 2_000;

/** What {@link leftNow} still finds when everything has had its time to be drawn anew. */
export async function englishLeft(page, parts) {
  for (const began = performance.now(); ; ) {
    const found = await leftNow(page, parts);
    if (found.length === 0 || performance.now() - began > REDRAWN_MS) return found;
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** Names and tips that are shown, and texts, but what a person wrote: the page's English word for word, in some `parts`. */
function leftNow(page, parts) {
  return page.evaluate(
    ([words, where]) => {
      const known = new Set(words);
      const roots = where.flatMap((part) => [...document.querySelectorAll(part)]);
      const found = new Set();
      const look = (text) => known.has(text?.trim()) && found.add(text.trim());
      for (const root of roots.length === 0 ? [document.body] : roots) {
        for (const element of [root, ...root.querySelectorAll("*")]) {
          // What was said before the language changed is not said anew.
          if (!element.checkVisibility() || element.closest("[role=status], [role=alert], [role=log], [aria-live]"))
            continue;
          for (const name of ["aria-label", "title", "placeholder"]) look(element.getAttribute(name));
          if (element.tagName === "TEXTAREA") continue;
          for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) look(node.data);
        }
      }
      return [...found];
    },
    [TRANSLATED, parts],
  );
}
