"""From text to a CLIP image embedding."""

from typing import Annotated

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.statistics import read_statistics
from diffusion.networks.autoregressive_prior import AutoregressivePrior
from diffusion.networks.interrupt import interruptible
from diffusion.priors.autoregressive import CodeRun, sample_codes
from diffusion.priors.diffusion_prior import PriorRun, PriorText, sample_prior
from diffusion.priors.published import published_prior
from diffusion.sample import seeds_for
from graph_engine.spec.sdk import Choices, Ge, Le, ModelFile, NodeContext, Seed, Step, Tooltip, node
from nodes.sockets import Conditioning, ImageEmbed, Prior, PriorModel, Statistics

BATCH = Annotated[int, Ge(1), Le(4096), Tooltip("Embeddings to make, each from a seed of its own")]
_STATISTICS_FILES = (".th", ".pt", ".pth", ".bin", ".safetensors")
# What the transformers read at most.
_LENGTH = 77
_LIMITS = {"5 (diffusers)": 5.0, "10 (Karlo)": 10.0, "none": None}


@node(id="PriorLoader", title="Load prior", category="loaders", aliases=("unclip", "dall-e 2", "karlo", "kandinsky"))
def load_prior(
    ctx: NodeContext,
    *,
    prior_name: Annotated[str, ModelFile("priors")],
    statistics: Annotated[Statistics | None, Tooltip("For Karlo's own prior file, which has none inside")] = None,
) -> Prior:
    """Opens a prior of unCLIP (Ramesh et al. 2022): Karlo's, Kandinsky 2's, lucidrains', or an autoregressive one.

    Only the file's header is read here.
    """
    opened = open_model(ctx.files.model("priors", prior_name))
    if opened.prior is None:
        raise ValueError(f"{prior_name} holds {opened.detection.title}, and no prior.")
    return PriorModel(opened.prior, statistics)


@node(
    id="EmbeddingStatistics", title="Load embedding statistics", category="loaders", aliases=("ViT-L-14_stats", "mean")
)
def embedding_statistics(
    ctx: NodeContext, *, statistics_name: Annotated[str, ModelFile("priors", _STATISTICS_FILES)]
) -> Statistics:
    """Reads the mean and deviation of CLIP's image embeddings, published as `ViT-L-14_stats.th` beside Karlo's prior.

    Karlo's own prior file (Lee et al. 2022) and Stable unCLIP L need them; diffusers' files have them inside.
    """
    return read_statistics(ctx.files.model("priors", statistics_name))


def text_of(conditioning: Conditioning, what: str) -> PriorText:
    """What a prior reads of a conditioning. Raises ValueError where it is several, or has no text embedding."""
    if len(conditioning) != 1:
        raise ValueError(f"A prior reads one text; {len(conditioning)} are combined on {what}.")
    sequence, options = conditioning[0]
    pooled, mask = options.get("pooled_output"), options.get("attention_mask")
    if pooled is None or mask is None:
        raise ValueError(
            f"The conditioning on {what} has no text embedding in the space shared with pictures. Load the text "
            "encoder with the type 'unclip', and encode the prompt with it."
        )
    return PriorText(pooled, sequence[:, :_LENGTH], mask[:, :_LENGTH])


@node(
    id="DiffusionPrior",
    title="Diffusion prior",
    category="unclip",
    aliases=("dall-e 2", "text to embedding", "karlo", "kandinsky"),
)
def diffusion_prior(
    ctx: NodeContext,
    *,
    prior: Prior,
    positive: Annotated[Conditioning, Tooltip("What the picture shows")],
    negative: Annotated[Conditioning | None, Tooltip("The empty prompt, or what to stay away from")] = None,
    seed: Annotated[int, Seed(), Tooltip("The same seed and values give the same embedding")] = 0,
    steps: Annotated[int, Ge(1), Le(1000), Tooltip("25 in Karlo and Kandinsky, 64 in the paper")] = 25,
    cfg: Annotated[float, Ge(0), Le(100), Step(0.1), Tooltip("How strongly the text steers; 1 is off")] = 4.0,
    candidates: Annotated[int, Ge(1), Le(64), Tooltip("Of this many, the nearest to the text is kept")] = 2,
    batch_size: BATCH = 1,
    limit: Annotated[str, Choices(tuple(_LIMITS)), Tooltip("Where predictions are cut")] = "5 (diffusers)",
) -> ImageEmbed:
    """Makes a CLIP image embedding of a text, from noise, step by step (Ramesh et al. 2022, section 2.2).

    The paper draws two and keeps the one with the larger dot product with the text. Guidance: Ho & Salimans 2022.
    """
    with ctx.memory.lease(prior.weighted) as network:
        if isinstance(network, AutoregressivePrior):
            raise ValueError("This prior says codes one by one: use the node 'Autoregressive prior'.")
        ready = published_prior(network, prior.statistics)
        device = ctx.memory.device
        text = text_of(positive, "positive")
        unwanted = None
        if cfg != 1 and not ready.learned_nothing:
            if negative is None:
                raise ValueError("Guidance of this prior needs a text to go away from: wire the empty prompt there.")
            unwanted = text_of(negative, "negative").to(device, text.pooled.dtype)
        cut = None if ready.run.limit is None else _LIMITS[limit]
        with interruptible(ctx.check_cancelled):
            made = sample_prior(
                ready.network,
                text.to(device, text.pooled.dtype),
                unwanted,
                PriorRun(steps, cfg, cut, candidates),
                seeds=seeds_for(seed, batch_size),
                finish=ready.finish,
                told=ctx.progress,
            )
    return made.cpu()


@node(
    id="AutoregressivePrior", title="Autoregressive prior", category="unclip", aliases=("dall-e 2", "codes", "tokens")
)
def autoregressive_prior(
    ctx: NodeContext,
    *,
    prior: Prior,
    positive: Annotated[Conditioning, Tooltip("What the picture shows")],
    seed: Annotated[int, Seed(), Tooltip("The same seed and values give the same embedding")] = 0,
    cfg: Annotated[float, Ge(0), Le(100), Step(0.1), Tooltip("How strongly the text steers; 1 is off")] = 2.0,
    temperature: Annotated[float, Ge(0), Le(10), Step(0.05), Tooltip("1 as trained; 0 takes the likeliest")] = 1.0,
    agreement: Annotated[
        float, Ge(-1), Le(1), Step(0.05), Tooltip("How well text and image shall agree, 0 to 1; -1: upper half")
    ] = -1.0,
    batch_size: BATCH = 1,
) -> ImageEmbed:
    """Says a CLIP image embedding code by code (Ramesh et al. 2022, section 2.2): the other kind of prior.

    Principal components of the embedding, cut into buckets, by a transformer that keeps what it has read. No weights
    were ever published; `docs/developing/autoregressive-prior.md` tells how to make some.
    """
    with ctx.memory.lease(prior.weighted) as network:
        if not isinstance(network, AutoregressivePrior):
            raise ValueError("This prior works by diffusion: use the node 'Diffusion prior'.")
        run = CodeRun(cfg, temperature, None if agreement < 0 else agreement)
        text = text_of(positive, "positive")
        with interruptible(ctx.check_cancelled):
            made = sample_codes(network, text, run, seeds=seeds_for(seed, batch_size), told=ctx.progress)
    return made.cpu()
