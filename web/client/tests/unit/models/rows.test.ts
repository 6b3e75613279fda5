import { expect, test } from "vitest";
import type { ModelFile, ModelKind } from "@/api/types";
import { modelRows, nameParts } from "@/features/models/rows";
import { copiedName, loaderAmong, loadersOf } from "@/features/models/use";
import { bytesWords, countWords } from "@/i18n/amounts";
import { firstPicture, shippedCatalogue } from "../samples";

const file = (name: string, title = ""): ModelFile => ({
  name,
  size: 1,
  modified: 0,
  facts: {
    family: title === "" ? null : "x",
    title,
    supported: true,
    tensors: 1,
    parameters: 1,
    dtype: "float16",
    said: { title: "", author: "", license: "MIT", description: "", trigger: "" },
    problem: "",
    remedy: "",
  },
});
const KINDS: ModelKind[] = [
  {
    kind: "checkpoints",
    folders: [],
    files: [file("old/one.safetensors", "Stable Diffusion 1"), { ...file("two.ckpt"), facts: null }],
  },
  { kind: "loras", folders: [], files: [file("ink.safetensors")] },
  { kind: "vae", folders: [], files: [] },
];
const none = () => "";
const told = (rows: ReturnType<typeof modelRows>) => rows.map((row) => (row.row === "kind" ? row.kind : row.file.name));

test("files stand under their kinds; kinds without one have no heading", () => {
  expect(told(modelRows(KINDS, null, "", none))).toEqual([
    "checkpoints",
    "old/one.safetensors",
    "two.ckpt",
    "loras",
    "ink.safetensors",
  ]);
  expect(told(modelRows(KINDS, "loras", "", none))).toEqual(["loras", "ink.safetensors"]);
  expect(modelRows(KINDS, "vae", "", none)).toEqual([]);
});

test("every word is sought in the name, the kind, the family and what the author says", () => {
  expect(told(modelRows(KINDS, null, "stable ONE", none))).toEqual(["checkpoints", "old/one.safetensors"]);
  expect(told(modelRows(KINDS, null, "mit ink", none))).toEqual(["loras", "ink.safetensors"]);
  expect(modelRows(KINDS, null, "nowhere", none)).toEqual([]);
});

test("a file is found by the words that the page shows for it", () => {
  const chinese = (kind: string) => (kind === "loras" ? "低秩适应" : "检查点");
  expect(told(modelRows(KINDS, null, "低秩 ink", chinese))).toEqual(["loras", "ink.safetensors"]);
});

test("a kind's usual loader comes first; a selected node that loads the kind is found", () => {
  const catalogue = shippedCatalogue();
  expect(loadersOf(catalogue, "checkpoints")[0]?.id).toBe("CheckpointLoaderSimple");
  expect(loadersOf(catalogue, "loras")[0]?.id).toBe("LoraLoader");
  expect(loadersOf(catalogue, "nothing")).toEqual([]);
  const document = firstPicture();
  const loader = document.nodes.find((node) => node.type === "CheckpointLoaderSimple");
  const ids = document.nodes.map((node) => node.id);
  expect(loaderAmong(document, catalogue, ids, "checkpoints")).toBe(loader);
  expect(loaderAmong(document, catalogue, ids, "loras")).toBeUndefined();
});

test("a learned word is copied as prompts call it", () => {
  expect(copiedName("embeddings", "styles/ink.v1.safetensors")).toBe("embedding:styles/ink.v1");
  expect(copiedName("loras", "ink.safetensors")).toBe("ink.safetensors");
});

test("names part at the last slash; sizes and counts are short", () => {
  expect(nameParts("a/b/c.ckpt")).toEqual({ folder: "a/b", leaf: "c.ckpt" });
  expect(nameParts("c.ckpt")).toEqual({ folder: "", leaf: "c.ckpt" });
  expect(bytesWords("en", 0)).toBe("0 bytes");
  expect(bytesWords("en", 999)).toBe("999 bytes");
  expect(bytesWords("en", 4_265_380_512)).toBe("4.3 GB");
  expect(countWords("en", 859_520_964)).toBe("860M");
});
