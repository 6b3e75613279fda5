/** Copy, paste and duplicate, through the system clipboard, so that pieces travel between tabs. */

import { ApiError, convertCanvas } from "@/api/client";
import { adopt } from "@/graph/adopt";
import { DOCUMENT_VERSION, type WorkflowDocument } from "@/graph/document";
import { copyFragment, type Fragment, parseFragment, pasteFragment } from "@/graph/fragment";
import { CanvasFile, parseWorkflow, readDocument, UnreadableWorkflow } from "@/graph/io/read";
import { neededSubgraphs, subgraphsOf } from "@/graph/subgraphs";
import { t } from "@/i18n/i18n";
import { viewport } from "@/state/canvas/viewport";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { notify } from "@/state/page/notices";
import { selectNodes, useSelection } from "@/state/workflow/selection";
import { currentDocument, run, shown, useWorkspace, wholeDocument } from "@/state/workflow/workspace";

const STEP = 32;

/** The selection as clipboard text, or null when nothing is selected. */
export function selectionText(): string | null {
  const fragment = copyFragment(currentDocument(), useSelection.getState().nodes);
  if (fragment.nodes.length + (fragment.frames ?? []).length === 0) return null;
  return JSON.stringify({ ...fragment, of: wholeDocument().id } satisfies Fragment);
}

/** Whether a text may hold a workflow or a piece of one: then a paste is ours. */
export function looksLikeWorkflow(text: string): boolean {
  return /^\s*\{/.test(text) && /"(nodes|class_type)"/.test(text);
}

/**
 * Paste clipboard text: a piece of a workflow, a whole one, or ComfyUI's canvas or prompt. False when it is none of
 * these. Unreadable pieces are told, and nothing is pasted.
 */
export async function pasteAny(text: string, keepInputs: boolean): Promise<boolean> {
  if (!looksLikeWorkflow(text)) return false;
  try {
    const fragment = await fragmentIn(text);
    if (fragment.nodes.length + (fragment.frames ?? []).length === 0) return false;
    if (holdsWhereWeAre(fragment)) {
      notify("info", t("subgraph.in_itself"));
      return true;
    }
    add(fragment, offsetIntoView(fragment), keepInputs);
    return true;
  } catch (error) {
    if (!(error instanceof UnreadableWorkflow) && !(error instanceof ApiError)) throw error;
    return false;
  }
}

async function fragmentIn(text: string): Promise<Fragment> {
  const piece = parseFragment(text);
  // A piece comes from anywhere: reading it like a document leaves nothing half said.
  if (piece !== null) {
    const read = fragmentOf(readDocument({ ...piece, noiseloom: DOCUMENT_VERSION }));
    return piece.of === wholeDocument().id ? read : adopt(subgraphsOf(currentDocument()), read);
  }
  try {
    return fragmentOf(parseWorkflow(text, currentCatalogue()));
  } catch (error) {
    if (!(error instanceof CanvasFile)) throw error;
    const { workflow } = await convertCanvas(error.canvas);
    return fragmentOf(readDocument(workflow));
  }
}

/** Whether it brings the sub-graph that is entered, or one that this stands in, into itself. */
function holdsWhereWeAre({ nodes, subgraphs }: Fragment): boolean {
  const state = useWorkspace.getState();
  const inside = shown(state).inside?.definition.id;
  if (inside === undefined) return false;
  const definitions = [...subgraphsOf(wholeDocument()), ...(subgraphs ?? [])];
  const types = nodes.map((node) => node.type);
  return neededSubgraphs(definitions, types).some((definition) => definition.id === inside);
}

function fragmentOf({ nodes, wires, frames, named, reroutes, subgraphs }: WorkflowDocument): Fragment {
  const received = named?.filter((end) => end.to !== undefined);
  return {
    noiseloom_fragment: 1,
    nodes,
    wires,
    frames,
    ...(received === undefined ? {} : { named: received }),
    ...(reroutes === undefined ? {} : { reroutes }),
    ...(subgraphs === undefined ? {} : { subgraphs }),
  };
}

/** Add a copy of nodes beside them. */
export function duplicate(ids: readonly string[], keepInputs: boolean): void {
  const fragment = copyFragment(currentDocument(), ids);
  if (fragment.nodes.length > 0) add(fragment, [STEP, STEP], keepInputs);
}

function add(fragment: Fragment, offset: [number, number], keepInputs: boolean): void {
  const paste = pasteFragment(currentDocument(), fragment, offset, keepInputs);
  run(paste.command);
  // React Flow learns of the new nodes after this render; then they can be selected.
  setTimeout(() => selectNodes(paste.ids), 0);
}

/** Beside the original while that is in place; into the middle of the view when the piece comes from elsewhere. */
function offsetIntoView(fragment: Fragment): [number, number] {
  const here = new Set(currentDocument().nodes.map((node) => node.id));
  const first = fragment.nodes[0];
  const centre = viewport()?.centre().position;
  if (first === undefined || centre === undefined || here.has(first.id)) return [STEP, STEP];
  return [Math.round(centre[0] - first.position[0]), Math.round(centre[1] - first.position[1])];
}
