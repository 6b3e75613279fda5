/** unCLIP on the starters: from words through the prior to 1024 pixels. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, PROMPT } from "./studio.mjs";
import { openTemplate, paint } from "./templates.mjs";

after(closeBrowser);

test("the unCLIP template makes a picture of words in one press", async () => {
  const { page, troubles } = await openTemplate("unCLIP: words to an embedding", "embed");
  await paint(page, "unclip", PROMPT);
  assert.deepEqual(troubles, []);
});
