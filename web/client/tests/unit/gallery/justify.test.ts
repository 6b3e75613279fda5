import { expect, test } from "vitest";
import { justify, neighbour, rowsWithin } from "@/features/gallery/justify";

const picture = (id: number, width: number, height: number, made = 1_700_000_000) => ({ id, width, height, made });
const many = Array.from({ length: 200 }, (_, id) => picture(id, 100 + ((id * 37) % 200), 100 + ((id * 53) % 150)));
const options = { width: 900, target: 160, gap: 4, days: false };

test("every row but the last fills the width, and every picture keeps its shape", () => {
  const { rows } = justify(many, options);
  for (const row of rows.slice(0, -1)) {
    const last = row.cells.at(-1);
    expect((last?.left ?? 0) + (last?.width ?? 0)).toBeCloseTo(900, 5);
  }
  for (const { cells, height } of rows) {
    for (const { index, width } of cells) {
      const { width: w, height: h } = many[index] as { width: number; height: number };
      expect(width / height).toBeCloseTo(w / h, 5);
    }
  }
  expect(rows.flatMap((row) => row.cells.map((cell) => cell.index))).toEqual(many.map(({ id }) => id));
});

test("pictures that come behind do not move those before, but for the last row", () => {
  const before = justify(many.slice(0, 100), options).rows.slice(0, -1);
  expect(justify(many, options).rows.slice(0, before.length)).toEqual(before);
});

test("each day has a heading, and a new day begins a new row", () => {
  const days = [picture(1, 100, 100, 1_700_000_000), picture(2, 100, 100, 1_700_000_000 - 86_400 * 2)];
  const { rows } = justify(days, { ...options, days: true });
  expect(rows.map((row) => (row.day === "" ? row.cells.length : "day"))).toEqual(["day", 1, "day", 1]);
});

test("the rows near a stretch are found, and only those", () => {
  const layout = justify(many, options);
  const [first, last] = rowsWithin(layout, 500, 900);
  const touching = layout.rows.filter((row) => row.top + row.height >= 500 && row.top <= 900);
  expect(layout.rows.slice(first, last + 1)).toEqual(touching);
  expect(rowsWithin(layout, 1e9, 2e9)[0]).toBe(layout.rows.length);
});

test("down and up again lead back, and edges lead nowhere", () => {
  const layout = justify(many, options);
  const below = neighbour(layout, 2, "ArrowDown", many.length) as number;
  expect(layout.rows[1]?.cells.map((cell) => cell.index)).toContain(below);
  expect(layout.rows[0]?.cells.map((cell) => cell.index)).toContain(neighbour(layout, below, "ArrowUp", many.length));
  expect(neighbour(layout, 0, "ArrowLeft", many.length)).toBeNull();
  expect(neighbour(layout, 0, "ArrowUp", many.length)).toBeNull();
  expect(neighbour(layout, 0, "End", many.length)).toBe(199);
});

test("a picture of unknown or unheard-of shape still has a place", () => {
  const odd = [{ id: 1, width: null, height: null, made: 1 }, picture(2, 10_000, 1), picture(3, 1, 10_000)];
  for (const { cells } of justify(odd, options).rows) for (const cell of cells) expect(cell.width).toBeGreaterThan(40);
});

test("going on with an earlier layout gives what laying out everything gives", () => {
  const dated = many.map((one, index) => ({ ...one, made: 1_700_000_000 - Math.floor(index / 7) * 40_000 }));
  for (const shape of [options, { ...options, days: true }]) {
    const whole = justify(dated, shape);
    for (const cut of [1, 2, 6, 7, 50, 99, 199, 200]) {
      const before = justify(dated.slice(0, cut), shape);
      expect(justify(dated, shape, before)).toEqual(whole);
    }
  }
});

test("an earlier layout of other pictures, or in another shape, is not gone on with", () => {
  const before = justify(many.slice(0, 100), options);
  const others = [many[5], ...many.slice(0, 150)].flatMap((one) => one ?? []);
  expect(justify(others, options, before)).toEqual(justify(others, options));
  const without = [...many.slice(0, 40), ...many.slice(41, 150)];
  expect(justify(without, options, before)).toEqual(justify(without, options));
  const wider = { ...options, width: 1200 };
  expect(justify(many, wider, before)).toEqual(justify(many, wider));
  expect(justify([], options, before).rows).toEqual([]);
});
