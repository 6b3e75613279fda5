/** Chromium for page scripts, started the same way everywhere. */

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A headless browser. `NOISELOOM_CHROMIUM` names another one than the system's. */
export function launch() {
  const executablePath = process.env.NOISELOOM_CHROMIUM ?? PLACES.find(existsSync);
  if (executablePath === undefined) throw new Error("no Chromium: install one or name it in NOISELOOM_CHROMIUM");
  return chromium.launch({ executablePath, headless: true, args: ARGS });
}
