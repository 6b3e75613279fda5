import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closeBrowser, drag, nodes, openPage, socketAt, wires } from "./studio.mjs";

after(closeBrowser);

const themes = [];
const EMPTY = { x: 480, y: 130 };
const edge = (page, from, to) => page.locator(`.react-flow__edge[data-id='${JSON.stringify([from, to])}']`);

/** A point on a wire, on the screen: `share` of its length from its beginning. */
async function onWire(page, from, to, share = 0.5) {
  return edge(page, from, to).evaluate((group, part) => {
    const path = group.querySelector("path.react-flow__edge-path");
    const point = path.getPointAtLength(path.getTotalLength() * part).matrixTransform(path.getScreenCTM());
    return { x: point.x, y: point.y };
  }, share);
}

/** The palette's field: the nodes' own choices are combo boxes too. */
const search = (page) => page.locator('input[role="combobox"]');

async function until(page, read, wanted, ms = 10_000) {
  const end = Date.now() + ms;
  let value = await read();
  while (JSON.stringify(value) !== JSON.stringify(wanted) && Date.now() < end) {
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
    value = await read();
  }
  assert.deepEqual(value, wanted);
}

/** Add a node from the palette at a point. */
async function add(page, at, words, id) {
  await page.mouse.dblclick(at.x, at.y);
  await page.getByRole("combobox", { name: "Search nodes" }).waitFor();
  await page.keyboard.type(words);
  await page.keyboard.press("Enter");
  await page.locator(`[data-node="${id}"]`).waitFor();
}

test("a wire dropped on a node's body where two sockets are equal asks which, and draws the chosen", async () => {
  const { page, troubles } = await openPage();
  const positive = await socketAt(page, "sampler", "input", "positive");
  await page.keyboard.down("Alt");
  await page.mouse.click(positive.x, positive.y);
  const negative = await socketAt(page, "sampler", "input", "negative");
  await page.mouse.click(negative.x, negative.y);
  await page.keyboard.up("Alt");
  assert.equal(await edge(page, ["prompt", "CONDITIONING"], ["sampler", "positive"]).count(), 0);
  const head = await page.locator('[data-node="sampler"] header').boundingBox();
  await drag(page, await socketAt(page, "prompt", "output", "CONDITIONING"), { x: head.x + 120, y: head.y + 16 });
  const options = page.locator('[role="option"]');
  await options.first().waitFor();
  assert.equal(await options.count(), 2);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await edge(page, ["prompt", "CONDITIONING"], ["sampler", "negative"]).waitFor({ state: "attached" });
  assert.deepEqual(troubles, []);
});

test("a wire dropped on a node's body where one socket fits goes there, from an output as from an empty input", async () => {
  const { page, troubles } = await openPage();
  const body = async (id) => {
    const head = await page.locator(`[data-node="${id}"] header`).boundingBox();
    return { x: head.x + 120, y: head.y + 16 };
  };
  const take = async (from, to) => {
    const { x, y } = await socketAt(page, to[0], "input", to[1]);
    await page.keyboard.down("Alt");
    await page.mouse.click(x, y);
    await page.keyboard.up("Alt");
    await edge(page, from, to).waitFor({ state: "detached" });
  };
  const size = [
    ["size", "LATENT"],
    ["sampler", "latent_image"],
  ];
  await take(...size);
  await drag(page, await socketAt(page, "size", "output", "LATENT"), await body("sampler"));
  await edge(page, ...size).waitFor({ state: "attached" });
  const model = [
    ["loader", "MODEL"],
    ["sampler", "model"],
  ];
  await take(...model);
  const before = await wires(page);
  await drag(page, await socketAt(page, "sampler", "input", "model"), await body("loader"));
  await edge(page, ...model).waitFor({ state: "attached" });
  assert.equal(await wires(page), before + 1);
  assert.equal(await page.locator('[role="option"]').count(), 0, "nothing was asked");
  // From an empty input to the empty canvas: what could feed it is offered.
  await take(...model);
  await drag(page, await socketAt(page, "sampler", "input", "model"), EMPTY);
  await search(page).waitFor();
  await page.locator('[role="option"]', { hasText: "Load model" }).first().click();
  await until(page, () => wires(page), before + 1);
  assert.equal(await edge(page, ...model).count(), 0, "another loader feeds it");
  assert.deepEqual(troubles, []);
});

