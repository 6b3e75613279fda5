"""From a CLIP image embedding to a picture: unCLIP's decoders."""

from typing import Annotated, Any

import torch

from diffusion.checkpoints.load import open_model
from diffusion.denoiser import NetworkDenoiser
from diffusion.families.family import Frame, Prompt
from diffusion.families.table import family_of
from diffusion.networks.interrupt import interruptible
from diffusion.pixel_run import PixelStart
from diffusion.processes.table import process_for
from diffusion.sample import seeds_for
from diffusion.samplers.ddim_inversion import invert
from diffusion.samplers.step import Step as SamplerStep
from diffusion.schedules.table import SCHEDULES, sigmas_for
from graph_engine.spec.sdk import (
    Blocked,
    Choices,
    Ge,
    Le,
    ModelFile,
    Name,
    NodeContext,
    NodeResult,
    Outputs,
    Seed,
    Step,
    Tooltip,
    node,
)
from nodes.opened import model_of, text_of, told, vae_of
from nodes.pixel_models import AUTO, as_images, mask_of, run_pixels, settings_of
from nodes.sockets import (
    Clip,
    ClipVisionModel,
    ClipVisionOutput,
    Conditioning,
    DiffusionModel,
    Image,
    ImageEmbed,
    ImageEncoder,
    Latent,
    Model,
    Prior,
    PriorModel,
    Statistics,
    TextModel,
    Vae,
)

Cfg = Annotated[float, Ge(0), Le(100), Step(0.1), Tooltip("How strongly text and embedding steer; 1 is off")]
Steps = Annotated[int, Ge(1), Le(1000)]
_PARTS = ("decoder", "upsampler", "stage_1", "stage_2")


@node(
    id="unCLIPCheckpointLoader",
    title="Load unCLIP model",
    category="loaders",
    aliases=("stable unclip", "variation", "checkpoint"),
)
def load_unclip_checkpoint(
    ctx: NodeContext, *, ckpt_name: Annotated[str, ModelFile("checkpoints"), Tooltip("A file in models/checkpoints")]
) -> Annotated[NodeResult, Outputs(Model, Clip, Vae, ClipVisionModel)]:
    """Opens Stable unCLIP 2.1, L or H: Stable Diffusion 2 that also reads an image embedding (Ramesh et al. 2022).

    Its CLIP image encoder lies in the same file.
    """
    path = ctx.files.model("checkpoints", ckpt_name)
    opened = open_model(path)
    if opened.vision is None:
        raise ValueError(
            f"{ckpt_name} holds {opened.detection.title}, and no CLIP image encoder. 'Load model' opens models without "
            "one, 'Load image encoder' an encoder alone."
        )
    vision = ImageEncoder(opened.vision)
    return NodeResult(
        values=(model_of(opened, path), text_of(opened, path), vae_of(opened, path), vision), ui=told(opened)
    )


@node(
    id="UnCLIPDecoderLoader",
    title="Load unCLIP decoder",
    category="loaders",
    aliases=("karlo", "kandinsky", "dall-e 2", "lucidrains"),
)
def load_unclip_decoder(
    ctx: NodeContext,
    *,
    decoder_name: Annotated[str, ModelFile("diffusion_models"), Tooltip("A file in models/diffusion_models")],
    part: Annotated[str, Choices(_PARTS), Tooltip("Of a file that holds several networks")] = "decoder",
) -> Model:
    """Opens a decoder of unCLIP (Ramesh et al. 2022): Karlo's, Kandinsky 2's, lucidrains'; or Karlo's upsampler.

    A folder of Karlo in diffusers' form has the upsampler in it, a file of lucidrains' the further stages.
    """
    opened = open_model(ctx.files.model("diffusion_models", decoder_name))
    if opened.denoiser is None or opened.record is None:
        raise ValueError(f"{decoder_name} holds {opened.detection.title}, and no decoder.")
    if part == "decoder" or (part == "upsampler" and opened.record.family == "karlo_upsampler"):
        return DiffusionModel(opened.denoiser, opened.record)
    if part not in opened.parts:
        raise ValueError(f"{decoder_name} has no part {part!r}; it has {', '.join(('decoder', *opened.parts))}.")
    return DiffusionModel(opened.parts[part], opened.facts[f"{part}_record"])


_FOLDER_OUTPUTS = Outputs(Prior, Model, Annotated[Model, Name("upsampler")], Clip, Vae, ClipVisionModel)


