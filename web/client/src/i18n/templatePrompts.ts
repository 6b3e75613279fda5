/** Prompts of our templates in the reader's language, where the models that read them know it. */

import type { WorkflowDocument } from "@/graph/document";
import type { Translate } from "./i18n";
import { templateWords } from "./words";

const PROMPTS = "CLIPTextEncode";

/** The template with those of its prompts that have a translation in it; all others stay as they are. */
export function withSpokenPrompts(t: Translate, document: WorkflowDocument): WorkflowDocument {
  const nodes = document.nodes.map((node) => {
    const { text } = node.widgets;
    if (node.type !== PROMPTS || typeof text !== "string" || text === "") return node;
    return { ...node, widgets: { ...node.widgets, text: templateWords(t, text) } };
  });
  return { ...document, nodes };
}
