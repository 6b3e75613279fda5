"""unCLIP through nodes, on small random files in the published layouts."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from diffusion.checkpoints.keys.autoregressive_prior import save_autoregressive_prior
from diffusion.networks.adm import AdmConfig
from diffusion.networks.attention_block import TextAttention
from diffusion.networks.autoencoder import AutoencoderConfig
from diffusion.networks.autoregressive_prior import AutoregressivePrior, AutoregressivePriorConfig
from diffusion.networks.clip import ClipTextConfig
from diffusion.networks.clip_projection import ClipTextWithProjection
from diffusion.networks.kandinsky import KandinskyConditionConfig, KandinskyUNet
from diffusion.networks.karlo import KarloDecoder, KarloTextConfig, KarloUpsampler
from diffusion.networks.lucidrains_unet import LucidrainsUNet, LucidrainsUNetConfig
from diffusion.networks.movq import MoVQ
from diffusion.networks.prior import KarloPrior, PriorConfig
from diffusion.networks.residual import ResidualStyle
from diffusion.networks.vq import VQConfig
from diffusion.text.tokenizer import vocabulary_from_merges, vocabulary_to_json
from graph_engine.document.run_form import graph_from_json
from graph_engine.files.folders import Folders
from graph_engine.memory.torch_backend import device_memory
from graph_engine.run.build import build_surroundings
from graph_engine.run.events import JobFinished, NodeFinished
from graph_engine.run.executor import RunRequest
from graph_engine.run.in_process import InProcessRunner
from nodes.registry import build

WIDTH = 16
STYLE = ResidualStyle(scale_shift=True)


def unet(inputs, outputs, *, text=0, split=False):
    return AdmConfig(
        inputs,
        outputs,
        32,
        128,
        (32, 64),
        (1, 1),
        (1,) if text else (),
        middle_attention=bool(text),
        style=STYLE,
        text=TextAttention(text) if text else None,
        split_attention=split,
    )


def shaken(network):
    torch.manual_seed(0)
    with torch.no_grad():
        for tensor in network.parameters():
            tensor.add_(torch.randn_like(tensor) * 0.1)
    return network


class Studio:
    """A folder of model files, and runs of graphs of nodes over it."""

    def __init__(self, folders, models):
        self.folders, self.models = folders, models
        self.registry = build()
        self.runner = InProcessRunner(build_surroundings(self.registry, folders, device_memory("cpu")))
        self.files()

    def path(self, kind, name):
        (self.models / kind).mkdir(parents=True, exist_ok=True)
        return self.models / kind / name

    def put(self, kind, name, network, prefix="", metadata=None):
        state = {prefix + key: value.contiguous() for key, value in shaken(network).state_dict().items()}
        save_file(state, self.path(kind, name), metadata)

    def files(self):
        vocabulary = vocabulary_from_merges([])
        text = ClipTextConfig(
            width=WIDTH, mlp_width=32, layers=1, heads=1, vocabulary=len(vocabulary.tokens), positions=77
        )
        words = {"tokenizer.clip_l": vocabulary_to_json(vocabulary)}
        state = shaken(ClipTextWithProjection(text, WIDTH)).state_dict()
        named = {key.replace("transformer.", "text_model.", 1): value.contiguous() for key, value in state.items()}
        save_file(named, self.path("text_encoders", "clip.safetensors"), words)
        prior = PriorConfig(width=64, layers=1, heads=1, clip_width=WIDTH)
        self.put("priors", "karlo.safetensors", KarloPrior(prior), "model.")
        save_file({"mean": torch.zeros(WIDTH), "std": torch.ones(WIDTH)}, self.path("priors", "stats.safetensors"))
        codes = AutoregressivePriorConfig(
            width=16, layers=1, heads=1, clip_width=WIDTH, components=3, buckets=8, agreements=4
        )
        save_autoregressive_prior(shaken(AutoregressivePrior(codes)), self.path("priors", "codes.safetensors"))
        decoder = KarloDecoder(unet(3, 6, text=32), KarloTextConfig(WIDTH, 32, 4))
        self.put("diffusion_models", "decoder.safetensors", decoder, "model.")
        upsampler = KarloUpsampler(unet(6, 3), unet(6, 3))
        self.put("diffusion_models", "upsampler.safetensors", upsampler)
        condition = KandinskyConditionConfig(WIDTH, 32, 4, text_width=None)
        kandinsky = KandinskyUNet(unet(4, 8, text=32), condition)
        self.put("diffusion_models", "kandinsky.safetensors", kandinsky)
        small = LucidrainsUNetConfig(
            width=32,
            level_channels=(32, 64),
            res_blocks=(1, 1),
            memory_width=16,
            kernel_channels=(16, 8, 8),
            attention_heads=2,
            image_width=WIDTH,
            text_width=WIDTH,
            text_length=8,
            out_channels=6,
        )
        large = replace(small, in_channels=6, image_width=0, text_width=0, reads_small=True, reads_noise_level=True)
        stages = {"unets.0.": LucidrainsUNet(small), "unets.1.": LucidrainsUNet(large)}
        state = {
            prefix + key: value.contiguous()
            for prefix, network in stages.items()
            for key, value in shaken(network).state_dict().items()
        }
        save_file(state, self.path("diffusion_models", "lucidrains.safetensors"))
        body = AutoencoderConfig(base_channels=32, level_channels=(32, 32), res_blocks=1, attention_levels=(1,))
        self.put("vae", "movq.safetensors", MoVQ(VQConfig(body, 16, 4)))

    def filled(self, kind, inputs):
        """A node with its widgets' defaults, as the page would send it."""
        widgets = {i.name: i.widget.default for i in self.registry.get(kind).spec.inputs if i.widget is not None}
        return {"class_type": kind, "inputs": {n: v for n, v in widgets.items() if v is not None} | inputs}

    def run(self, nodes, last):
        graph = {name: self.filled(kind, inputs) for name, (kind, inputs) in nodes.items()}
        graph["save"] = {"class_type": "SaveImage", "inputs": {"images": last, "filename_prefix": "p"}}
        events = []
        self.runner.run(RunRequest(job_id="job", graph=graph_from_json(graph)[0]), events.append)
        self.finished = {event.node: event for event in events if isinstance(event, NodeFinished)}
        assert isinstance(events[-1], JobFinished)
        if events[-1].outcome != "succeeded":
            return events[-1].problems[0].message
        shown = self.finished["save"].ui["images"]
        files = [self.folders.output / entry["filename"] for entry in shown]
        return np.stack([np.asarray(Image.open(file).convert("RGB")) for file in files])


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    place = tmp_path_factory.mktemp("studio")
    folders = Folders(place / "data", (place / "models",))
    folders.create()
    return Studio(folders, place / "models")


