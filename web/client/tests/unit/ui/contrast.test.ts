import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const css = readFileSync(join(import.meta.dirname, "../../../src/ui/tokens.css"), "utf8");

function tokens(theme: string): Map<string, string> {
  const start = css.search(new RegExp(`\\[data-theme="?${theme}"?\\]`));
  const block = css.slice(start, css.indexOf("}", start));
  return new Map(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-fA-F]{6})\b/g)].map((match) => [match[1] ?? "", match[2] ?? ""]),
  );
}

/** Relative luminance and contrast by WCAG 2.2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(first: string, second: string): number {
  const [dark = 0, light = 0] = [luminance(first), luminance(second)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const SURFACES = ["bg-canvas", "bg-panel", "bg-node", "bg-head", "bg-field", "bg-raised", "bg-hover"];
const TEXTS = ["text-1", "text-2", "text-3", "accent", "ok", "warn", "err", "info", "run"];
const SHAPES = ["border-strong", "select", "focus"];

test.each(["dark", "light", "contrast"])("%s: text reaches 4.5, shapes reach 3 on every surface", (theme) => {
  const colours = tokens(theme);
  for (const [names, least] of [
    [TEXTS, 4.5],
    [SHAPES, 3],
  ] as const) {
    for (const name of names) {
      for (const surface of SURFACES) {
        const ratio = contrast(colours.get(name) ?? "", colours.get(surface) ?? "");
        expect(`${name} on ${surface} ${ratio >= least}`).toBe(`${name} on ${surface} true`);
      }
    }
  }
});

test.each(["dark", "light", "contrast"])("%s: sockets and wires reach 3 on nodes and canvas", (theme) => {
  const colours = tokens(theme);
  const sockets = [...colours.keys()].filter((name) => name.startsWith("c-"));
  expect(sockets.length).toBe(19);
  for (const name of sockets) {
    for (const surface of ["bg-node", "bg-canvas"]) {
      const ratio = contrast(colours.get(name) ?? "", colours.get(surface) ?? "");
      expect(`${name} on ${surface} ${ratio >= 2.95}`).toBe(`${name} on ${surface} true`);
    }
  }
});
