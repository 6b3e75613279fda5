/** The server's journal of drafts: a crash of either side loses at most the last second. Starts servers of its own. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch, launchPersistent } from "./browser.mjs";

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));
const PYTHON = process.env.NOISELOOM_PYTHON ?? join(ROOT, ".venv/bin/python");

let folder;
let server;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "noiseloom-journal-"));
  server = await serve(0);
});

after(async () => {
  server.process.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Start the server on the same data; answers its address once it listens. */
async function serve(port) {
  const options = [
    "--port",
    String(port),
    "--data-dir",
    join(folder, "data"),
    "--disable-auto-launch",
    "--device",
    "none",
  ];
  const child = spawn(PYTHON, ["main.py", ...options], { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  const url = await new Promise((resolve, reject) => {
    child.stdout.on("data", (part) => {
      said += part;
      const found = /Noiseloom is at (\S+)/.exec(said);
      if (found !== null) resolve(new URL(found[1]).origin);
    });
    child.on("exit", () => reject(new Error(said)));
  });
  return { process: child, url };
}

const prompt = (page) => page.locator('[data-node="prompt"] textarea');
const written = (page, words) =>
  page.waitForFunction((text) => {
    const spare = JSON.parse(localStorage["noiseloom.draft"] ?? "null");
    return spare?.kept === true && JSON.stringify(spare.state.document).includes(text);
  }, words);
const shows = (page, words) =>
  page.waitForFunction((text) => document.querySelector('[data-node="prompt"] textarea')?.value === text, words);

async function open(context) {
  const page = await context.newPage();
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.goto(server.url);
  await prompt(page).waitFor();
  return page;
}

test("the server is killed in the middle of an edit: the page says so, and everything is there when it is back", async () => {
  const browser = await launch();
  const context = await browser.newContext();
  const page = await open(context);
  await prompt(page).fill("before the crash");
  await written(page, "before the crash");
  server.process.kill("SIGKILL");
  await once(server.process, "exit");
  await prompt(page).fill("while the server was gone");
  await page.locator('[data-journal="waiting"]').waitFor();
  server = await serve(Number(new URL(server.url).port));
  await written(page, "while the server was gone");
  await page.locator('[data-journal="kept"]').waitFor();
  await context.close();

  // Another start of the browser: nothing of the page is left but its name.
  const { drafts } = await (await fetch(`${server.url}/api/v1/drafts`)).json();
  const texts = await Promise.all(
    drafts.map(async ({ id }) => (await fetch(`${server.url}/api/v1/drafts/${id}`)).text()),
  );
  assert.ok(texts.some((text) => text.includes("while the server was gone")));
  await browser.close();
});

test("the browser is killed a second after an edit: the next start shows it", async () => {
  const profile = join(folder, "profile");
  const first = await launchPersistent(profile);
  const page = await open(first.context);
  await prompt(page).fill("a thought that must not be lost");
  await written(page, "a thought that must not be lost");
  await first.kill();
  const second = await launchPersistent(profile);
  const again = await open(second.context);
  await shows(again, "a thought that must not be lost");
  await second.close();
});

test("two windows on one draft are told, and neither overwrites the other", async () => {
  const browser = await launch();
  const context = await browser.newContext();
  const page = await open(context);
  await prompt(page).fill("from the first window");
  await written(page, "from the first window");
  const { id, head } = await page.evaluate(() => JSON.parse(localStorage["noiseloom.draft"]));
  const theirs = await fetch(`${server.url}/api/v1/drafts/${id}/changes`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ head, changes: [{ set: ["document", "title"], value: "From the second" }] }),
  });
  assert.equal(theirs.status, 200);
  await prompt(page).fill("from the first window, later");
  const bar = page.locator("[data-draft-conflict]");
  await bar.waitFor();
  await bar.getByRole("button", { name: "Keep mine as a copy" }).click();
  await written(page, "from the first window, later");
  const old = await (await fetch(`${server.url}/api/v1/drafts/${id}`)).json();
  assert.equal(old.state.document.title, "From the second");
  assert.equal(await prompt(page).inputValue(), "from the first window, later");
  await browser.close();
});

test("the other window's state can be shown, and Undo brings this one's back", async () => {
  const browser = await launch();
  const page = await open(await browser.newContext());
  await prompt(page).fill("mine");
  await written(page, "mine");
  const { id, head } = await page.evaluate(() => JSON.parse(localStorage["noiseloom.draft"]));
  const draft = await (await fetch(`${server.url}/api/v1/drafts/${id}`)).json();
  draft.state.document.nodes.find((node) => node.id === "prompt").widgets.text = "theirs";
  const put = { method: "PUT", headers: { "Content-Type": "application/json" } };
  await fetch(`${server.url}/api/v1/drafts/${id}`, { ...put, body: JSON.stringify({ state: draft.state, head }) });
  await prompt(page).fill("mine, later");
  await page.getByRole("button", { name: "Show the other window's" }).click();
  await shows(page, "theirs");
  await page.getByRole("button", { name: /^Undo \(/ }).click();
  await shows(page, "mine, later");
  await browser.close();
});