def prompts():
    return {
        "clip": ("CLIPLoader", {"clip_name": "clip.safetensors", "type": "unclip"}),
        "text": ("CLIPTextEncode", {"clip": ["clip", 0], "text": "a red circle"}),
        "empty": ("CLIPTextEncode", {"clip": ["clip", 0], "text": ""}),
    }


def prior(**changes):
    return {
        "stats": ("EmbeddingStatistics", {"statistics_name": "stats.safetensors"}),
        "prior": ("PriorLoader", {"prior_name": "karlo.safetensors", "statistics": ["stats", 0]}),
        "embed": (
            "DiffusionPrior",
            {"prior": ["prior", 0], "positive": ["text", 0], "negative": ["empty", 0], "steps": 2, **changes},
        ),
    }


def decoder(embed=("embed", 0), **changes):
    return {
        "decoder": ("UnCLIPDecoderLoader", {"decoder_name": "decoder.safetensors"}),
        "small": (
            "UnCLIPDecoder",
            {
                "model": ["decoder", 0],
                "image_embed": list(embed),
                "positive": ["text", 0],
                "negative": ["empty", 0],
                "steps": 2,
                **changes,
            },
        ),
    }


def test_a_text_becomes_an_embedding_a_small_picture_and_a_large_one(studio):
    nodes = prompts() | prior() | decoder()
    nodes |= {
        "upsampler": ("UnCLIPDecoderLoader", {"decoder_name": "upsampler.safetensors", "part": "upsampler"}),
        "nothing": ("NoConditioning", {}),
        "large": (
            "CascadeUpsample",
            {
                "model": ["upsampler", 0],
                "image": ["small", 0],
                "positive": ["nothing", 0],
                "scale": 2,
                "respacing": "2",
            },
        ),
    }
    made = studio.run(nodes, ["large", 0])
    assert made.shape == (1, 128, 128, 3)
    assert made.std() > 5


