import { expect, test } from "vitest";
import { addNode, move, remove, rename, toggleCollapsed, toggleMode } from "@/graph/commands/nodes";
import { several } from "@/graph/commands/several";
import { setSeedMode, setTitle, setWidget } from "@/graph/commands/widgets";
import { connect, disconnect } from "@/graph/commands/wires";
import { newNode, wireId } from "@/graph/document";
import { copyFragment, pasteFragment } from "@/graph/fragment";
import { amend, apply, begin, type Command, type History, redo, undo } from "@/graph/history";
import { firstPicture } from "../samples";

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
    () => several("both", [rename(node, "a"), move(new Map([[other, [roll(9), roll(9)]]]))]),
  ];
  return (choices[roll(choices.length)] ?? (() => setTitle("")))();
}

test("any sequence of commands undone returns the same document, and redone the same result", () => {
  for (let seed = 1; seed <= 40; seed += 1) {
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
});

test("typing without a pause is one step", () => {
  let history = begin(firstPicture());
  history = apply(history, setWidget("prompt", "text", "a"), 0);
  history = apply(history, setWidget("prompt", "text", "ab"), 300);
  history = apply(history, setWidget("prompt", "text", "abc"), 600);
  expect(history.past).toHaveLength(1);
  expect(undo(history).document).toEqual(firstPicture());
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
