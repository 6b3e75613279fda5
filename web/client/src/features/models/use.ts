/** Using a model file in the open workflow: in the selected loader, or in a new one. */

import { setWidget } from "@/graph/commands/widgets";
import { type GraphNode, nodeIndex, type WorkflowDocument } from "@/graph/document";
import type { Catalogue, FileWidget, InputSpec, NodeSpec } from "@/graph/spec";
import { isInstance } from "@/graph/subgraphs";
import { t } from "@/i18n/i18n";
import { nodeTitle, typeTitle } from "@/i18n/words";
import { addInView } from "@/state/actions/addInView";
import { currentCatalogue } from "@/state/nodes/catalogue";
import { notify, speak } from "@/state/page/notices";
import { run } from "@/state/workflow/workspace";

/** The input of a node type that names a file of a kind. */
export function inputFor(spec: NodeSpec | undefined, kind: string): (InputSpec & { widget: FileWidget }) | undefined {
  return spec?.inputs.find(
    (input): input is InputSpec & { widget: FileWidget } =>
      input.widget?.kind === "file" && input.widget.root === "models" && input.widget.folder === kind,
  );
}

/** The first of the nodes that can take a file of a kind. */
export function loaderAmong(
  document: WorkflowDocument,
  catalogue: Catalogue,
  ids: readonly string[],
  kind: string,
): GraphNode | undefined {
  const nodes = nodeIndex(document);
  return ids
    .flatMap((id) => nodes.get(id) ?? [])
    .find((node) => inputFor(catalogue.get(node.type), kind) !== undefined);
}

/** What people load a kind with, where there is a choice. */
const USUAL: Readonly<Record<string, string>> = {
  checkpoints: "CheckpointLoaderSimple",
  loras: "LoraLoader",
  text_encoders: "CLIPLoader",
  diffusion_models: "UNETLoader",
};

/** Node types that load a kind: the usual one first, then those that load nothing else. */
export function loadersOf(catalogue: Catalogue, kind: string): NodeSpec[] {
  const files = (spec: NodeSpec) => spec.inputs.filter(({ widget }) => widget?.kind === "file").length;
  const rank = (spec: NodeSpec) => (spec.id === USUAL[kind] ? 0 : 1 + files(spec));
  return [...catalogue.values()]
    .filter((spec) => !spec.deprecated && !isInstance(spec.id) && inputFor(spec, kind) !== undefined)
    .sort((one, other) => rank(one) - rank(other) || one.title.localeCompare(other.title));
}

/** Let a node load this file. */
export function setModel(node: GraphNode, kind: string, name: string): void {
  const spec = currentCatalogue().get(node.type);
  const input = inputFor(spec, kind);
  if (input === undefined) return;
  run(setWidget(node.id, input.name, name));
  notify("info", t("model_library.was_set", { node: nodeTitle(t, node, spec), name }));
}

/** Add a node that loads this file. */
export function addLoader(spec: NodeSpec, kind: string, name: string): void {
  const input = inputFor(spec, kind);
  if (input === undefined) return;
  addInView(spec, { [input.name]: name });
  speak(t("node_library.added", { title: typeTitle(t, spec, spec.id) }));
}

/** What is copied of a file: its name; of a learned word, what a prompt calls it by. */
export function copiedName(kind: string, name: string): string {
  return kind === "embeddings" ? `embedding:${name.replace(/\.\w+$/, "")}` : name;
}

export function copyName(kind: string, name: string): void {
  const text = copiedName(kind, name);
  // Without a secure address there is no clipboard.
  const done = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error("no clipboard"));
  done.then(
    () => notify("info", t("model_library.copied", { text })),
    () => notify("warning", t("inspector.not_copied")),
  );
}