test("Esc drops a wire: where the hand lets go afterwards, nothing happens", async () => {
  const { page, troubles } = await openPage();
  const latent = await socketAt(page, "size", "output", "LATENT");
  const drawn = edge(page, ["sampler", "LATENT"], ["decode", "samples"]);
  for (const to of [await socketAt(page, "decode", "input", "samples"), EMPTY]) {
    await page.mouse.move(latent.x, latent.y);
    await page.mouse.down();
    await page.mouse.move((latent.x + to.x) / 2, (latent.y + to.y) / 2, { steps: 6 });
    await page.keyboard.press("Escape");
    await page.locator(".react-flow__connection").waitFor({ state: "detached" });
    await page.mouse.move(to.x, to.y, { steps: 6 });
    await page.mouse.up();
    assert.equal(await search(page).count(), 0);
  }
  await drawn.waitFor({ state: "attached" });
  await page.locator(".react-flow__connection").waitFor({ state: "detached" });
  assert.deepEqual(troubles, []);
});

test("where types differ, the refusal names the node that helps, and its button inserts it wired", async () => {
  const { page } = await openPage();
  const before = await nodes(page);
  await add(page, EMPTY, "plain image", "emptyimage");
  const carry = async (from) => {
    const head = await page.locator('[data-node="sampler"] header').boundingBox();
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(head.x + 100, head.y + 10, { steps: 8 });
  };
  // What the sampler makes would come back to it: no node helps there.
  await carry(await socketAt(page, "decode", "output", "IMAGE"));
  await page.getByText("Image cannot feed Latent.").first().waitFor();
  assert.equal(await page.getByText(/Insert Encode/i).count(), 0);
  await page.mouse.up();
  await carry(await socketAt(page, "emptyimage", "output", "IMAGE"));
  await page.getByText(/Image cannot feed Latent\. Insert Encode\?/i).waitFor();
  await page.mouse.up();
  await page.getByRole("button", { name: "Insert Encode", exact: true }).click();
  await page.locator('[data-node="vaeencode"]').waitFor();
  await edge(page, ["emptyimage", "IMAGE"], ["vaeencode", "pixels"]).waitFor({ state: "attached" });
  await edge(page, ["vaeencode", "LATENT"], ["sampler", "latent_image"]).waitFor({ state: "attached" });
  // What else it obviously needs is wired too, and the wire that stood there is gone.
  await edge(page, ["loader", "VAE"], ["vaeencode", "vae"]).waitFor({ state: "attached" });
  assert.equal(await edge(page, ["size", "LATENT"], ["sampler", "latent_image"]).count(), 0);
  await page.keyboard.press("Control+z");
  await edge(page, ["size", "LATENT"], ["sampler", "latent_image"]).waitFor({ state: "attached" });
  assert.equal(await nodes(page), before + 1);
});

for (const colorScheme of ["dark", "light"]) {
  test(`wires have the colours of their types: ${colorScheme}`, async () => {
    const { page } = await openPage({ colorScheme });
    const seen = await page.evaluate(() => {
      const probe = document.createElement("span");
      document.body.append(probe);
      const token = (name) => {
        probe.style.color = `var(${name})`;
        return getComputedStyle(probe).color;
      };
      const wire = (from, to) => {
        const group = document.querySelector(`.react-flow__edge[data-id='${JSON.stringify([from, to])}']`);
        return getComputedStyle(group.querySelector(".react-flow__edge-path")).stroke;
      };
      return {
        model: [wire(["loader", "MODEL"], ["sampler", "model"]), token("--c-model")],
        clip: [wire(["loader", "CLIP"], ["prompt", "clip"]), token("--c-clip")],
        vae: [wire(["loader", "VAE"], ["decode", "vae"]), token("--c-vae")],
        conditioning: [wire(["prompt", "CONDITIONING"], ["sampler", "positive"]), token("--c-conditioning")],
        latent: [wire(["sampler", "LATENT"], ["decode", "samples"]), token("--c-latent")],
        image: [wire(["decode", "IMAGE"], ["picture", "images"]), token("--c-image")],
      };
    });
    for (const [type, [stroke, color]] of Object.entries(seen)) assert.equal(stroke, color, type);
    const strokes = Object.values(seen).map(([stroke]) => stroke);
    assert.equal(new Set(strokes).size, strokes.length, "each type has its own");
    themes.push(strokes.join());
    assert.equal(new Set(themes).size, themes.length, "each theme has its own");
  });
}

test("a wired input is picked up by its end; dropped on nothing, Delete in the palette removes it, Esc keeps it", async () => {
  const { page } = await openPage();
  const before = await wires(page);
  await drag(page, await socketAt(page, "sampler", "input", "negative"), EMPTY);
  await search(page).waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await wires(page), before);
  await drag(page, await socketAt(page, "sampler", "input", "negative"), EMPTY);
  await search(page).waitFor();
  await page.keyboard.press("Delete");
  await until(page, () => wires(page), before - 1);
  await page.keyboard.press("Control+z");
  await until(page, () => wires(page), before);
});

