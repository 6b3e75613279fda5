/** Names of nodes and sockets in the reader's language, with the server's English behind them. */

import type { GraphNode } from "@/graph/document";
import type { NodeSpec, Widget } from "@/graph/spec";
import { ENTRY, isEdge, NEW_SOCKET } from "@/graph/subgraphs";
import type { Translate } from "./i18n";

/** The words of a key, or `otherwise`. */
export function wordsOr(t: Translate, key: string, otherwise: string): string {
  return t(key, { defaultValue: otherwise, interpolation: { skipOnVariables: true } });
}

/** A node type's title. */
export function typeTitle(t: Translate, spec: NodeSpec | undefined, type: string): string {
  return wordsOr(t, `nodes.types.${type}.title`, spec?.title ?? type);
}

/** A node type's help in a sentence or two. */
export function typeHelp(t: Translate, spec: NodeSpec): string {
  return wordsOr(t, `nodes.types.${spec.id}.help`, spec.description.split("\n\n")[0] ?? "");
}

/** What a node is called on the canvas: its own name, else its type's title. Names from our templates are translated. */
export function nodeTitle(t: Translate, node: GraphNode, spec: NodeSpec | undefined): string {
  if (isEdge(node.type)) return t(node.type === ENTRY ? "subgraph.inputs" : "subgraph.outputs");
  return node.title === "" ? typeTitle(t, spec, node.type) : templateWords(t, node.title);
}

/** A title that one of our templates gave, in the reader's language; any other text stays as it is. */
export function templateWords(t: Translate, text: string): string {
  // Whole sentences are the keys, so other marks part this one. A person's own text is not to be read as a pattern.
  const known = t(`template_titles|${text}`, { keySeparator: "|", nsSeparator: "¦", defaultValue: "" });
  return known === "" ? text : known;
}

/** A socket by its name, with the label it was given where the name is an id. */
export interface Named {
  name: string;
  label?: string;
}

/** An input's label. */
export function inputLabel(t: Translate, type: string, input: Named | string): string {
  if (typeof input !== "string" && input.label !== undefined) return faceLabel(t, input.label);
  const name = typeof input === "string" ? input : input.name;
  return wordsOr(t, `nodes.types.${type}.inputs.${name}`, wordsOr(t, `nodes.labels.${name}`, name));
}

/** An output's label: its name, which by default is its type's. */
export function outputLabel(t: Translate, type: string, output: Named | string): string {
  if (typeof output !== "string" && output.label !== undefined) return faceLabel(t, output.label);
  const name = typeof output === "string" ? output : output.name;
  return wordsOr(t, `nodes.types.${type}.outputs.${name}`, sharedLabel(t, name));
}

/** What a sub-graph's socket is called; the free place at an edge says what it is for. */
function faceLabel(t: Translate, label: string): string {
  return label === NEW_SOCKET ? t("subgraph.new_socket") : sharedLabel(t, label);
}

/** A name that many nodes have, of an input or an output. Names are dotted paths to nobody. */
function sharedLabel(t: Translate, name: string): string {
  // A second of its kind has a number behind it.
  const [, kind, number = ""] = /^([\w*]+?)( \d+)?$/.exec(name) ?? [];
  if (kind === undefined) return name;
  return wordsOr(t, `nodes.sockets.${kind}`, wordsOr(t, `nodes.labels.${kind}`, kind)) + number;
}

/** Names of solvers and spacings are the field's own, in every language. */
const NAMES_AS_THEY_ARE: ReadonlySet<string> = new Set(["sampler_name", "scheduler"]);

/** How one choice of the input `name` reads. Choices hold dots and colons, so other marks part this key. */
export function choiceLabel(t: Translate, name: string, choice: string): string {
  if (NAMES_AS_THEY_ARE.has(name)) return choice;
  return t(`nodes|choices|${choice}`, { keySeparator: "|", nsSeparator: "¦", defaultValue: choice });
}

/** A value as its widget shows it: a choice by its label, a switch as on or off; any other as it is. */
export function valueWords(t: Translate, name: string, widget: Widget | null, value: unknown): unknown {
  if (typeof value === "boolean") return t(value ? "widget.on" : "widget.off");
  return widget?.kind === "choice" && typeof value === "string" ? choiceLabel(t, name, value) : value;
}

/** A socket type's name. */
export function socketType(t: Translate, type: string): string {
  return wordsOr(t, `nodes.sockets.${type}`, type);
}

/** What a kind of model file is called; the server says it in English. Empty where the file is of none that we know. */
export function modelKind(t: Translate, { family, title }: { family: string | null; title: string }): string {
  return family === null ? title : wordsOr(t, `model_kinds.${family}`, title);
}

/** A category's name. Categories are paths: `image/transform`. */
export function categoryName(t: Translate, category: string): string {
  return category
    .split("/")
    .map((part) => wordsOr(t, `nodes.categories.${part}`, part))
    .join(" › ");
}
