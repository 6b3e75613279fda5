import type { InputSpec, Widget } from "@/graph/spec";
import { useForeignWidgets, widgetPlace } from "@/state/page/extensions";
import { ChoiceControl } from "./ChoiceControl";
import { FileControl } from "./FileControl";
import { ForeignControl } from "./ForeignControl";
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

/** The control of a widget: an extension's, if one took the place, else ours. */
export function WidgetControl(props: Props) {
  const { node, type, input, label } = props;
  const foreign = useForeignWidgets((state) => state.byPlace.get(widgetPlace(type, input.name)));
  if (foreign === undefined) return <OwnControl {...props} />;
  return (
    <ForeignControl
      foreign={foreign}
      node={node}
      name={input.name}
      label={label}
      widget={input.widget}
      otherwise={<OwnControl {...props} />}
    />
  );
}

/** The page's own control of a widget, by its kind. */
function OwnControl({ node, type, input, label }: Props) {
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
