import type { InputSpec, Widget } from "@/graph/spec";
import { ChoiceControl } from "./ChoiceControl";
import { FileControl } from "./FileControl";
import { NumberControl } from "./NumberControl";
import { SeedControl } from "./SeedControl";
import { SwitchControl } from "./SwitchControl";
import { TextControl } from "./TextControl";

export interface ControlProps<Kind extends Widget = Widget> {
  node: string;
  name: string;
  label: string;
  widget: Kind;
}

interface Props {
  node: string;
  type: string;
  input: InputSpec & { widget: Widget };
  label: string;
}

/** The control of a widget, by its kind. */
export function WidgetControl({ node, type, input, label }: Props) {
  const { widget, name } = input;
  switch (widget.kind) {
    case "integer":
      return widget.seed ? (
        <SeedControl node={node} name={name} label={label} widget={widget} />
      ) : (
        <NumberControl node={node} name={name} label={label} widget={widget} />
      );
    case "number":
      return <NumberControl node={node} name={name} label={label} widget={widget} />;
    case "text":
      return <TextControl node={node} type={type} name={name} label={label} widget={widget} />;
    case "boolean":
      return <SwitchControl node={node} name={name} label={label} widget={widget} />;
    case "choice":
      return <ChoiceControl node={node} name={name} label={label} widget={widget} />;
    case "file":
      return <FileControl node={node} name={name} label={label} widget={widget} />;
  }
}
