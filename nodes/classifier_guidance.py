"""Steer a model by a network that judges noisy pictures."""

from dataclasses import dataclass, replace
from typing import Annotated

import torch
from torch import Tensor

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.weights import Weighted
from diffusion.guidance.classifier import ClassifierGuidance, ClipGuidance
from diffusion.networks.classifier import NoisyClassifier
from diffusion.networks.interrupt import interruptible
from diffusion.networks.noisy_clip import NoisyClipImage, NoisyClipText
from diffusion.text.tokenizer import ClipTokenizer, packaged_vocabulary
from graph_engine.spec.sdk import Ge, Le, ModelFile, Multiline, NodeContext, Placeholder, Socket, Step, Tooltip, node
from nodes.sockets import Conditioning, Model

CLASSES = Tooltip("A class number, or one for each picture of a batch, with commas between them")


@dataclass(frozen=True)
class ClassifierModel:
    """A classifier of noisy pictures.

    ``side`` is the size of the pictures it reads, ``classes`` how many classes it knows, ``scale`` the strength its
    authors recommend.
    """

    weighted: Weighted[NoisyClassifier]
    side: int
    classes: int
    scale: float


@dataclass(frozen=True)
class NoisyClipModel:
    """Both halves of GLIDE's noise-aware CLIP."""

    image: Weighted[NoisyClipImage]
    text: Weighted[NoisyClipText]


Classifier = Annotated[ClassifierModel, Socket("CLASSIFIER")]
NoisyClip = Annotated[NoisyClipModel, Socket("NOISY_CLIP")]


def class_ids(text: str, classes: int | None = None) -> Tensor:
    """Read class numbers from a text, [N] int64. Raises ValueError for what is no class."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or not all(part.isdecimal() for part in parts):
        raise ValueError(f"{text!r} is no class number. Write one, such as 207, or one for each picture: 207, 360.")
    ids = torch.tensor([int(part) for part in parts])
    if classes is not None and int(ids.max()) >= classes:
        raise ValueError(
            f"Class {int(ids.max())} is not among this model's {classes}: they go from 0 to {classes - 1}."
        )
    return ids


@node(id="ClassifierLoader", title="Load classifier", category="loaders", aliases=("guided diffusion", "adm"))
def load_classifier(ctx: NodeContext, *, classifier_name: Annotated[str, ModelFile("checkpoints")]) -> Classifier:
    """Opens a classifier of noisy pictures, as guided diffusion's authors published them (Dhariwal & Nichol 2021)."""
    opened = open_model(ctx.files.model("checkpoints", classifier_name))
    if opened.classifier is None:
        raise ValueError(f"{classifier_name} holds {opened.detection.title}, which is no classifier of noisy pictures.")
    facts = opened.facts
    return ClassifierModel(opened.classifier, facts["side"], facts["classes"], facts["scale"])


@node(id="ClassifierGuidance", title="Classifier guidance", category="guidance", aliases=("class", "imagenet", "adm"))
def classifier_guidance(
    *,
    model: Model,
    classifier: Classifier,
    class_id: Annotated[str, CLASSES] = "207",
    scale: Annotated[
        float, Ge(0), Le(100), Step(0.1), Tooltip("Above 1: more typical, less varied; 10 for the unconditional model")
    ] = 1.0,
) -> Model:
    """Steers a run towards a class by the gradient of a classifier (Dhariwal & Nichol 2021, section 4).

    'Pixel sampler' adds it to the mean of each step (algorithm 1), or to the noise with DDIM (algorithm 2); other
    samplers take the second form. The published strengths: 1.0 at 64 and 256 pixels, 0.5 at 128, 4.0 at 512.
    """
    ids = class_ids(class_id, classifier.classes)
    piece = ClassifierGuidance(classifier.weighted, ids, scale, classifier.side)
    return replace(model, options=replace(model.options, guidance=(*model.options.guidance, piece)))


@node(id="ClassLabel", title="Class", category="conditioning", aliases=("imagenet", "label", "adm"))
def class_label(*, class_id: Annotated[str, CLASSES] = "207") -> Conditioning:
    """Asks a class-conditional model of pixels for a class (Dhariwal & Nichol 2021): ImageNet's 1000 in theirs."""
    return [(torch.zeros(1, 1, 1), {"class_label": class_ids(class_id)})]


@node(id="NoisyCLIPLoader", title="Load noise-aware CLIP", category="loaders", aliases=("glide", "clip guidance"))
def load_noisy_clip(
    ctx: NodeContext,
    *,
    image_name: Annotated[str, ModelFile("checkpoints")],
    text_name: Annotated[str, ModelFile("checkpoints")],
) -> NoisyClip:
    """Opens the CLIP that GLIDE's guidance was trained with, published in two files (Nichol et al. 2021)."""
    image = open_model(ctx.files.model("checkpoints", image_name)).parts.get("noisy_clip_image")
    text = open_model(ctx.files.model("checkpoints", text_name)).parts.get("noisy_clip_text")
    for half, name, what in ((image, image_name, "pictures"), (text, text_name, "words")):
        if half is None:
            raise ValueError(f"{name} is not the half of GLIDE's noise-aware CLIP that reads {what}.")
    assert image is not None
    assert text is not None
    return NoisyClipModel(image, text)


@node(id="CLIPGuidance", title="CLIP guidance", category="guidance", aliases=("glide",))
def clip_guidance(
    ctx: NodeContext,
    *,
    model: Model,
    clip: NoisyClip,
    text: Annotated[str, Multiline(), Placeholder("Describe the picture")] = "",
    scale: Annotated[float, Ge(0), Le(100), Step(0.1), Tooltip("GLIDE's notebook: 3")] = 3.0,
) -> Model:
    """Steers a pixel model towards a text by CLIP's gradient (Nichol et al. 2021, section 2.4).

    It can stand beside guidance without a classifier, which the prompt and cfg of the sampler do.
    """
    with ctx.memory.lease(clip.text) as network, interruptible(ctx.check_cancelled):
        device = next(network.parameters()).device
        length = network.config.positions
        tokenizer = ClipTokenizer(replace(packaged_vocabulary(), length=length))
        prompt = tokenizer.encode(text)
        used = prompt.ids.index(tokenizer.end_id) + 1
        ids = torch.tensor([prompt.ids], device=device)
        vector = network(ids, torch.tensor([used], device=device)).float().cpu()
    piece = ClipGuidance(clip.image, vector, scale)
    return replace(model, options=replace(model.options, guidance=(*model.options.guidance, piece)))
