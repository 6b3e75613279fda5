/** What a node type is, as the server tells it (`GET /api/v1/node-types`). Mirrors `graph_engine/spec/node.py`. */

/** An integer that may exceed 2⁵³−1 travels as decimal text. */
export type WholeNumber = number | string;

export interface IntegerWidget {
  kind: "integer";
  default: WholeNumber | null;
  minimum: WholeNumber | null;
  maximum: WholeNumber | null;
  step: WholeNumber;
  seed: boolean;
}

export interface NumberWidget {
  kind: "number";
  default: number | null;
  minimum: number | null;
  maximum: number | null;
  step: number | null;
  slider: boolean;
}

export interface TextWidget {
  kind: "text";
  default: string | null;
  multiline: boolean;
  placeholder: string;
}

export interface BooleanWidget {
  kind: "boolean";
  default: boolean | null;
}

export interface ChoiceWidget {
  kind: "choice";
  choices: string[];
  default: string | null;
}

export interface FileWidget {
  kind: "file";
  root: "models" | "input";
  folder: string;
  extensions: string[];
  upload: boolean;
  choices: string[];
  default: string | null;
  /** An empty text names no file. */
  optional?: boolean;
}

export type Widget = IntegerWidget | NumberWidget | TextWidget | BooleanWidget | ChoiceWidget | FileWidget;

export interface InputSpec {
  name: string;
  /** What to call it where its name is an id: at sub-graphs. */
  label?: string;
  type: string;
  required: boolean;
  widget: Widget | null;
  tooltip: string;
  lazy: boolean;
}

export interface OutputSpec {
  name: string;
  label?: string;
  type: string;
  tooltip: string;
  is_list: boolean;
}

/** What `source` says of a node type that comes with the program. */
export const BUILT_IN = "builtin";

export interface NodeSpec {
  id: string;
  title: string;
  category: string;
  description: string;
  version: string;
  inputs: InputSpec[];
  outputs: OutputSpec[];
  is_output: boolean;
  cacheable: boolean;
  deprecated: boolean;
  experimental: boolean;
  aliases: string[];
  source: string;
}

/** Every known node type by id. */
export type Catalogue = ReadonlyMap<string, NodeSpec>;

/** Index a list of specs by id. */
export function catalogueOf(specs: readonly NodeSpec[]): Catalogue {
  return new Map(specs.map((spec) => [spec.id, spec]));
}

/** Inputs that exist only as sockets, in order. */
export function socketInputs(spec: NodeSpec): InputSpec[] {
  return spec.inputs.filter((input) => input.widget === null);
}

/** Inputs edited in place, in order. They can be wired too. */
export function widgetInputs(spec: NodeSpec): (InputSpec & { widget: Widget })[] {
  return spec.inputs.filter((input): input is InputSpec & { widget: Widget } => input.widget !== null);
}

/** Whether a file widget shows the picture that it names. */
export function showsPicture(widget: FileWidget): boolean {
  return (
    widget.root === "input" &&
    widget.optional !== true &&
    widget.extensions.some((extension) => /^\.?(png|jpe?g|webp)$/.test(extension))
  );
}

/** Nought where the limits allow it, else the lowest value. */
function lowest<Value extends WholeNumber>(minimum: Value | null): Value | 0 {
  return minimum === null || Number(minimum) < 0 ? 0 : minimum;
}

/** The value a widget has while nobody set one. */
export function defaultValue(widget: Widget): WidgetValue {
  switch (widget.kind) {
    case "integer":
      if (widget.seed) return String(widget.default ?? 0);
      return widget.default ?? lowest(widget.minimum);
    case "number":
      return widget.default ?? lowest(widget.minimum);
    case "text":
      return widget.default ?? "";
    case "boolean":
      return widget.default ?? false;
    case "file":
      return widget.default ?? (widget.optional === true ? "" : (widget.choices[0] ?? ""));
    case "choice":
      return widget.default ?? widget.choices[0] ?? "";
  }
}

export type WidgetValue = string | number | boolean | null | unknown[] | { [key: string]: unknown };