test("a wire picked up at one input and dropped on another moves, in one step", async () => {
  const { page } = await openPage();
  const before = await wires(page);
  await drag(
    page,
    await socketAt(page, "sampler", "input", "negative"),
    await socketAt(page, "sampler", "input", "positive"),
  );
  await edge(page, ["negative", "CONDITIONING"], ["sampler", "positive"]).waitFor({ state: "attached" });
  assert.equal(await wires(page), before - 1);
  await page.keyboard.press("Control+z");
  await until(page, () => wires(page), before);
});

test("Shift-drag from an output moves all its wires to another", async () => {
  const { page } = await openPage();
  await add(page, EMPTY, "load lora", "loraloader");
  const from = await socketAt(page, "loader", "output", "CLIP");
  const to = await socketAt(page, "loraloader", "output", "CLIP");
  await page.keyboard.down("Shift");
  await drag(page, from, to);
  await page.keyboard.up("Shift");
  await edge(page, ["loraloader", "CLIP"], ["prompt", "clip"]).waitFor({ state: "attached" });
  await edge(page, ["loraloader", "CLIP"], ["negative", "clip"]).waitFor({ state: "attached" });
  assert.equal(await edge(page, ["loader", "CLIP"], ["prompt", "clip"]).count(), 0);
});

test("a node let go over a wire goes into it, and one undo takes it out; with Alt it does not", async () => {
  const { page } = await openPage();
  await add(page, EMPTY, "load lora", "loraloader");
  const wire = [
    ["loader", "MODEL"],
    ["sampler", "model"],
  ];
  const middle = await onWire(page, ...wire, 0.4);
  const head = await page.locator('[data-node="loraloader"] header').boundingBox();
  const grip = { x: head.x + 110, y: head.y + 16 };
  const box = await page.locator('[data-node="loraloader"]').boundingBox();
  const to = { x: middle.x - box.width / 2 + 110, y: middle.y - box.height / 2 + 16 };
  await page.mouse.move(grip.x, grip.y);
  await page.mouse.down();
  await page.mouse.move(grip.x + 20, grip.y, { steps: 3 });
  // Held from the beginning, Alt would drag a copy.
  await page.keyboard.down("Alt");
  await page.mouse.move(to.x, to.y, { steps: 10 });
  await page.mouse.up();
  await page.keyboard.up("Alt");
  assert.equal(await edge(page, ["loraloader", "MODEL"], ["sampler", "model"]).count(), 0);
  await page.keyboard.press("Control+z");
  await drag(page, grip, to);
  await edge(page, ["loraloader", "MODEL"], ["sampler", "model"]).waitFor({ state: "attached" });
  await edge(page, ["loader", "MODEL"], ["loraloader", "model"]).waitFor({ state: "attached" });
  await page.keyboard.press("Control+z");
  await edge(page, ...wire).waitFor({ state: "attached" });
  assert.equal(await edge(page, ["loraloader", "MODEL"], ["sampler", "model"]).count(), 0);
});

test("a node type dragged from the library onto a wire lights it and goes into it, in one step; with Alt it does not", async () => {
  const { page, troubles } = await openPage();
  const before = await nodes(page);
  const wire = [
    ["sampler", "LATENT"],
    ["decode", "samples"],
  ];
  await page.locator('[data-rail="panel.nodes"]').click();
  await page.locator('[data-panel="nodes"]').getByRole("searchbox").fill("upscale latent");
  await until(page, () => page.locator('[data-panel="nodes"] [role="treeitem"]').count(), 2);
  const row = await page.locator('[data-panel="nodes"] [data-type="LatentUpscale"]').boundingBox();
  const grip = { x: row.x + 40, y: row.y + row.height / 2 };
  /** The wires that are drawn as what a drop would go into. */
  const lit = () =>
    page
      .locator(".react-flow__edge")
      .evaluateAll((all) =>
        all
          .filter((group) => getComputedStyle(group.querySelector(".react-flow__edge-path")).strokeWidth === "5px")
          .map((group) => group.getAttribute("data-id")),
      );
  /** Take the type up and carry it to a place; the hand stays closed. */
  const carry = async (to) => {
    await page.mouse.move(grip.x, grip.y);
    await page.mouse.down();
    await page.mouse.move(to.x - 60, to.y - 60, { steps: 8 });
    await page.mouse.move(to.x, to.y, { steps: 4 });
    // A hand is never still; the browser tells the page of a drag when it moves.
    await page.mouse.move(to.x, to.y + 1);
    await page.mouse.move(to.x, to.y);
  };
  const to = await onWire(page, ...wire, 0.4);
  await carry(to);
  await until(page, lit, [JSON.stringify(wire)]);
  await page.mouse.move(to.x, to.y - 60, { steps: 4 });
  await page.mouse.move(to.x, to.y - 61);
  await until(page, lit, []);
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.move(to.x, to.y + 1);
  await until(page, lit, [JSON.stringify(wire)]);
  await page.mouse.up();
  await edge(page, ["sampler", "LATENT"], ["latentupscale", "samples"]).waitFor({ state: "attached" });
  await edge(page, ["latentupscale", "LATENT"], ["decode", "samples"]).waitFor({ state: "attached" });
  assert.equal(await edge(page, ...wire).count(), 0);
  assert.deepEqual(await lit(), []);
  await page.keyboard.press("Control+z");
  await edge(page, ...wire).waitFor({ state: "attached" });
  assert.equal(await nodes(page), before);

  // A type that does not fit stands beside the wire; so does any with Alt held.
  const again = await onWire(page, ...wire, 0.4);
  await page.keyboard.down("Alt");
  await carry(again);
  assert.deepEqual(await lit(), []);
  await page.mouse.up();
  await page.keyboard.up("Alt");
  await until(page, () => nodes(page), before + 1);
  assert.equal(await edge(page, ...wire).count(), 1);
  assert.deepEqual(troubles, []);
});

