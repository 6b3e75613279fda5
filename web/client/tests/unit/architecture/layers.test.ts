import { expect, test } from "vitest";

const SOURCES = import.meta.glob("../../../src/**/*.{ts,tsx}", {
  query: "?raw",
  import: "default",
  eager: true,
}) as Record<string, string>;

/** What each folder may import besides itself. */
const MAY: Record<string, string[]> = {
  graph: [],
  api: ["graph"],
  ui: ["i18n"],
  i18n: ["graph", "api"],
  state: ["graph", "api", "i18n"],
  widgets: ["graph", "api", "i18n", "state", "ui"],
  canvas: ["graph", "api", "i18n", "state", "ui", "widgets"],
  features: ["graph", "api", "i18n", "state", "ui", "widgets"],
  app: ["graph", "api", "i18n", "state", "ui", "canvas", "features", "widgets"],
};

const imports = Object.entries(SOURCES).flatMap(([path, source]) => {
  const file = path.replace(/^.*\/src\//, "");
  return [...source.matchAll(/from "([^"]+)"|import "([^"]+)"/g)].map((match) => ({
    file,
    target: match[1] ?? match[2] ?? "",
  }));
});
const ours = imports.filter(({ file, target }) => target.startsWith("@/") && file.includes("/"));

test("folders import only what lies below them", () => {
  expect(imports.length).toBeGreaterThan(200);
  const wrong = ours.filter(({ file, target }) => {
    const from = file.split("/")[0] ?? "";
    const to = target.split("/")[1] ?? "";
    return from !== to && !(MAY[from] ?? []).includes(to);
  });
  expect(wrong).toEqual([]);
});

test("features do not import each other", () => {
  const wrong = ours.filter(({ file, target }) => {
    const [folder, feature] = file.split("/");
    return folder === "features" && target.startsWith("@/features/") && target.split("/")[2] !== feature;
  });
  expect(wrong).toEqual([]);
});

test("no relative import leaves its folder", () => {
  const wrong = imports.filter(({ file, target }) => {
    if (!target.startsWith("..")) return false;
    const depth = file.split("/").length - 2;
    return (target.match(/\.\.\//g) ?? []).length > depth;
  });
  expect(wrong).toEqual([]);
});

test("only the canvas knows React Flow", () => {
  expect(imports.filter(({ file, target }) => target.startsWith("@xyflow/") && !file.startsWith("canvas/"))).toEqual(
    [],
  );
});

test("the document is plain TypeScript: no React below the canvas's model", () => {
  const libraries = ["react", "react-dom", "zustand", "@xyflow/react"];
  expect(imports.filter(({ file, target }) => file.startsWith("graph/") && libraries.includes(target))).toEqual([]);
});

test("files stay within 500 lines, and within 250 but for a few", () => {
  const lengths = Object.entries(SOURCES)
    .filter(([path]) => !path.endsWith("schema.d.ts"))
    .map(([path, source]) => [path, source.split("\n").length] as const);
  expect(lengths.filter(([, lines]) => lines > 250)).toEqual([]);
});
