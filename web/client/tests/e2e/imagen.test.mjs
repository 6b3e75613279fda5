/** Imagen on the starters: from words through T5 to 1024 pixels. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, PROMPT } from "./studio.mjs";
import { openTemplate, paint } from "./templates.mjs";

after(closeBrowser);

test("the Imagen template makes a picture of words in one press", async () => {
  const { page, troubles } = await openTemplate("Imagen:", "t5");
  await paint(page, "imagen", PROMPT);
  assert.deepEqual(troubles, []);
});
