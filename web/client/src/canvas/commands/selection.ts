/** What can be done with the selected nodes, one by one or together. */

import { shape } from "@/canvas/model/shape";
import { nodesIn } from "@/graph/boxes";
import { move, toggleCollapsed, toggleMode, togglePinned } from "@/graph/commands/nodes";
import { isComment } from "@/graph/comments";
import { type GraphNode, nodeIndex } from "@/graph/document";
import { t } from "@/i18n/i18n";
import { useRenaming } from "@/state/canvas/nodeMenu";
import type { Command } from "@/state/commands/command";
import { speak } from "@/state/page/notices";
import { openPanel } from "@/state/page/panels";
import { selectNodes, useSelection } from "@/state/workflow/selection";
import { currentDocument, run } from "@/state/workflow/workspace";
import { anySelected } from "./edit";

const selected = () => useSelection.getState().nodes;

/** The node whose words the menus show: the first selected. */
function first(): GraphNode | undefined {
  return nodeIndex(currentDocument()).get(selected()[0] ?? "");
}

/** Where the selected nodes and frames are; frames take what stands in them along. */
function movable(): Map<string, [number, number]> {
  const document = currentDocument();
  const chosen = new Set(selected());
  const places = new Map<string, [number, number]>();
  for (const frame of document.frames) {
    const { id, bounds } = frame;
    if (!chosen.has(id)) continue;
    places.set(id, [bounds[0], bounds[1]]);
    if (isComment(frame)) continue;
    for (const node of nodesIn(document, bounds, shape)) chosen.add(node);
  }
  for (const node of document.nodes) if (chosen.has(node.id) && !node.pinned) places.set(node.id, node.position);
  return places;
}

function nudge(dx: number, dy: number): void {
  run(move(new Map([...movable()].map(([id, [x, y]]) => [id, [x + dx, y + dy]])), "nudge"));
}

/** The panel is fetched when it is first opened. */
const PANEL_FRAMES = 300;

/** Open the inspector at what the selected node does. */
function showHelp(): void {
  openPanel("inspector");
  scrollToHelp(PANEL_FRAMES);
}

function scrollToHelp(frames: number): void {
  const help = document.querySelector('[data-panel="inspector"] [data-part="help"]');
  if (help !== null) help.scrollIntoView({ block: "start" });
  else if (frames > 0) requestAnimationFrame(() => scrollToHelp(frames - 1));
}

/** Moving by keys alone: G, then arrows; Enter keeps the places, Esc brings the old ones back. */
let moving: Map<string, [number, number]> | null = null;

function beginMoving(): void {
  moving = movable();
  speak(t("move.begun"));
}

function endMoving(keep: boolean): void {
  if (!keep && moving !== null) run(move(moving));
  moving = null;
  speak(t(keep ? "move.kept" : "move.restored"));
}

const isMoving = () => moving !== null;

const ARROWS: readonly [direction: string, dx: number, dy: number][] = [
  ["Left", -1, 0],
  ["Right", 1, 0],
  ["Up", 0, -1],
  ["Down", 0, 1],
];
const NEAR = 8;
const FAR = 40;

const nudges = ARROWS.flatMap(([direction, dx, dy]): Command[] => {
  const name = direction.toLowerCase();
  const by = (id: string, key: string, step: number, when: () => boolean, hidden: boolean): Command => ({
    id: `arrange.${id}_${name}`,
    title: `command.nudge_${name}`,
    group: "arrange",
    keys: [key],
    scope: "canvas",
    repeats: true,
    hidden,
    when,
    run: () => nudge(dx * step, dy * step),
  });
  return [
    by("nudge", `Mod+Arrow${direction}`, NEAR, anySelected, false),
    by("far", `Mod+Shift+Arrow${direction}`, FAR, anySelected, true),
    by("move", `Arrow${direction}`, NEAR, isMoving, true),
    by("move_far", `Shift+Arrow${direction}`, FAR, isMoving, true),
  ];
});

const moves: readonly Command[] = [
  {
    id: "move.begin",
    title: "move.begin",
    group: "arrange",
    keys: ["G"],
    scope: "canvas",
    when: () => anySelected() && !isMoving(),
    run: beginMoving,
  },
  {
    id: "move.keep",
    title: "move.keep",
    group: "arrange",
    keys: ["Enter", "G"],
    scope: "canvas",
    hidden: true,
    when: isMoving,
    run: () => endMoving(true),
  },
  {
    id: "move.restore",
    title: "move.restore",
    group: "arrange",
    keys: ["Escape"],
    scope: "canvas",
    hidden: true,
    when: isMoving,
    run: () => endMoving(false),
  },
];

/** Whether arrows move nodes now, not the keyboard's place. */
export const movesByKeys = isMoving;

export const selectionCommands: readonly Command[] = [
  {
    id: "select.all",
    title: "help.select_all",
    group: "edit",
    keys: ["Mod+A"],
    scope: "canvas",
    run: () => selectNodes(currentDocument().nodes.map((node) => node.id)),
  },
  {
    id: "node.rename",
    title: "node.rename",
    group: "edit",
    keys: ["F2"],
    scope: "canvas",
    when: anySelected,
    run: () => useRenaming.setState({ node: selected()[0] ?? null }),
  },
  {
    id: "node.help",
    title: "inspector.help",
    group: "graph",
    keys: ["F1"],
    scope: "canvas",
    when: () => selected().length === 1,
    run: showHelp,
  },
  {
    id: "node.bypass",
    title: "node.bypass",
    titleNow: () => (first()?.mode === "bypassed" ? "node.unbypass" : "node.bypass"),
    group: "graph",
    keys: ["Mod+B"],
    scope: "canvas",
    when: anySelected,
    run: () => run(toggleMode(selected(), "bypassed")),
  },
  {
    id: "node.mute",
    title: "node.mute",
    titleNow: () => (first()?.mode === "muted" ? "node.unmute" : "node.mute"),
    group: "graph",
    keys: ["Ctrl+M"],
    scope: "canvas",
    when: anySelected,
    run: () => run(toggleMode(selected(), "muted")),
  },
  {
    id: "node.collapse",
    title: "node.collapse",
    titleNow: () => (first()?.collapsed ? "node.expand" : "node.collapse"),
    group: "arrange",
    keys: ["Alt+C"],
    scope: "canvas",
    when: anySelected,
    run: () => run(toggleCollapsed(selected())),
  },
  {
    id: "node.pin",
    title: "node.pin",
    titleNow: () => (first()?.pinned ? "node.unpin" : "node.pin"),
    group: "arrange",
    keys: ["P"],
    scope: "canvas",
    when: anySelected,
    run: () => run(togglePinned(selected())),
  },
  ...nudges,
  ...moves,
];
