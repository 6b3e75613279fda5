import { expect, test } from "vitest";
import { addFrame, colorFrames, noteFrame, placeFrames, removeFrames } from "@/graph/commands/frames";
import { drawNamed, freeWireName, nameWires, receiveByName, renameWire, sendByName } from "@/graph/commands/named";
import { addNode, colorNodes, move, remove, rename, toggleCollapsed, toggleMode } from "@/graph/commands/nodes";
import { addReroute, bundle } from "@/graph/commands/reroutes";
import { several } from "@/graph/commands/several";
import { dissolve } from "@/graph/commands/subgraphs/dissolve";
import {
  addSocket,
  forgetUnused,
  moveFace,
  ownCopy,
  promote,
  removeFace,
  renameFace,
  renameSubgraph,
} from "@/graph/commands/subgraphs/faces";
import { makeSubgraph } from "@/graph/commands/subgraphs/make";
import { setByHand, setSeedMode, setTitle, setWidget } from "@/graph/commands/widgets";
import { connect, disconnect } from "@/graph/commands/wires";
import { newNode, type WorkflowDocument, wireId } from "@/graph/document";
import { copyFragment, pasteFragment } from "@/graph/fragment";
import { amend, apply, begin, type Command, type History, redo, undo } from "@/graph/history";
import { canvasAt, within } from "@/graph/inside";
import { layOut } from "@/graph/layout";
import type { NodeSpec } from "@/graph/spec";
import { extract, moveWires, removeAndHeal, spliceOfNode, spliceWires, swapInputs } from "@/graph/splice";
import { isInstance } from "@/graph/subgraphs";
import { swapNode } from "@/graph/swap";
import { copyValues, pasteValues } from "@/graph/values";
import { firstPicture, shapeOf, shippedCatalogue } from "../samples";

const catalogue = shippedCatalogue();
const SPECS = [...catalogue.values()];

function anySpec(roll: (sides: number) => number): NodeSpec {
  return SPECS[roll(SPECS.length)] as NodeSpec;
}

/** A small generator with a fixed seed (mulberry32), so that a failure repeats. */
function dice(seed: number) {
  let state = seed;
  return (sides: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) % sides;
  };
}

function anyCommand(history: History, roll: (sides: number) => number): Command {
  const { document } = history;
  const node = document.nodes[roll(Math.max(document.nodes.length, 1))]?.id ?? "none";
  const other = document.nodes[roll(Math.max(document.nodes.length, 1))]?.id ?? "none";
  const wire = document.wires[roll(Math.max(document.wires.length, 1))];
  const choices: (() => Command)[] = [
    () => addNode(newNode(document, "KSampler", [roll(900), roll(900)])),
    () => remove([node, other]),
    () => move(new Map([[node, [roll(900), roll(900)]]]), roll(2) ? "drag" : undefined),
    () => rename(node, `name ${roll(9)}`),
    () => toggleMode([node, other], roll(2) ? "muted" : "bypassed"),
    () => toggleCollapsed([node]),
    () => setWidget(node, "steps", roll(40)),
    () => setSeedMode(node, "seed", roll(2) ? "random" : "fixed"),
    () => setTitle(`title ${roll(9)}`),
    () => connect({ from: [node, "LATENT"], to: [other, "latent_image"] }),
    () => disconnect(wire === undefined ? [] : [wireId(wire)]),
    () => pasteFragment(document, copyFragment(document, [node, other]), [32, 32], roll(2) === 1).command,
    () => colorNodes([node, other], roll(2) ? "red" : null),
    () => removeAndHeal(document, catalogue, [node]),
    () => extract(document, catalogue, [node, other]),
    () => move(layOut(document, roll(2) ? [node, other] : [], shapeOf).nodes),
    () => swapNode(document, catalogue, node, anySpec(roll)).command,
    () => moveWires(document, catalogue, document.wires.slice(0, 3), [node, "LATENT"]).command,
    () => swapInputs(document, catalogue, node) ?? setTitle(""),
    () => pasteValues(document, catalogue, copyValues(document, catalogue, [node]), [other]).command,
    () => addFrame({ id: `frame-${roll(99)}`, title: "f", note: "", bounds: [0, 0, 400, 400], color: null }),
    () => noteFrame(document.frames[0]?.id ?? "", `note ${roll(9)}`),
    () =>
      colorFrames(
        document.frames.map((frame) => frame.id),
        roll(2) ? "blue" : null,
      ),
    () => placeFrames(new Map(document.frames.map((frame) => [frame.id, [0, 0, roll(900), 300]]))),
    () => removeFrames(document.frames.slice(0, 1).map((frame) => frame.id)),
    () => {
      const splice = wire === undefined ? null : spliceOfNode(document, catalogue, wire, node);
      return wire === undefined || splice === null ? setTitle("") : spliceWires(wire, node, splice);
    },
    () => makeSubgraph(document, catalogue, [node, other], "group")?.command ?? setTitle("none"),
    () => dissolve(document, node)?.command ?? setTitle("none"),
    () => inside(document, roll, anyCommand),
    () => nameWires(wire === undefined ? [] : [wireId(wire)], `wire ${roll(3)}`),
    () => sendByName([node, "LATENT"], freeWireName(document, `wire ${roll(3)}`)),
    () => receiveByName([other, "latent_image"], `wire ${roll(3)}`),
    () =>
      addReroute(document, wire === undefined ? [] : [wireId(wire)], [roll(900), roll(900)], 0)?.command ??
      setTitle("none"),
    () =>
      bundle(
        document,
        document.wires.slice(0, roll(4)).map((item) => ({ wire: wireId(item), at: [roll(900), roll(900)], place: 0 })),
      ).command,
    () => remove(document.reroutes?.slice(0, 1).map((dot) => dot.id) ?? []),
    () => drawNamed(`wire ${roll(3)}`, roll(2) ? [other, "latent_image"] : undefined),
    () => renameWire(`wire ${roll(3)}`, `wire ${roll(3)} new`),
    () => faceCommand(document, roll),
    () => several("both", [rename(node, "a"), move(new Map([[other, [roll(9), roll(9)]]]))]),
  ];
  return (choices[roll(choices.length)] ?? (() => setTitle("")))();
}

