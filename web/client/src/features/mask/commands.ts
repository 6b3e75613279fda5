import { nodeIndex } from "@/graph/document";
import { paintable } from "@/graph/paintable";
import type { Command } from "@/state/commands/command";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { openView } from "@/state/page/views";
import { useSelection } from "@/state/workflow/selection";
import { currentDocument } from "@/state/workflow/workspace";

/** The one selected node, if its picture can carry a mask. */
function selectedPicture(): string | null {
  const [id, more] = useSelection.getState().nodes;
  if (id === undefined || more !== undefined) return null;
  const node = nodeIndex(currentDocument()).get(id);
  const inputs = node === undefined ? null : paintable(currentCatalogue().get(node.type));
  return inputs === null ? null : id;
}

export const maskCommands: readonly Command[] = [
  {
    id: "mask.edit",
    title: "mask.edit",
    group: "edit",
    keys: ["Shift+M"],
    scope: "canvas",
    when: () => selectedPicture() !== null,
    run: () => {
      const node = selectedPicture();
      if (node !== null) openView("mask", `node:${node}`);
    },
  },
];
