/** Scenes for pictures that are compared. */

import { test } from "node:test";
import { looksLike, STILL, still } from "./camera.mjs";
import { openPage } from "./studio.mjs";

export const WIDE = { width: 2560, height: 1440 };
export const PHONE = { width: 390, height: 844, hasTouch: true };
export const LIGHT = { colorScheme: "light" };

/** What earlier scripts made on the same server is not part of a scene. */
async function forget(page) {
  // The strip asks for so many; the gallery for more.
  await page.route("**/api/v1/pictures?limit=60&**", (route) => route.fulfill({ json: { pictures: [], next: null } }));
  await page.route("**/api/v1/jobs?**", (route) => route.fulfill({ json: { jobs: [] } }));
  await page.route("**/api/v1/library", (route) => route.fulfill({ json: { subgraphs: [] } }));
}

/** A scene: a page, what a person does there, and its picture. `blank`: what differs from machine to machine. */
export function scene(name, wishes, act = async () => {}, blank = []) {
  test(name, async () => {
    const { page } = await openPage({ ...STILL, ...wishes, prepare: forget });
    await still(page);
    await act(page);
    await looksLike(page, name, blank);
    await page.context().close();
  });
}