/** A command on the canvas inside a sub-graph. */
function inside(
  document: WorkflowDocument,
  roll: (sides: number) => number,
  choose: (history: History, roll: (sides: number) => number) => Command,
): Command {
  const instances = document.nodes.filter((node) => isInstance(node.type));
  const instance = instances[roll(Math.max(instances.length, 1))];
  if (instance === undefined) return setTitle("none");
  return within(choose(begin(canvasAt(document, [instance.id])), roll), document, [instance.id]);
}

function faceCommand(document: WorkflowDocument, roll: (sides: number) => number): Command {
  const definitions = document.subgraphs ?? [];
  const definition = definitions[roll(Math.max(definitions.length, 1))];
  if (definition === undefined) return setTitle("none");
  const face = (["inputs", "outputs", "widgets"] as const)[roll(3)] ?? "inputs";
  const item = definition[face][roll(Math.max(definition[face].length, 1))]?.id ?? "none";
  const node = definition.nodes[roll(Math.max(definition.nodes.length, 1))]?.id ?? "none";
  const choices: (() => Command)[] = [
    () => renameSubgraph(definition.id, `title ${roll(9)}`),
    () => addSocket(document, definition.id, roll(2) ? "inputs" : "outputs", { name: "more", type: "*" }).command,
    () => renameFace(definition.id, face, item, `name ${roll(9)}`),
    () => moveFace(definition.id, face, item, roll(2) ? 1 : -1),
    () => removeFace(definition.id, face, item),
    () => promote(definition.id, { node, widget: "steps", name: "steps", value: roll(40), seed: "random" }),
    () => ownCopy(document.nodes.find((other) => isInstance(other.type))?.id ?? "", definition, "own"),
    () => forgetUnused(definition.id),
  ];
  return (choices[roll(choices.length)] ?? (() => setTitle("")))();
}

test("any sequence of commands undone returns the same document, and redone the same result", () => {
  for (let seed = 1; seed <= 25; seed += 1) {
    const roll = dice(seed);
    const start = firstPicture();
    let history = begin(start);
    for (let step = 0; step < 30; step += 1) history = apply(history, anyCommand(history, roll), step * roll(2_000));
    const end = history.document;
    while (history.past.length > 0) history = undo(history);
    expect(history.document).toEqual(start);
    while (history.future.length > 0) history = redo(history);
    expect(history.document).toEqual(end);
  }
}, 60_000);

test("typing without a pause is one step", () => {
  let history = begin(firstPicture());
  history = apply(history, setWidget("prompt", "text", "a"), 0);
  history = apply(history, setWidget("prompt", "text", "ab"), 300);
  history = apply(history, setWidget("prompt", "text", "abc"), 600);
  expect(history.past).toHaveLength(1);
  expect(undo(history).document).toEqual(firstPicture());
});

test("a gesture of the hand is one step however long it takes, and the next one another", () => {
  const to = (value: number) => setByHand([{ nodes: ["size"], name: "width", value }], "drag 1");
  const twice = apply(apply(begin(firstPicture()), to(136), 0), to(144), 60_000);
  expect(undo(twice).document).toEqual(firstPicture());
  const next = apply(twice, { ...to(152), merge: "drag 2" }, 60_001);
  expect(undo(next).document).toEqual(twice.document);
});

test("typing after a pause is a new step", () => {
  let history = apply(begin(firstPicture()), setWidget("prompt", "text", "a"), 0);
  history = apply(history, setWidget("prompt", "text", "ab"), 1_500);
  expect(history.past).toHaveLength(2);
});

test("typing in another field is a new step", () => {
  let history = apply(begin(firstPicture()), setWidget("prompt", "text", "a"), 0);
  history = apply(history, setWidget("negative", "text", "b"), 100);
  expect(history.past).toHaveLength(2);
});

test("a command that changes nothing is no step", () => {
  const history = begin(firstPicture());
  expect(apply(history, setWidget("sampler", "steps", 20), 0)).toBe(history);
});

test("an edit drops what could be redone", () => {
  const undone = undo(apply(begin(firstPicture()), setTitle("one"), 0));
  expect(apply(undone, setTitle("two"), 9_000).future).toHaveLength(0);
});

test("what is changed beside the history is no step and survives an undo of something else", () => {
  let history = apply(begin(firstPicture()), setTitle("one"), 0);
  history = amend(history, (draft) => {
    const sampler = draft.nodes.find((node) => node.id === "sampler");
    if (sampler !== undefined) sampler.widgets.seed = "8";
  });
  const undone = undo(history).document;
  expect(undone.title).toBe("First picture");
  expect(undone.nodes.find((node) => node.id === "sampler")?.widgets.seed).toBe("8");
});
