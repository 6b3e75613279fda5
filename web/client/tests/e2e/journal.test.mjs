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
import { draftOf, keeps } from "./edited.mjs";

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));
const PYTHON = process.env.NOISELOOM_PYTHON ?? join(ROOT, ".venv/bin/python");

let folder;
let server;
const browsers = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "noiseloom-journal-"));
  server = await serve(0);
});

after(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
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

/** A browser that is closed at the end, however that comes. */
async function start() {
  const browser = await launch();
  browsers.push(browser);
  return browser;
}

const prompt = (page) => page.locator('[data-node="prompt"] textarea');
const written = (page, words) =>
  keeps(page, (document) => JSON.stringify(document).includes(words), `the journal lacks "${words}"`);
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
  const browser = await start();
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

test("two workflows are edited while the server is gone, and the page is left: both edits are there afterwards", async () => {
  const browser = await start();
  const page = await open(await browser.newContext());
  const tabs = page.getByRole("tab");
  const call = async (name) => {
    await tabs.nth(1).dblclick();
    await page.getByLabel("Workflow title").fill(name);
    await page.keyboard.press("Enter");
  };
  await prompt(page).fill("in reach");
  await page.locator("h3").first().click();
  await page.keyboard.press("Alt+n");
  await call("Second");
  await written(page, "Second");
  server.process.kill("SIGKILL");
  await once(server.process, "exit");
  await call("Second, out of reach");
  await tabs.first().click();
  await prompt(page).fill("out of reach");
  await page.locator('[data-journal="waiting"]').waitFor();
  await tabs.nth(1).click();
  // Nothing answers: the browser leaves the page for its own words on that.
  await assert.rejects(page.reload());
  server = await serve(Number(new URL(server.url).port));
  await page.goto(server.url);
  await tabs.filter({ hasText: "Second, out of reach" }).waitFor();
  await written(page, "Second, out of reach");
  await tabs.first().click();
  await shows(page, "out of reach");
  await written(page, "out of reach");
  assert.equal(await tabs.count(), 2);
});

test("two windows on one draft are told, and neither overwrites the other", async () => {
  const browser = await start();
  const context = await browser.newContext();
  const page = await open(context);
  await prompt(page).fill("from the first window");
  await written(page, "from the first window");
  const { id, head } = await draftOf(page);
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
});

test("the other window's state can be shown, and Undo brings this one's back", async () => {
  const browser = await start();
  const page = await open(await browser.newContext());
  await prompt(page).fill("mine");
  await written(page, "mine");
  const { id, head } = await draftOf(page);
  const draft = await (await fetch(`${server.url}/api/v1/drafts/${id}`)).json();
  draft.state.document.nodes.find((node) => node.id === "prompt").widgets.text = "theirs";
  const put = { method: "PUT", headers: { "Content-Type": "application/json" } };
  await fetch(`${server.url}/api/v1/drafts/${id}`, { ...put, body: JSON.stringify({ state: draft.state, head }) });
  await prompt(page).fill("mine, later");
  await page.getByRole("button", { name: "Show the other window's" }).click();
  await shows(page, "theirs");
  await page.getByRole("button", { name: /^Undo \(/ }).click();
  await shows(page, "mine, later");
});
