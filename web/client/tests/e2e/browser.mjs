/** Chromium for page scripts, started the same way everywhere. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer } from "node:net";
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

/** A browser with a profile on the disk, and a way to kill it as a crash would. */
export async function launchPersistent(profile) {
  const executablePath = process.env.NOISELOOM_CHROMIUM ?? PLACES.find(existsSync);
  const port = await freePort();
  const args = [
    ...ARGS,
    "--headless=new",
    `--user-data-dir=${profile}`,
    `--remote-debugging-port=${port}`,
    "about:blank",
  ];
  const child = spawn(executablePath, args, { stdio: "ignore" });
  const address = `http://127.0.0.1:${port}`;
  let browser;
  for (;;) {
    browser = await chromium.connectOverCDP(address).catch(() => undefined);
    if (browser !== undefined) break;
    if (child.exitCode !== null) throw new Error(`Chromium ended with ${child.exitCode}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const gone = once(child, "exit");
  return {
    context: browser.contexts()[0],
    close: async () => {
      child.kill("SIGTERM");
      await gone;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await gone;
      // The lock of a killed browser would turn the next start away.
      await rm(`${profile}/SingletonLock`, { force: true });
    },
  };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}