@node(
    id="UnCLIPFolderLoader",
    title="Load unCLIP folder",
    category="loaders",
    aliases=("karlo", "kandinsky", "diffusers", "hugging face"),
)
def load_unclip_folder(
    ctx: NodeContext,
    *,
    model_path: Annotated[
        str,
        ModelFile("diffusers", ("model_index.json",)),
        Tooltip("The model_index.json of a folder in models/diffusers"),
    ],
) -> Annotated[NodeResult, _FOLDER_OUTPUTS]:
    """Opens Karlo (Lee et al. 2022), or the prior's or the decoder's folder of Kandinsky 2, as diffusers saved them.

    What a folder lacks, its output says.
    """
    path = ctx.files.model("diffusers", model_path)
    opened, name = open_model(path), path.parent.name
    prior = Blocked(f"{name} holds no prior.") if opened.prior is None else PriorModel(opened.prior)
    vision = Blocked(f"{name} holds no image encoder.") if opened.vision is None else ImageEncoder(opened.vision)
    upsampler: DiffusionModel | Blocked = Blocked(f"{name} holds no upsampler.")
    if "upsampler" in opened.parts:
        upsampler = DiffusionModel(opened.parts["upsampler"], opened.facts["upsampler_record"])
    clip = text_of(opened, path.parent)
    if isinstance(clip, TextModel):
        multilingual = clip.encoders[0].kind == "xlm_r"
        clip = TextModel(clip.encoders, "kandinsky" if multilingual else "unclip", clip.options)
    parts = (prior, model_of(opened, path.parent), upsampler, clip, vae_of(opened, path.parent), vision)
    return NodeResult(values=parts, ui=told(opened))


@node(id="CLIPImageEmbed", title="Image embedding", category="unclip", aliases=("clip vision", "variation"))
def clip_image_embed(*, clip_vision_output: ClipVisionOutput) -> ImageEmbed:
    """Takes the embedding out of what CLIP saw in a picture, for variations and edits (Ramesh et al. 2022, §3)."""
    return clip_vision_output.image_embeds


def _with_embedding(conditioning: Conditioning, **entry: Any) -> Conditioning:
    return [
        (sequence, {**options, "unclip_conditioning": [*options.get("unclip_conditioning", ()), entry]})
        for sequence, options in conditioning
    ]


@node(
    id="ImageEmbedConditioning",
    title="Embedding as prompt",
    category="conditioning",
    aliases=("unclip", "image embedding", "prior"),
)
def image_embed_conditioning(
    *,
    conditioning: Conditioning,
    image_embed: ImageEmbed,
    strength: Annotated[float, Ge(-10), Le(10), Step(0.01), Tooltip("How much it counts; 1 is as trained")] = 1.0,
    noise_augmentation: Annotated[
        float, Ge(0), Le(1), Step(0.01), Tooltip("Stable unCLIP alone: more leaves more freedom")
    ] = 0.0,
    statistics: Annotated[Statistics | None, Tooltip("Of embeddings, for Stable unCLIP L")] = None,
) -> Conditioning:
    """Adds an image embedding to a prompt, from a prior or from a picture (Ramesh et al. 2022).

    Stable unCLIP puts noise on it, and is told how much.
    """
    entry: dict[str, Any] = {
        "image_embeds": image_embed,
        "strength": strength,
        "noise_augmentation": noise_augmentation,
    }
    if statistics is not None:
        entry["statistics"] = (statistics.mean, statistics.deviation)
    return _with_embedding(conditioning, **entry)


def _pictures(embed: torch.Tensor, batch_size: int) -> torch.Tensor:
    """Each embedding as often as pictures of it are wanted, one after another."""
    return embed.repeat_interleave(batch_size, dim=0)


@node(
    id="UnCLIPDecoder",
    title="unCLIP decoder",
    category="unclip",
    aliases=("karlo", "dall-e 2", "lucidrains", "decode embedding", "variation"),
)
def unclip_decoder(
    ctx: NodeContext,
    *,
    model: Annotated[Model, Tooltip("A decoder that paints pixels: Karlo's or lucidrains'")],
    image_embed: ImageEmbed,
    positive: Annotated[Conditioning, Tooltip("The prompt, or an empty one for variations")],
    negative: Annotated[Conditioning | None, Tooltip("The empty prompt; nothing wired: no guidance")] = None,
    seed: Annotated[int, Seed(), Tooltip("The same seed and values give the same picture")] = 0,
    steps: Annotated[Steps, Tooltip("25 or 50 in Karlo")] = 25,
    cfg: Cfg = 8.0,
    batch_size: Annotated[int, Ge(1), Le(4096), Tooltip("Pictures of each embedding")] = 1,
) -> Image:
    """Paints a small picture by a CLIP image embedding and a text (Ramesh et al. 2022, section 2.1).

    The embedding enters beside the time step and as further tokens of the text; guidance goes away from no embedding
    and the negative prompt. 'Upsample' makes the result larger.
    """
    if model.record.latent.factor != 1:
        raise ValueError(f"{model.record.title} works on latents: use the node 'Kandinsky decoder'.")
    rows = _pictures(image_embed, batch_size)
    width, height = model.record.resolution
    settings = settings_of(model, respacing=str(steps), threshold=AUTO, cfg=cfg)
    start = PixelStart(torch.zeros(len(rows), 3, height, width), seeds_for(seed, len(rows)))
    wanted = _with_embedding(positive, image_embeds=rows)
    return as_images(run_pixels(ctx, model, start, settings, wanted, negative))


