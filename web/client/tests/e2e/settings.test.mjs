import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, freshSeed, openPage, setSeed, waitForRun } from "./studio.mjs";

after(closeBrowser);

const dialog = (page) => page.getByRole("dialog").filter({ has: page.getByRole("tablist") });
const gone = { state: "detached" };

test("theme, size and language act at once and are kept", async () => {
  const { page, troubles } = await openPage();
  await page.keyboard.press("Control+,");
  await dialog(page).getByRole("radio", { name: "High contrast" }).check();
  assert.equal(await page.locator("html").getAttribute("data-theme"), "contrast");
  const bar = page.locator('[data-region="bar"]');
  const height = (await bar.boundingBox()).height;
  await dialog(page).getByRole("radio", { name: "125 %" }).check();
  await page.waitForFunction(
    (was) => document.querySelector('[data-region="bar"]').getBoundingClientRect().height > was * 1.2,
    height,
  );
  await dialog(page).getByRole("radio", { name: "简体中文" }).check();
  await page.getByRole("heading", { name: "设置" }).waitFor();
  await page.reload();
  await page.locator('html[data-theme="contrast"][lang="zh-CN"]').waitFor({ state: "attached" });
  await page.waitForFunction(() => /Noiseloom$/.test(document.title) && !/^Noiseloom/.test(document.title));
  assert.deepEqual(troubles, []);
});

test("a key is changed by pressing another; who has it is named, the browser's are refused, a reset brings it back", async () => {
  const { page } = await openPage();
  await page.keyboard.press("Control+,");
  await dialog(page).getByRole("tab", { name: "Key bindings" }).click();
  const row = (id) => page.locator(`[data-key-row="${id}"]`);
  const search = dialog(page).getByRole("searchbox");
  await search.fill("ctrl+d");
  await row("node.duplicate").waitFor();
  assert.equal(await page.locator("[data-key-row]").count(), 1);
  await search.fill("");

  await row("panel.queue")
    .getByRole("button", { name: /^Add a key/ })
    .click();
  await page.keyboard.press("Control+w");
  await row("panel.queue").getByText("Ctrl+W belongs to the browser").waitFor();
  await page.keyboard.press("Control+d");
  await row("panel.queue").getByText("Ctrl+D is used by Duplicate.").waitFor();
  await row("panel.queue").getByRole("button", { name: "Use it here" }).click();
  await row("panel.queue").locator("kbd", { hasText: "Ctrl+D" }).waitFor();
  assert.equal(await row("node.duplicate").locator("kbd", { hasText: "Ctrl+D" }).count(), 0);
  await page.keyboard.press("Escape");
  await dialog(page).waitFor(gone);
  await page.locator('[data-node="size"] h3').click();
  await page.keyboard.press("Control+d");
  await page.locator('[data-panel="queue"]').waitFor();
  await page.keyboard.press("Escape");

  await page.keyboard.press("Control+,");
  await dialog(page).getByRole("tab", { name: "Key bindings" }).click();
  await dialog(page).getByRole("button", { name: "Reset all" }).click();
  await row("node.duplicate").locator("kbd", { hasText: "Ctrl+D" }).waitFor();
  await page.getByRole("status").getByRole("button", { name: "Undo" }).click();
  await row("node.duplicate").locator("kbd", { hasText: "Ctrl+D" }).waitFor(gone);
  await dialog(page).getByRole("button", { name: "Reset all" }).click();
  await row("node.duplicate").locator("kbd", { hasText: "Ctrl+D" }).waitFor();
  await dialog(page).getByRole("radio", { name: "Blender" }).check();
  await row("node.collapse").locator("kbd", { hasText: /^H$/ }).waitFor();
});