test("the button at a wire's middle opens the palette with what fits into the wire, and inserts it", async () => {
  const { page } = await openPage();
  const point = await onWire(page, ["sampler", "LATENT"], ["decode", "samples"], 0.3);
  await page.mouse.move(point.x, point.y, { steps: 3 });
  await page.getByRole("button", { name: "Insert a node here" }).click();
  await search(page).waitFor();
  const titles = await page.locator('[role="option"]').allInnerTexts();
  assert.ok(titles.length > 2 && !titles.some((title) => title.includes("Load image")));
  await page.keyboard.type("upscale latent");
  await page.keyboard.press("Enter");
  await until(page, () => edge(page, ["sampler", "LATENT"], ["decode", "samples"]).count(), 0);
});

test("Shift+S swaps a node for one that keeps its wires, and says how many it kept", async () => {
  const { page } = await openPage();
  const before = await wires(page);
  await page.locator('[data-node="sampler"] h3').click();
  await page.keyboard.press("Shift+S");
  await search(page).waitFor();
  await page.keyboard.type("ksampleradvanced");
  await page.keyboard.press("Enter");
  await page.getByText("Kept 5 of 5 wires.").first().waitFor();
  assert.equal(await wires(page), before);
});

test("Shift+Delete closes the gap a node leaves", async () => {
  const { page } = await openPage();
  await add(page, EMPTY, "load lora", "loraloader");
  const from = await socketAt(page, "loader", "output", "MODEL");
  await drag(page, from, await socketAt(page, "loraloader", "input", "model"));
  await drag(
    page,
    await socketAt(page, "loraloader", "output", "MODEL"),
    await socketAt(page, "sampler", "input", "model"),
  );
  await edge(page, ["loraloader", "MODEL"], ["sampler", "model"]).waitFor({ state: "attached" });
  await page.locator('[data-node="loraloader"] h3').click();
  await page.keyboard.press("Shift+Delete");
  await edge(page, ["loader", "MODEL"], ["sampler", "model"]).waitFor({ state: "attached" });
  assert.equal(await page.locator('[data-node="loraloader"]').count(), 0);
});

for (const [how, button, key] of [
  ["Ctrl and the right button", "right", "Control"],
  ["Y and the left button", "left", "y"],
]) {
  test(`a stroke with ${how} cuts the wires it crosses`, async () => {
    const { page } = await openPage();
    // The prompt has the focus at first, and would take the letter.
    await page.locator('[data-node="size"] h3').click();
    const before = await wires(page);
    const point = await onWire(page, ["sampler", "LATENT"], ["decode", "samples"]);
    await page.mouse.move(point.x, point.y - 60);
    await page.keyboard.down(key);
    await page.mouse.down({ button });
    await page.mouse.move(point.x, point.y + 60, { steps: 8 });
    await page.mouse.up({ button });
    await page.keyboard.up(key);
    await until(page, () => edge(page, ["sampler", "LATENT"], ["decode", "samples"]).count(), 0);
    assert.ok((await wires(page)) < before);
    assert.equal(await nodes(page), 7);
  });
}

test("a socket clicked, then another, connects them without a drag", async () => {
  const { page } = await openPage();
  const before = await wires(page);
  const from = await socketAt(page, "size", "output", "LATENT");
  const to = await socketAt(page, "decode", "input", "samples");
  await page.mouse.click(from.x, from.y);
  await page.mouse.click(to.x, to.y);
  await edge(page, ["size", "LATENT"], ["decode", "samples"]).waitFor({ state: "attached" });
  assert.equal(await wires(page), before);
});
