"""Open model files."""

from typing import Annotated

from diffusion.checkpoints.load import open_model
from diffusion.text.tokenizer_files import text_encoder
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
    path = ctx.files.model("checkpoints", ckpt_name)
    opened = open_model(path)
    if opened.denoiser is None or opened.record is None or opened.autoencoder is None or not opened.text:
        raise ValueError(f"{ckpt_name} holds {opened.detection.title}, which is not a whole model.")
    return (
        DiffusionModel(opened.denoiser, opened.record),
        TextModel(tuple(text_encoder(item, path) for item in opened.text), opened.record.family),
        AutoencoderModel(opened.autoencoder.weighted, opened.autoencoder.latent, opened.autoencoder.kind),
    )
