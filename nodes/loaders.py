"""Open whole models."""

from typing import Annotated

from diffusion.checkpoints.load import open_model
from graph_engine.spec.sdk import Blocked, ModelFile, NodeContext, NodeResult, Outputs, Placeholder, Tooltip, node
from nodes.companions import companions_read, text_found
from nodes.opened import model_of, told, vae_of
from nodes.sockets import Clip, Model, Vae

WholeModel = Annotated[NodeResult, Outputs(Model, Clip, Vae)]
Checkpoint = Annotated[str, ModelFile("checkpoints"), Tooltip("A file in models/checkpoints")]
DIFFUSERS_INDEX = "model_index.json"


def _opened(ctx: NodeContext, folder: str, name: str) -> NodeResult:
    """Open a model and hand out its three parts; those it lacks say which loader has them."""
    path = ctx.files.model(folder, name)
    opened = open_model(path)
    title = path.parent if path.name == DIFFUSERS_INDEX else path
    values = (model_of(opened, title), text_found(ctx, opened, title), vae_of(opened, title))
    if all(isinstance(value, Blocked) for value in values):
        raise ValueError(
            f"{title.name} holds {opened.detection.title}, which is neither a model to sample with, nor a text "
            "encoder, nor an autoencoder. Open it with the loader of its kind."
        )
    return NodeResult(values=values, ui=told(opened))


@node(
    id="CheckpointLoaderSimple",
    title="Load model",
    category="loaders",
    aliases=("checkpoint", "open", "safetensors", "ckpt"),
    reads=companions_read,
)
def load_checkpoint(ctx: NodeContext, *, ckpt_name: Checkpoint) -> WholeModel:
    """Opens a model file: its denoising network, text encoders and autoencoder.

    What kind of model it is, is read off the file (latent diffusion, Rombach et al. 2022, and its descendants). Where a
    part is not in the file, it is taken from the file that the model names (starters share their text encoder), or its
    output says which loader has it. Weights come in when a node puts them to work.
    """
    return _opened(ctx, "checkpoints", ckpt_name)


@node(
    id="CheckpointLoader",
    title="Load model with config",
    category="loaders",
    aliases=("checkpoint", "yaml", "config"),
    reads=companions_read,
)
def load_checkpoint_with_config(
    ctx: NodeContext,
    *,
    config_name: Annotated[str, Placeholder("not needed"), Tooltip("Kept for old workflows and not read")] = "",
    ckpt_name: Checkpoint,
) -> WholeModel:
    """Opens a model file as 'Load model' does (Rombach et al. 2022); the config of old workflows is not read.

    A YAML file of the same name beside the model is: it may say that the model predicts velocity.
    """
    result = _opened(ctx, "checkpoints", ckpt_name)
    if not config_name:
        return result
    notes = [*result.ui.get("text", ()), f"{config_name} was not read: the model's own file says all that is needed."]
    return NodeResult(values=result.values, ui={"text": notes})


@node(
    id="DiffusersLoader",
    title="Load diffusers folder",
    category="loaders",
    aliases=("checkpoint", "hugging face", "folder"),
)
def load_diffusers(
    ctx: NodeContext,
    *,
    model_path: Annotated[
        str, ModelFile("diffusers", (DIFFUSERS_INDEX,)), Tooltip("The model_index.json of a folder in models/diffusers")
    ],
) -> WholeModel:
    """Opens a model that diffusers saved as a folder (von Platen et al. 2022): each part in a folder of its own.

    Where several precisions are there, the one of 16 bits is taken.
    """
    return _opened(ctx, "diffusers", model_path)
