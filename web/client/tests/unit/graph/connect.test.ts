import { expect, test } from "vitest";
import { endFor } from "@/graph/candidates";
import { connect, disconnect } from "@/graph/commands/wires";
import { bestSocket, reaches, refusal, typesFit } from "@/graph/connect";
import { emptyDocument, newNode, wireId } from "@/graph/document";
import { apply, begin } from "@/graph/history";
import { firstPicture, shippedCatalogue } from "../samples";

const catalogue = shippedCatalogue();

test.each([
  ["IMAGE", "IMAGE", true],
  ["IMAGE", "LATENT", false],
  ["*", "LATENT", true],
  ["MASK", "*", true],
  ["MASK", "IMAGE,MASK", true],
  ["INT", "FLOAT", true],
  ["FLOAT", "INT", false],
])("%s into %s: %s", (from, to, fits) => {
  expect(typesFit(from, to)).toBe(fits);
});

test("a wire between different types is refused with both types", () => {
  const wire = { from: ["decode", "IMAGE"] as [string, string], to: ["sampler", "latent_image"] as [string, string] };
  expect(refusal(firstPicture(), catalogue, wire)).toEqual({ code: "type", from: "IMAGE", to: "LATENT" });
});

test("a wire that closes a circle is refused", () => {
  const first = firstPicture();
  const second = { ...newNode(first, "KSampler", [0, 0]), id: "second" };
  const document = { ...first, nodes: [...first.nodes, second] };
  const there = { from: ["sampler", "LATENT"] as [string, string], to: ["second", "latent_image"] as [string, string] };
  const back = { from: ["second", "LATENT"] as [string, string], to: ["sampler", "latent_image"] as [string, string] };
  expect(refusal(document, catalogue, there)).toBeNull();
  expect(refusal({ ...document, wires: [...document.wires, there] }, catalogue, back)).toEqual({ code: "cycle" });
});

test("a node cannot feed itself", () => {
  const wire = { from: ["sampler", "LATENT"] as [string, string], to: ["sampler", "latent_image"] as [string, string] };
  expect(refusal(firstPicture(), catalogue, wire)).toEqual({ code: "self" });
});

test("a second wire into an input replaces the first", () => {
  const history = apply(
    begin(firstPicture()),
    connect({ from: ["negative", "CONDITIONING"], to: ["sampler", "positive"] }),
    0,
  );
  const into = history.document.wires.filter(({ to }) => to[0] === "sampler" && to[1] === "positive");
  expect(into.map((wire) => wire.from[0])).toEqual(["negative"]);
});

test("a chain of 10,000 nodes is walked without recursion", () => {
  const document = emptyDocument("");
  document.wires = Array.from({ length: 10_000 }, (_, at) => ({ from: [`${at}`, "o"], to: [`${at + 1}`, "i"] }));
  expect(reaches(document, "0", "10000")).toBe(true);
});

test("a conditioning dropped on a sampler takes the free input", () => {
  const loose = { node: "prompt", socket: "CONDITIONING", side: "output" as const, type: "CONDITIONING" };
  const sampler = catalogue.get("KSampler");
  if (sampler === undefined) throw new Error("the catalogue has no KSampler");
  expect(bestSocket(loose, sampler)).toBe("positive");
  expect(bestSocket(loose, sampler, new Set(["positive"]))).toBe("negative");
});

test.each([
  ["size", "VAEDecode", "size", "LATENT", "output"],
  ["loader", "CLIPTextEncode", "loader", "CLIP", "output"],
  ["loader", "VAEDecode", "loader", "VAE", "output"],
  ["decode", "KSampler", null, null, null],
])("from %s, a new %s is wired at %s %s", (id, type, node, socket, side) => {
  const spec = catalogue.get(type);
  if (spec === undefined) throw new Error(`there is no ${type}`);
  const end = endFor(firstPicture(), catalogue, id, spec);
  expect(end === null ? [null, null, null] : [end.node, end.socket, end.side]).toEqual([node, socket, side]);
});

test("a new node that the selected one cannot feed goes to a free input of it", () => {
  const wires = firstPicture().wires.filter(({ from }) => from[0] === "size");
  const free = apply(begin(firstPicture()), disconnect(wires.map(wireId)), 0).document;
  const spec = catalogue.get("EmptyLatentImage");
  if (spec === undefined) throw new Error("there is no size");
  expect(endFor(free, catalogue, "sampler", spec)).toMatchObject({ socket: "latent_image", side: "input" });
});
