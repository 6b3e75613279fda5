"""Open model files."""

from typing import Annotated

from diffusion.checkpoints.load import open_checkpoint
from graph_engine.spec.sdk import ModelFile, NodeContext, node
from nodes.sockets import AutoencoderModel, Clip, DiffusionModel, Model, TextModel, Vae


@node(
    id="CheckpointLoaderSimple",
    title="Load model",
    category="loaders",
    aliases=("checkpoint", "open", "safetensors", "ckpt"),
)
def load_checkpoint(
    ctx: NodeContext, *, ckpt_name: Annotated[str, ModelFile("checkpoints")]
) -> tuple[Model, Clip, Vae]:
    """Opens a Stable Diffusion 1 checkpoint: its denoising network, text encoder and autoencoder.

    Only the file's header is read here; weights come in when a node puts them to work.
    """
    checkpoint = open_checkpoint(ctx.files.model("checkpoints", ckpt_name))
    return (
        DiffusionModel(checkpoint.unet, checkpoint.record),
        TextModel(checkpoint.text, checkpoint.tokenizer),
        AutoencoderModel(checkpoint.autoencoder, checkpoint.record),
    )
