import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Vendor code changes rarely; a chunk of its own keeps app edits from rewriting the whole committed bundle. */
const VENDORS: [name: string, packages: RegExp][] = [
  ["react", /node_modules\/(react|react-dom|scheduler|use-sync-external-store)\//],
  ["flow", /node_modules\/(@xyflow|d3-[a-z]+|classcat)\//],
  ["vendor", /node_modules\//],
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
      output: { codeSplitting: { groups: VENDORS.map(([name, test]) => ({ name, test })) } },
    },
  },
  server: { proxy: { "/api": { target: "http://127.0.0.1:8188", ws: true } } },
  test: {
    include: ["src/**/*.test.{ts,tsx}", "tests/unit/**/*.test.{ts,tsx}"],
  },
});
