"""Node specs in the form of ``/object_info``."""

from typing import Any

from graph_engine.spec.node import (
    BooleanWidget,
    ChoiceWidget,
    FileWidget,
    InputSpec,
    IntegerWidget,
    NodeSpec,
    NumberWidget,
    TextWidget,
)


def object_info(spec: NodeSpec) -> dict[str, Any]:
    """One class as ComfyUI's clients read it; one of a plug-in as it states itself."""
    stated = spec.extra.get("comfyui")
    if isinstance(stated, dict):
        return dict(stated)
    required = {item.name: input_config(item) for item in spec.inputs if item.required}
    optional = {item.name: input_config(item) for item in spec.inputs if not item.required}
    inputs: dict[str, Any] = {"required": required}
    order: dict[str, list[str]] = {"required": list(required)}
    if optional:
        inputs["optional"], order["optional"] = optional, list(optional)
    result: dict[str, Any] = {
        "input": inputs,
        "input_order": order,
        "output": [item.type for item in spec.outputs],
        "output_is_list": [item.is_list for item in spec.outputs],
        "output_name": [item.name for item in spec.outputs],
        "name": spec.id,
        "display_name": spec.title,
        "description": spec.description,
        "python_module": "nodes" if spec.source == "builtin" else spec.source,
        "category": spec.category,
        "output_node": spec.is_output,
    }
    if any(item.tooltip for item in spec.outputs):
        result["output_tooltips"] = [item.tooltip for item in spec.outputs]
    if spec.deprecated:
        result["deprecated"] = True
    if spec.experimental:
        result["experimental"] = True
    return result


def input_config(item: InputSpec) -> list[Any]:
    """``[type, options]`` of one input; a list of choices stands in the place of the type."""
    kind: Any = item.type
    options: dict[str, Any] = {"tooltip": item.tooltip} if item.tooltip else {}
    if item.lazy:
        options["lazy"] = True
    match item.widget:
        case IntegerWidget() as widget:
            options |= _stated(default=widget.default, min=widget.minimum, max=widget.maximum, step=widget.step)
            if widget.seed:
                options["control_after_generate"] = True
        case NumberWidget() as widget:
            options |= _stated(default=widget.default, min=widget.minimum, max=widget.maximum, step=widget.step)
            if widget.slider:
                options["display"] = "slider"
        case TextWidget() as widget:
            options |= _stated(default=widget.default, placeholder=widget.placeholder or None)
            options["multiline"] = widget.multiline
        case BooleanWidget() as widget:
            options |= _stated(default=widget.default)
        case ChoiceWidget() as widget:
            kind = list(widget.choices)
            options |= _stated(default=widget.default)
        case FileWidget() as widget:
            kind = ["", *widget.choices] if widget.optional else list(widget.choices)
            options |= _stated(default=widget.default)
            if widget.upload:
                options["image_upload"] = True
        case None:
            pass
    return [kind, options] if options else [kind]


def _stated(**options: Any) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}
