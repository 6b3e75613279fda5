/** The open workflow as the server's journal has it, within a moment of each edit. */

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

/** The draft of the shown tab as it is on the server: `{ id, head, state }`, or null before the first edit. */
export async function draftOf(page) {
  const id = await page.evaluate(() => JSON.parse(sessionStorage["noiseloom.tabs"] ?? "null")?.active);
  const answer = await page.request.get(`${new URL(page.url()).origin}/api/v1/drafts/${id}`);
  return answer.ok() ? answer.json() : null;
}

/** The document, or null before the first edit. */
export const kept = async (page) => (await draftOf(page))?.state.document ?? null;

/** Wait until `check` holds of the document; answers it. */
export async function keeps(page, check, what) {
  let document = null;
  for (const began = Date.now(); Date.now() - began < 10_000; ) {
    document = await kept(page);
    if (document !== null && check(document)) return document;
    await pause(50);
  }
  return assert.fail(`${what}: ${JSON.stringify(document?.nodes)} ${JSON.stringify(document?.wires)}`);
}

/** Wait until the document is as it was. */
export const back = (page, before) =>
  keeps(page, (now) => JSON.stringify(now) === JSON.stringify(before), "it is not as before");

export const nodeOf = (document, id) => document.nodes.find((node) => node.id === id);