def test_a_picture_of_a_batch_is_the_one_made_alone(studio):
    both = studio.run(prompts() | prior(batch_size=2, seed="5") | decoder(seed="5"), ["small", 0])
    alone = studio.run(prompts() | prior(seed="6") | decoder(seed="6"), ["small", 0])
    assert both.shape == (2, 64, 64, 3)
    # Rows of a batch share a matrix product, whose sums may be rounded otherwise.
    assert np.abs(both[1].astype(int) - alone[0]).max() <= 1
    assert np.abs(both[0].astype(int) - alone[0]).mean() > 1


def test_the_decoder_takes_a_texts_embedding_in_place_of_a_priors(studio):
    bypass = {"bypass": ("TextEmbedAsImageEmbed", {"conditioning": ["text", 0]})}
    direct = studio.run(prompts() | bypass | decoder(("bypass", 0)), ["small", 0])
    through = studio.run(prompts() | prior() | decoder(), ["small", 0])
    assert direct.shape == through.shape
    assert not np.array_equal(direct, through)


def test_the_autoregressive_prior_feeds_the_same_decoder(studio):
    nodes = prompts() | {
        "prior": ("PriorLoader", {"prior_name": "codes.safetensors"}),
        "embed": ("AutoregressivePrior", {"prior": ["prior", 0], "positive": ["text", 0], "batch_size": 2}),
    }
    assert studio.run(nodes | decoder(), ["small", 0]).shape == (2, 64, 64, 3)
    nodes["embed"] = ("DiffusionPrior", {"prior": ["prior", 0], "positive": ["text", 0]})
    assert "Autoregressive prior" in studio.run(nodes | decoder(), ["small", 0])


def test_embeddings_are_mixed_edited_and_added(studio):
    base = prompts() | prior() | {"other": ("TextEmbedAsImageEmbed", {"conditioning": ["text", 0], "length": 3.0})}
    ways = {
        "CLIPEmbedInterpolate": {"first": ["embed", 0], "second": ["other", 0]},
        "CLIPTextDifference": {"image_embed": ["embed", 0], "text": ["text", 0], "text_before": ["empty", 0]},
        "CLIPEmbedArithmetic": {"first": ["embed", 0], "second": ["other", 0], "second_weight": -0.5},
    }
    plain = studio.run(base | decoder(), ["small", 0])
    for kind, inputs in ways.items():
        changed = studio.run(base | {"changed": (kind, inputs)} | decoder(("changed", 0)), ["small", 0])
        assert not np.array_equal(changed, plain), kind


def test_guidance_without_an_empty_prompt_is_refused_in_words(studio):
    nodes = prompts() | prior()
    del nodes["embed"][1]["negative"]
    assert "empty prompt" in studio.run(nodes | decoder(), ["small", 0])


def test_karlos_own_prior_asks_for_its_statistics(studio):
    nodes = prompts() | prior()
    del nodes["prior"][1]["statistics"]
    assert "ViT-L-14_stats.th" in studio.run(nodes | decoder(), ["small", 0])


def test_an_embedding_of_another_clip_is_refused_in_words(studio):
    nodes = prompts() | prior()
    nodes["embed"] = ("CLIPEmbedBatch", {"first": ["wide", 0], "second": ["wide", 0]})
    nodes["wide"] = ("TextEmbedAsImageEmbed", {"conditioning": ["nothing", 0]})
    nodes["nothing"] = ("NoConditioning", {})
    assert "text embedding" in studio.run(nodes | decoder(), ["small", 0])


