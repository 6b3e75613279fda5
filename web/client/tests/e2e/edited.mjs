/** The open workflow as the page keeps it: what it sends to the server's journal, within a moment of each edit. */

import assert from "node:assert/strict";

/** The document, or null before the first edit. */
export const kept = (page) =>
  page.evaluate(() => JSON.parse(localStorage["noiseloom.draft"] ?? "null")?.state.document ?? null);

/** Wait until `check` holds of the document; answers it. */
export async function keeps(page, check, what) {
  let document = null;
  for (const began = Date.now(); Date.now() - began < 10_000; ) {
    document = await kept(page);
    if (document !== null && check(document)) return document;
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  return assert.fail(`${what}: ${JSON.stringify(document?.nodes)} ${JSON.stringify(document?.wires)}`);
}

/** Wait until the document is as it was. */
export const back = (page, before) =>
  keeps(page, (now) => JSON.stringify(now) === JSON.stringify(before), "it is not as before");

export const nodeOf = (document, id) => document.nodes.find((node) => node.id === id);