@node(
    id="KandinskyDecoder",
    title="Kandinsky decoder",
    category="unclip",
    aliases=("kandinsky", "movq", "decode embedding", "inpaint"),
)
def kandinsky_decoder(
    ctx: NodeContext,
    *,
    model: Annotated[Model, Tooltip("A decoder that works on latents: Kandinsky 2.1's or 2.2's")],
    image_embed: ImageEmbed,
    positive: Annotated[Conditioning, Tooltip("The prompt; version 2.2 does not read it")],
    negative: Annotated[Conditioning, Tooltip("The empty prompt")],
    negative_embed: Annotated[ImageEmbed | None, Tooltip("Of a black picture, as its authors do")] = None,
    latent_image: Annotated[Latent, Tooltip("The size, or a picture to start from; its mask is repainted")],
    seed: Annotated[int, Seed(), Tooltip("The same seed and values give the same picture")] = 0,
    steps: Annotated[Steps, Tooltip("100 in version 2.1, 50 in 2.2")] = 50,
    cfg: Cfg = 4.0,
    denoise: Annotated[float, Ge(0), Le(1), Step(0.01), Tooltip("1 starts from pure noise; less keeps more")] = 1.0,
) -> Latent:
    """Paints a latent by a CLIP image embedding (Razzhigaev et al. 2023); MoVQ decodes it.

    Predictions are cut at their own brightest values, as its authors do (Saharia et al. 2022, section 2.3).
    """
    given = latent_image["samples"]
    if given.shape[1] != model.record.latent.channels:
        raise ValueError(
            f"This model works on {model.record.latent.channels} channels; the start wired to latent_image has "
            f"{given.shape[1]}. Encode the picture with MoVQ."
        )
    settings = settings_of(model, respacing=str(steps), threshold=AUTO, cfg=cfg, denoise=denoise)
    begin = PixelStart(
        model.record.latent.into_denoiser(given.float()), seeds_for(seed, len(given)), mask_of(latent_image, given)
    )
    unwanted = negative if negative_embed is None else _with_embedding(negative, image_embeds=negative_embed)
    made = run_pixels(ctx, model, begin, settings, _with_embedding(positive, image_embeds=image_embed), unwanted)
    return {**latent_image, "samples": model.record.latent.out_of_denoiser(made)}


@node(id="DDIMInversion", title="DDIM inversion", category="unclip", aliases=("invert", "edit", "reconstruct"))
def ddim_inversion(
    ctx: NodeContext,
    *,
    model: Model,
    positive: Annotated[Conditioning, Tooltip("What the picture shows, with its own embedding for unCLIP")],
    latent_image: Annotated[Latent, Tooltip("The picture")],
    steps: Annotated[int, Ge(1), Le(10_000), Tooltip("More steps come back nearer to the picture")] = 50,
    scheduler: Annotated[str, Choices(tuple(SCHEDULES)), Tooltip("As in the sampler that comes after")] = "normal",
) -> Latent:
    """Finds the noise that DDIM would make this picture of (Song et al. 2020; Ramesh et al. 2022, section 3.1).

    Wire it to an advanced sampler that adds no noise, with the same schedule: it paints the picture again, or another
    one with the same layout where prompt or embedding have changed. Work with weak guidance.
    """
    device, record = ctx.memory.device, model.record
    with ctx.memory.lease(model.weighted) as network:
        dtype = next(network.parameters()).dtype
        process = model.options.process or process_for(record)
        latent = record.latent.into_denoiser(latent_image["samples"].float().to(device))
        if len(positive) != 1:
            raise ValueError(f"An inversion takes one conditioning; here are {len(positive)} combined.")
        family = family_of(record.family)
        frame = Frame(tuple(latent.shape), device, dtype, record, latent=latent)
        steering = family.condition(Prompt(*positive[0]), frame).to(device, dtype).expand(len(latent))
        denoiser = NetworkDenoiser(network, family, process, dtype=dtype, hooks=model.options.hooks)

        def report(step: SamplerStep) -> None:
            ctx.progress(step.index + 1, step.total)

        with interruptible(ctx.check_cancelled), torch.inference_mode():
            sigmas = sigmas_for(scheduler, process, steps)
            found = invert(lambda x, sigma: denoiser(x, sigma, steering), latent, sigmas, callback=report)
    return {**latent_image, "samples": record.latent.out_of_denoiser(found.cpu())}