test("a preset changes what keys do, and the page's own brings them back", async () => {
  const { page, troubles } = await openPage({ width: 1600, height: 900 });
  const preset = async (name) => {
    await page.keyboard.press("Control+,");
    await dialog(page).getByRole("tab", { name: "Key bindings" }).click();
    await dialog(page).getByRole("radio", { name }).check();
    await page.keyboard.press("Escape");
    await dialog(page).waitFor(gone);
  };
  const node = page.locator('[data-node="decode"]');
  const models = page.locator('[data-panel="models"]');
  const view = () => page.locator(".react-flow__viewport").evaluate((element) => element.style.transform);
  const zoomsIn = async () => {
    await node.locator("h3").click();
    const before = await view();
    await page.keyboard.press("f");
    await page.waitForFunction(
      (old) => document.querySelector(".react-flow__viewport").style.transform !== old,
      before,
    );
  };
  // Ours: M is the models, F looks at the selection.
  await node.locator("h3").click();
  await page.keyboard.press("m");
  await models.waitFor();
  await page.keyboard.press("m");
  await models.waitFor(gone);
  await zoomsIn();
  // ComfyUI's: F hides all panels and shows them again.
  await preset("ComfyUI exact");
  await node.locator("h3").click();
  await page.keyboard.press("m");
  await models.waitFor();
  await node.locator("h3").click();
  for (const left of [gone, {}, gone]) {
    await page.keyboard.press("f");
    await models.waitFor(left);
  }
  // Blender's: M bypasses, H collapses, X deletes.
  await preset("Blender");
  await node.locator("h3").click();
  await page.keyboard.press("m");
  await node.locator("header").getByText("bypass").waitFor();
  assert.equal(await models.count(), 0);
  await page.keyboard.press("m");
  const tall = (await node.boundingBox()).height;
  await page.keyboard.press("h");
  await page.waitForFunction(
    (height) => document.querySelector('[data-node="decode"]').getBoundingClientRect().height < height,
    tall,
  );
  await page.keyboard.press("h");
  await page.keyboard.press("x");
  await node.waitFor(gone);
  await page.keyboard.press("Control+z");
  await node.waitFor();
  await preset("Noiseloom");
  await node.locator("h3").click();
  await page.keyboard.press("m");
  await models.waitFor();
  assert.deepEqual(troubles, []);
});

test("notifications are asked for only when they are turned on", async () => {
  const { page, context } = await openPage();
  await page.evaluate(() => {
    window.asked = 0;
    Notification.requestPermission = async () => {
      window.asked += 1;
      return window.asked === 1 ? "denied" : "granted";
    };
  });
  await page.keyboard.press("Control+,");
  await dialog(page).getByRole("tab", { name: "Canvas and runs" }).click();
  const told = dialog(page).getByRole("switch", { name: "Tell me when a long job ends" });
  assert.equal(await page.evaluate(() => window.asked), 0);
  await told.click();
  await dialog(page).getByText("The browser does not allow notifications").waitFor();
  assert.equal(await told.isChecked(), false);
  await told.click();
  await dialog(page).getByRole("switch", { name: "Tell me when a long job ends", checked: true }).waitFor();
  await context.close();
});

test("pictures that form come at every step, less often or not at all; less motion means fewer until one chooses", async () => {
  const asked = [];
  const pictures = [];
  const { page, troubles } = await openPage({
    reducedMotion: "reduce",
    prepare: (fresh) =>
      fresh.on("websocket", (socket) => {
        if (!socket.url().includes("/api/v1/events")) return;
        const wanted = new URL(socket.url()).searchParams.get("previews") ?? "all";
        asked.push(wanted);
        socket.on("framereceived", ({ payload }) => typeof payload !== "string" && pictures.push(wanted));
      }),
  });
  assert.deepEqual(asked, ["fewer"]);
  const choose = async (name) => {
    await page.keyboard.press("Control+,");
    await dialog(page).getByRole("tab", { name: "Canvas and runs" }).click();
    await dialog(page).getByRole("radio", { name }).check();
    await page.keyboard.press("Escape");
    await dialog(page).waitFor(gone);
  };
  const runOnce = async () => {
    pictures.length = 0;
    await setSeed(page, freshSeed());
    await page.keyboard.press("Control+Enter");
    await waitForRun(page, ["running"]);
    await waitForRun(page, ["succeeded"], 120_000);
  };
  await page.keyboard.press("Control+,");
  await dialog(page).getByRole("tab", { name: "Canvas and runs" }).click();
  assert.ok(await dialog(page).getByRole("radio", { name: "Fewer" }).isChecked());
  await page.keyboard.press("Escape");
  await choose("None");
  await runOnce();
  assert.deepEqual(pictures, []);
  assert.equal(await page.locator('[data-kind="preview"] img').count(), 0);
  await choose("Every step");
  await runOnce();
  assert.ok(pictures.length > 1 && pictures.every((wanted) => wanted === "all"), pictures.join());
  await page.locator('[data-kind="preview"] img').waitFor();
  assert.deepEqual(asked, ["fewer", "none", "all"]);
  assert.deepEqual(troubles, []);
});