def test_both_stages_of_lucidrains_decoder_paint(studio):
    nodes = prompts() | prior() | decoder(cfg=3.0)
    nodes["decoder"] = ("UnCLIPDecoderLoader", {"decoder_name": "lucidrains.safetensors"})
    nodes |= {
        "second": ("UnCLIPDecoderLoader", {"decoder_name": "lucidrains.safetensors", "part": "stage_1"}),
        "nothing": ("NoConditioning", {}),
        "large": (
            "CascadeUpsample",
            {
                "model": ["second", 0],
                "image": ["small", 0],
                "positive": ["nothing", 0],
                "scale": 2,
                "respacing": "2",
                "noise_augmentation": 0.2,
            },
        ),
    }
    made = studio.run(nodes, ["large", 0])
    assert not isinstance(made, str), made
    assert made.shape == (1, 128, 128, 3)
    nodes["second"][1]["part"] = "stage_2"
    assert "has no part 'stage_2'; it has decoder, stage_1" in studio.run(nodes, ["large", 0])


def test_kandinsky_paints_a_latent_that_movq_decodes(studio):
    nodes = (
        prompts()
        | prior()
        | {
            "unet": ("UnCLIPDecoderLoader", {"decoder_name": "kandinsky.safetensors"}),
            "size": ("EmptyLatentImage", {"width": 64, "height": 64}),
            "latent": (
                "KandinskyDecoder",
                {
                    "model": ["unet", 0],
                    "image_embed": ["embed", 0],
                    "positive": ["text", 0],
                    "negative": ["empty", 0],
                    "latent_image": ["size", 0],
                    "steps": 2,
                },
            ),
            "movq": ("VAELoader", {"vae_name": "movq.safetensors"}),
            "picture": ("VAEDecode", {"samples": ["latent", 0], "vae": ["movq", 0]}),
        }
    )
    made = studio.run(nodes, ["picture", 0])
    assert made.shape == (1, 16, 16, 3)
    assert made.std() > 5


def test_the_best_pictures_by_clip_come_first_and_the_gap_is_told(studio):
    nodes = prompts() | prior(batch_size=3) | decoder()
    nodes |= {
        "best": (
            "CLIPRerank",
            {"images": ["small", 0], "image_embeds": ["embed", 0], "text": ["text", 0], "count": 2},
        ),
        "gap": ("ModalityGap", {"images": ["embed", 0], "texts": ["text", 0]}),
    }
    assert studio.run(nodes, ["best", 0]).shape == (2, 64, 64, 3)
    assert "gap" in studio.finished["gap"].ui["text"][0]


def test_a_picture_is_inverted_to_noise_of_its_own_size(studio):
    nodes = (
        prompts()
        | prior()
        | decoder()
        | {
            "pixels": ("PixelEncode", {"image": ["small", 0]}),
            "prompt": ("ImageEmbedConditioning", {"conditioning": ["text", 0], "image_embed": ["embed", 0]}),
            "noise": (
                "DDIMInversion",
                {"model": ["decoder", 0], "positive": ["prompt", 0], "latent_image": ["pixels", 0], "steps": 2},
            ),
            "seen": ("PixelDecode", {"samples": ["noise", 0]}),
        }
    )
    assert studio.run(nodes, ["seen", 0]).shape == (1, 64, 64, 3)


def test_degraded_pictures_are_smaller_and_worse(studio):
    nodes = {
        "plain": ("EmptyImage", {"width": 32, "height": 32, "color": 0x336699}),
        "blurred": ("DegradeGaussianBlur", {"image": ["plain", 0], "sigma": 1.0}),
        "worse": ("DegradeBSR", {"image": ["blurred", 0], "factor": 4, "seed": "3"}),
        "stored": ("DegradeJPEG", {"image": ["worse", 0], "quality": 30}),
    }
    made = studio.run(nodes, ["stored", 0])
    assert made.shape == (1, 8, 8, 3)
    assert 0 < np.abs(made.astype(int) - [0x33, 0x66, 0x99]).max() < 60
