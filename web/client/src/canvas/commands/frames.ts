/** Frames: titled areas behind nodes. What stands in one goes with it. */

import { shape } from "@/canvas/model/shape";
import { boxesOf, frameAround, nodesIn } from "@/graph/boxes";
import { addFrame, placeFrames, removeFrames } from "@/graph/commands/frames";
import { toggleMode } from "@/graph/commands/nodes";
import { holdersOf } from "@/graph/comments";
import { type Frame, freeId } from "@/graph/document";
import { t } from "@/i18n/i18n";
import { makeOf } from "@/state/actions/subgraphs";
import { runDocument } from "@/state/actions/submit";
import { useEditing } from "@/state/canvas/editing";
import type { Command } from "@/state/commands/command";
import { selectNodes, useSelection } from "@/state/workflow/selection";
import { currentDocument, run } from "@/state/workflow/workspace";
import { anySelected } from "./edit";

/** The selected frames that hold nodes. */
export function selectedFrames(): Frame[] {
  const chosen = new Set(useSelection.getState().nodes);
  return holdersOf(currentDocument()).filter((frame) => chosen.has(frame.id));
}

const anyFrame = () => selectedFrames().length > 0;

/** Ids of the nodes in the selected frames. */
function inside(): string[] {
  const document = currentDocument();
  return [...new Set(selectedFrames().flatMap((frame) => nodesIn(document, frame.bounds, shape)))];
}

/** Frame the selected nodes, and ask what the frame is called. */
function frameSelected(): void {
  const document = currentDocument();
  const bounds = frameAround(boxesOf(document, useSelection.getState().nodes, shape));
  if (bounds === null) return;
  const id = freeId(document, "frame", new Set(document.frames.map((frame) => frame.id)));
  run(addFrame({ id, title: t("frame.menu"), note: "", bounds, color: null }));
  useEditing.setState({ frame: { id, part: "title" } });
}

function fitFrames(): void {
  const document = currentDocument();
  const bounds = selectedFrames().flatMap((frame): [string, Frame["bounds"]][] => {
    const fitted = frameAround(boxesOf(document, nodesIn(document, frame.bounds, shape), shape));
    return fitted === null ? [] : [[frame.id, fitted]];
  });
  run(placeFrames(new Map(bounds)));
}

const write = (part: "title" | "note") => () => {
  const [frame] = selectedFrames();
  if (frame !== undefined) useEditing.setState({ frame: { id: frame.id, part } });
};

const ofFrames = (id: string, title: string, act: () => void, keys: readonly string[] = []): Command => ({
  id,
  title,
  group: "arrange",
  scope: "canvas",
  when: anyFrame,
  run: act,
  ...(keys.length === 0 ? {} : { keys }),
});

export const frameCommands: readonly Command[] = [
  {
    id: "frame.make",
    title: "help.frame",
    group: "arrange",
    keys: ["Mod+G"],
    scope: "canvas",
    when: anySelected,
    run: frameSelected,
  },
  ofFrames("frame.remove", "frame.remove", () => run(removeFrames(selectedFrames().map(({ id }) => id))), [
    "Mod+Shift+G",
  ]),
  ofFrames("frame.rename", "node.rename", write("title"), ["F2"]),
  ofFrames("frame.note", "frame.note", write("note")),
  ofFrames("frame.fit", "frame.fit", fitFrames),
  ofFrames("frame.select", "frame.select", () => selectNodes(inside())),
  ofFrames("frame.run", "frame.run", () => void runDocument({ part: { upTo: inside() } })),
  ofFrames("frame.bypass", "frame.bypass", () => run(toggleMode(inside(), "bypassed"))),
  ofFrames("frame.subgraph", "subgraph.make", () => makeOf(inside())),
  ofFrames("frame.mute", "frame.mute", () => run(toggleMode(inside(), "muted"))),
];
