import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Vendor code changes rarely; a chunk of its own keeps app edits from rewriting the whole committed bundle. */
const VENDORS: [name: string, packages: RegExp][] = [
  ["react", /node_modules\/(react|react-dom|scheduler|use-sync-external-store)\//],
  ["flow", /node_modules\/(@xyflow|d3-[a-z]+|classcat)\//],
  ["markdown", /node_modules\/markdown-to-jsx\//],
  // What only dialogs use of the rest goes with them.
  ["vendor", /node_modules\/(i18next|immer|zustand)\//],
];

/** What most parts share, in one piece: as dozens of small chunks it packs worse and is fetched slower. */
const SHARED: [name: string, files: RegExp] = ["shared", /\/src\/(state|api)\//];

/** A chunk for each language, by name: `scripts/weigh.mjs` counts the first page with one of them. */
const WORDS: [name: string, files: RegExp][] = [
  ["words-en", /i18n\/en\/(words\.ts|(nodes|page|problems)\.json)/],
  ["words-zh-CN", /i18n\/(zh-CN\/(words\.ts|(nodes|page|problems|first)\.json)|en\/first\.json)/],
];

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": here("./src") } },
  build: {
    outDir: here("../dist"),
    emptyOutDir: true,
    target: "es2022",
    license: { fileName: "licenses.txt" },
    rolldownOptions: {
      output: { codeSplitting: { groups: [...VENDORS, SHARED, ...WORDS].map(([name, test]) => ({ name, test })) } },
    },
  },
  server: { proxy: { "/api": { target: "http://127.0.0.1:8188", ws: true } } },
  test: {
    include: ["src/**/*.test.{ts,tsx}", "tests/unit/**/*.test.{ts,tsx}"],
  },
});
