"""Nodes of contract v3."""

from enum import Enum

from comfy_api.latest import ComfyAPI, ComfyExtension, io, ui


class Way(Enum):
    NEAR = "near"
    FAR = "far"


class Newer(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="Newer",
            display_name="A newer node",
            category="newer",
            inputs=[
                io.Int.Input("count", default=2, min=0, max=5, display_mode=io.NumberDisplay.slider),
                io.Combo.Input("way", options=Way),
                io.String.Input("words", multiline=True, optional=True),
                io.MultiType.Input("any_of", types=[io.Int, io.String], optional=True),
                io.AnyType.Input("thing", optional=True, lazy=True),
            ],
            outputs=[io.String.Output("text", tooltip="What came in"), io.Int.Output(is_output_list=True)],
            hidden=[io.Hidden.unique_id, io.Hidden.prompt],
        )

    @classmethod
    def validate_inputs(cls, count):
        return True if count != 4 else "four brings no luck"

    @classmethod
    def check_lazy_status(cls, count, way, words=None, any_of=None, thing=None):
        return ["thing"] if count > 2 and thing is None else []

    @classmethod
    def fingerprint_inputs(cls, count, **more):
        return count

    @classmethod
    def execute(cls, count, way, words=None, any_of=None, thing=None):
        cls.left_behind = True
        seen = [count, way, words, any_of, thing, cls.hidden.unique_id, sorted(cls.hidden.prompt)]
        return io.NodeOutput(repr(seen), list(range(count)))


class NewerShow(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        thing = io.Custom("THING").Input("thing", optional=True)
        return io.Schema("NewerShow", inputs=[io.AnyType.Input("text"), thing], outputs=[], is_output_node=True)

    @classmethod
    async def execute(cls, text, thing=None):
        await ComfyAPI().execution.set_progress(1, 1)
        return io.NodeOutput(ui=ui.PreviewText(f"{text} {hasattr(Newer, 'left_behind')} {bool(cls.hidden.prompt)}"))


class NewerExpand(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            "NewerExpand", inputs=[io.Boolean.Input("block")], outputs=[io.Int.Output()], enable_expand=True
        )

    @classmethod
    def execute(cls, block):
        if block:
            return io.NodeOutput(block_execution="blocked by the newer node")
        from comfy_execution.graph_utils import GraphBuilder

        graph = GraphBuilder()
        total = graph.node("AddAll", numbers=graph.node("Numbers", count=4).out(0), factor=5)
        return io.NodeOutput(total.out(0), expand=graph.finalize())


class NewerExtension(ComfyExtension):
    async def get_node_list(self):
        return [Newer, NewerShow, NewerExpand]


async def comfy_entrypoint():
    return NewerExtension()
