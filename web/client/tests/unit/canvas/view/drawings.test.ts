// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { Drawings } from "@/canvas/view/drawings";

function canvasWith(...ids: string[]): HTMLElement {
  const canvas = document.createElement("div");
  canvas.innerHTML = `<div class="part">${ids.map(markup).join("")}</div>`;
  document.body.append(canvas);
  return canvas;
}

const markup = (id: string) => `<p data-id="${id}"></p>`;
const part = (canvas: HTMLElement) => canvas.querySelector(".part") as HTMLElement;

test("what has come or gone is known at the next look", async () => {
  const canvas = canvasWith("a", "b");
  const drawings = new Drawings(canvas, ".part");
  expect([...drawings.all().keys()]).toEqual(["a", "b"]);
  part(canvas).insertAdjacentHTML("beforeend", markup("c"));
  expect([...drawings.all().keys()]).toEqual(["a", "b", "c"]);
  part(canvas).querySelector('[data-id="a"]')?.remove();
  await Promise.resolve();
  expect([...drawings.all().keys()]).toEqual(["b", "c"]);
});

test("a part that is drawn anew, or comes later, is found", () => {
  const canvas = document.createElement("div");
  document.body.append(canvas);
  const drawings = new Drawings(canvas, ".part");
  expect(drawings.all().size).toBe(0);
  canvas.innerHTML = `<div class="part">${markup("a")}</div>`;
  expect([...drawings.all().keys()]).toEqual(["a"]);
  canvas.innerHTML = `<div class="part">${markup("b")}</div>`;
  expect([...drawings.all().keys()]).toEqual(["b"]);
});

test("a drawing is hidden and shown, and one that is drawn anew is not taken for hidden", () => {
  const canvas = canvasWith("a");
  const drawings = new Drawings(canvas, ".part");
  const first = drawings.all().get("a") as Element;
  drawings.hide(first);
  expect(drawings.isHidden(first)).toBe(true);
  expect(first.hasAttribute("data-away")).toBe(true);
  drawings.show(first);
  expect(drawings.isHidden(first)).toBe(false);
  expect(first.hasAttribute("data-away")).toBe(false);
  drawings.hide(first);
  first.remove();
  part(canvas).innerHTML = markup("a");
  const again = drawings.all().get("a") as Element;
  expect(drawings.isHidden(again)).toBe(false);
});