test("sizes and times read as chosen, wherever they are shown", async () => {
  const { page, troubles } = await openPage();
  await page.locator('[data-rail="panel.models"]').click();
  const file = page.locator('[data-panel="models"] [data-model^="starter-sd"]').first();
  await file.getByText(/\d\s[MG]B/).waitFor();
  const memory = page.locator("[data-device]").first();
  const look = async (...names) => {
    await page.keyboard.press("Control+,");
    for (const name of names) await dialog(page).getByRole("radio", { name }).check();
    await page.keyboard.press("Escape");
    await dialog(page).waitFor(gone);
  };
  await look("KiB, MiB, GiB: 1,024s", "How long ago");
  await file.getByText(/\d\s[MG]iB · .*(ago|now|yesterday|today|last|this)/).waitFor();
  await file.getByRole("button").first().click();
  const modified = page.locator('[data-panel="models"] section dl');
  await look("24 hours");
  await modified.getByText(/20\d\d, [012]\d:\d\d$/).waitFor();
  await look("12 hours");
  await modified.getByText(/20\d\d, 1?\d:\d\d\s[AP]M$/).waitFor();
  await page.keyboard.press("Escape");
  await page.locator('[data-rail="panel.system"]').click();
  await memory.getByText(/GiB of .*GiB/).waitFor();
  // Memory that is not ours, or all of it, is not told as so many bytes of nothing.
  assert.equal(await memory.getByText(/\b0 byte/).count(), 0);
  await page.reload();
  await page.locator('[data-rail="panel.system"]').waitFor();
  assert.deepEqual(troubles, []);
});

/** In the page: a desktop that shows notifications, and a window that can be left. */
function standInForDesktop() {
  window.shownNotes = [];
  window.Notification = class {
    static permission = "default";
    static async requestPermission() {
      window.Notification.permission = "granted";
      return "granted";
    }
    constructor(title, { body }) {
      Object.assign(this, { title, body });
      window.shownNotes.push(this);
    }
    close() {
      this.closed = true;
    }
  };
  Object.defineProperty(document, "hidden", { get: () => window.left === true });
}

/** What the server says of a run's end, with another length: nobody waits for a long one here. */
const lasting = (seconds) => (page) =>
  page.routeWebSocket(/\/api\/v1\/events/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      const ends = typeof message === "string" && message.includes('"job.finished"');
      socket.send(ends ? message.replace(/("seconds": ?)[\d.]+/g, `$1${seconds}`) : message);
    });
  });

test("a long run that ends while the page is hidden is told by the desktop, and a click brings it", async () => {
  const { page, troubles } = await openPage({
    prepare: async (fresh) => {
      await fresh.addInitScript(standInForDesktop);
      await lasting(31.5)(fresh);
    },
  });
  const notes = () => page.evaluate(() => window.shownNotes.map(({ title, body }) => [title, body]));
  const run = async () => {
    await setSeed(page, freshSeed());
    await page.keyboard.press("Control+Enter");
    await waitForRun(page, ["succeeded"], 120_000);
    assert.match(await page.locator("[data-run-state]").innerText(), /^Done · 31\.5 s$/);
  };
  await page.locator('[data-node="sampler"] [data-widget="steps"]').fill("2");
  await page.keyboard.press("Control+,");
  await dialog(page).getByRole("tab", { name: "Canvas and runs" }).click();
  await dialog(page).getByRole("switch", { name: "Tell me when a long job ends" }).check();
  await page.keyboard.press("Escape");
  await run();
  assert.deepEqual(await notes(), [], "the page is looked at");
  await page.evaluate(() => {
    window.left = true;
  });
  await run();
  assert.deepEqual(await notes(), [["First picture", "Done in 31.5 seconds."]]);

  await page.getByRole("button", { name: "New workflow", exact: true }).first().click();
  await page.locator("article[data-node]").first().waitFor(gone);
  await page.evaluate(() => {
    window.left = false;
    window.shownNotes[0].onclick();
  });
  await page.locator('[data-node="picture"] [data-result="picture"]').waitFor();
  assert.equal(await page.evaluate(() => window.shownNotes[0].closed), true);
  assert.deepEqual(troubles, []);
});
