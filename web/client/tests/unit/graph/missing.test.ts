import { expect, test } from "vitest";
import { replaceFile, replaceType } from "@/graph/commands/replace";
import { apply, begin, undo } from "@/graph/history";
import { missingModels, missingTypes } from "@/graph/missing";
import { firstPicture, shippedCatalogue } from "../samples";

const catalogue = shippedCatalogue();

/** The first workflow as if its sampler came from a plug-in that is not here. */
function foreign() {
  const document = firstPicture();
  const change = (name: string) => (name === "latent_image" ? "latent" : name);
  return {
    ...document,
    nodes: document.nodes.map((node) =>
      node.id === "sampler"
        ? { ...node, type: "KSamplerFancy", comfyui: { properties: { cnr_id: "fancy-pack" } } }
        : node,
    ),
    wires: document.wires.map((wire) =>
      wire.to[0] === "sampler" ? { ...wire, to: [wire.to[0], change(wire.to[1])] as [string, string] } : wire,
    ),
  };
}

test("a missing node type is named with its pack, and like ones are offered, the likeliest first", () => {
  const [missing, ...others] = missingTypes(foreign(), catalogue);
  expect(others).toEqual([]);
  expect([missing?.type, missing?.pack, missing?.instead[0]]).toEqual(["KSamplerFancy", "fancy-pack", "KSampler"]);
});

test("its replacement keeps wires by name, else by type, and values; undo gives back all there was", () => {
  const document = foreign();
  const history = apply(begin(document), replaceType(["sampler"], "KSampler", catalogue), 0);
  const wires = history.document.wires.filter((wire) => wire.to[0] === "sampler").map((wire) => wire.to[1]);
  expect(wires.sort()).toEqual(["latent_image", "model", "negative", "positive"]);
  expect(history.document.wires).toHaveLength(document.wires.length);
  expect(history.document.nodes.find(({ id }) => id === "sampler")?.widgets).toEqual(
    document.nodes.find(({ id }) => id === "sampler")?.widgets,
  );
  expect(undo(history).document).toEqual(document);
});

test("a model of the same name in another folder is offered first, and takes the place everywhere at once", () => {
  const document = firstPicture();
  const spec = catalogue.get("CheckpointLoaderSimple");
  const loader = document.nodes.find(({ id }) => id === "loader");
  if (spec === undefined || loader === undefined) throw new Error("no loader");
  const inputs = spec.inputs.map((input) =>
    input.widget?.kind === "file"
      ? { ...input, widget: { ...input.widget, choices: ["zebra.safetensors", "other/Lost.safetensors"] } }
      : input,
  );
  const known = new Map(catalogue).set(spec.id, { ...spec, inputs });
  const widgets = { ckpt_name: "sub\\lost.safetensors" };
  const two = {
    ...document,
    nodes: [
      ...document.nodes.map((node) => (node.id === "loader" ? { ...node, widgets } : node)),
      { ...loader, id: "second", widgets },
    ],
  };
  const [missing] = missingModels(two, known);
  expect([missing?.instead[0], missing?.sameName, missing?.uses.length]).toEqual(["other/Lost.safetensors", true, 2]);
  const history = apply(begin(two), replaceFile(missing?.uses ?? [], "other/Lost.safetensors"), 0);
  expect(missingModels(history.document, known)).toEqual([]);
});
