"""Pixel models, cascades, classifiers and latent diffusion's own models through nodes, on small random files."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Metaspace

from diffusion.networks.adm import AdmConfig, AdmUNet
from diffusion.networks.attention_block import TextAttention
from diffusion.networks.autoencoder import AutoencoderConfig
from diffusion.networks.bert import BertConfig, BertEncoder
from diffusion.networks.classifier import NoisyClassifier
from diffusion.networks.conditioners import ClassEmbedder, SpatialRescaler
from diffusion.networks.deepfloyd import DeepFloydTextConfig, DeepFloydUNet
from diffusion.networks.efficient_unet import EfficientUNet, EfficientUNetConfig
from diffusion.networks.glide import GlideTextConfig, GlideUNet
from diffusion.networks.residual import ResidualStyle
from diffusion.networks.t5 import T5Config, T5Encoder
from diffusion.networks.unet import UNet, UNetConfig
from diffusion.networks.vq import AutoencoderVQ, VQConfig
from diffusion.text.tokenizer import byte_alphabet
from graph_engine.document.run_form import graph_from_json
from graph_engine.memory.torch_backend import device_memory
from graph_engine.run.build import build_surroundings
from graph_engine.run.events import JobFinished, NodeFinished
from graph_engine.run.executor import RunRequest
from graph_engine.run.in_process import InProcessRunner
from nodes.registry import build

STYLE = ResidualStyle(scale_shift=True)
TEXT = TextAttention(32)


def adm(inputs=3, outputs=6, levels=2, classes=0, text=None, style=STYLE):
    widths = (32,) * (levels - 1) + (64,)
    return AdmConfig(
        inputs, outputs, 32, 64, widths, (1,) * levels, (levels - 1,), style=style, text=text, classes=classes
    )


@pytest.fixture
def house(folders, tmp_path):
    return House(folders, tmp_path / "models")


class House:
    def __init__(self, folders, models):
        self.folders, self.models = folders, models
        (models / "checkpoints").mkdir(parents=True, exist_ok=True)
        self.registry = build()
        self.runner = InProcessRunner(build_surroundings(self.registry, folders, device_memory("cpu")))

    def put(self, name, network, prefix="", **more):
        torch.manual_seed(0)
        state = {prefix + key: torch.randn_like(value) * 0.1 for key, value in network.state_dict().items()}
        state |= more
        save_file({key: value.contiguous() for key, value in state.items()}, self.models / "checkpoints" / name)

    def filled(self, kind, inputs):
        """A node with its widgets' defaults, as the page would send it."""
        widgets = {i.name: i.widget.default for i in self.registry.get(kind).spec.inputs if i.widget is not None}
        usual = {name: value for name, value in widgets.items() if value is not None}
        return {"class_type": kind, "inputs": usual | inputs}

    def run(self, nodes, last):
        graph = {name: self.filled(kind, inputs) for name, (kind, inputs) in nodes.items()}
        graph["save"] = {"class_type": "SaveImage", "inputs": {"images": last, "filename_prefix": "p"}}
        events = []
        self.runner.run(RunRequest(job_id="job", graph=graph_from_json(graph)[0]), events.append)
        assert isinstance(events[-1], JobFinished)
        self.problems = events[-1].problems
        if events[-1].outcome != "succeeded":
            return None
        shown = next(e.ui["images"] for e in events if isinstance(e, NodeFinished) and e.node == "save")
        files = [self.folders.output / entry["filename"] for entry in shown]
        return np.stack([np.asarray(Image.open(file).convert("RGB")) for file in files])


def sampler(**inputs):
    return "PixelSampler", {
        "model": ["m", 0],
        "seed": 1,
        "respacing": "4",
        "cfg": 1.0,
        "latent_image": ["l", 0],
        **inputs,
    }


def start(side=16, batch=1):
    return "EmptyPixelImage", {"width": side, "height": side, "batch_size": batch}


def test_guided_diffusion_paints_a_class_and_a_classifier_changes_it(house):
    house.put("adm.safetensors", AdmUNet(adm(classes=10)))
    house.put("classifier.safetensors", NoisyClassifier(adm(outputs=10), 8))
    nodes = {
        "m": ("PixelModelLoader", {"model_name": "adm.safetensors"}),
        "c": ("ClassLabel", {"class_id": "3"}),
        "l": start(),
        "s": sampler(positive=["c", 0]),
        "d": ("PixelDecode", {"samples": ["s", 0]}),
    }
    plain = house.run(nodes, ["d", 0])
    assert plain.shape == (1, 16, 16, 3)
    nodes |= {
        "k": ("ClassifierLoader", {"classifier_name": "classifier.safetensors"}),
        "g": ("ClassifierGuidance", {"model": ["m", 0], "classifier": ["k", 0], "class_id": "3", "scale": 40.0}),
        "s": sampler(positive=["c", 0], model=["g", 0]),
    }
    guided = house.run(nodes, ["d", 0])
    assert guided is not None, house.problems
    assert not np.array_equal(guided, plain)


def test_the_plain_sampler_paints_pixels_too(house):
    house.put("adm.safetensors", AdmUNet(adm()))
    nodes = {
        "m": ("PixelModelLoader", {"model_name": "adm.safetensors"}),
        "c": ("NoConditioning", {}),
        "l": start(),
        "s": ("KSampler", {
            "model": ["m", 0], "seed": 1, "steps": 2, "cfg": 1.0, "sampler_name": "euler", "scheduler": "normal",
            "positive": ["c", 0], "negative": ["c", 0], "latent_image": ["l", 0], "denoise": 1.0,
        }),
        "d": ("PixelDecode", {"samples": ["s", 0]}),
    }  # fmt: skip
    assert house.run(nodes, ["d", 0]) is not None, house.problems


def test_the_plain_sampler_can_be_guided_by_a_classifier(house):
    house.put("adm.safetensors", AdmUNet(adm()))
    house.put("classifier.safetensors", NoisyClassifier(adm(outputs=10), 8))

    def paint(model):
        nodes = {
            "m": ("PixelModelLoader", {"model_name": "adm.safetensors"}),
            "k": ("ClassifierLoader", {"classifier_name": "classifier.safetensors"}),
            "g": ("ClassifierGuidance", {"model": ["m", 0], "classifier": ["k", 0], "class_id": "3", "scale": 40.0}),
            "c": ("NoConditioning", {}),
            "i": ("EmptyImage", {"width": 16, "height": 16, "color": 0x808080}),
            "l": ("PixelEncode", {"image": ["i", 0]}),
            # From a picture and with little noise: random networks send pure noise out of range, where all is alike.
            "s": ("KSampler", {"model": model, "seed": 1, "steps": 2, "cfg": 1.0, "positive": ["c", 0],
                               "negative": ["c", 0], "latent_image": ["l", 0], "denoise": 0.2}),
            "d": ("PixelDecode", {"samples": ["s", 0]}),
        }  # fmt: skip
        return house.run(nodes, ["d", 0])

    plain, guided = paint(["m", 0]), paint(["g", 0])
    assert guided is not None, house.problems
    assert not np.array_equal(guided, plain)


def test_a_class_beyond_the_models_is_a_sentence(house):
    house.put("classifier.safetensors", NoisyClassifier(adm(outputs=10), 8))
    house.put("adm.safetensors", AdmUNet(adm(classes=10)))
    nodes = {
        "m": ("PixelModelLoader", {"model_name": "adm.safetensors"}),
        "k": ("ClassifierLoader", {"classifier_name": "classifier.safetensors"}),
        "g": ("ClassifierGuidance", {"model": ["m", 0], "classifier": ["k", 0], "class_id": "12"}),
        "c": ("NoConditioning", {}),
        "l": start(),
        "s": sampler(positive=["c", 0], model=["g", 0]),
        "d": ("PixelDecode", {"samples": ["s", 0]}),
    }
    assert house.run(nodes, ["d", 0]) is None
    assert "go from 0 to 9" in str(house.problems)


def glide_file(house, name, inputs):
    config = adm(inputs=inputs, text=TextAttention(64))
    house.put(name, GlideUNet(config, GlideTextConfig(width=64, layers=1, heads=1, vocabulary=300, positions=8)))


def put_gpt2(house):
    folder = house.models / "text_encoders" / "gpt2"
    folder.mkdir(parents=True)
    tokens = [*byte_alphabet(), "ca", "cat", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({token: n for n, token in enumerate(tokens)}), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\nc a\nca t\n", encoding="utf-8")


def test_glide_paints_and_enlarges(house):
    glide_file(house, "base.safetensors", 3)
    glide_file(house, "up.safetensors", 6)
    put_gpt2(house)
    nodes = {
        "m": ("PixelModelLoader", {"model_name": "base.safetensors"}),
        "p": ("GLIDETextEncode", {"model": ["m", 0], "text": "a cat"}),
        "n": ("GLIDETextEncode", {"model": ["m", 0], "text": ""}),
        "l": start(),
        "s": sampler(positive=["p", 0], negative=["n", 0], cfg=3.0),
        "d": ("PixelDecode", {"samples": ["s", 0]}),
        "u": ("PixelModelLoader", {"model_name": "up.safetensors"}),
        "q": ("GLIDETextEncode", {"model": ["u", 0], "text": "a cat"}),
        "e": ("CascadeUpsample", {"model": ["u", 0], "image": ["d", 0], "positive": ["q", 0], "respacing": "3"}),
    }
    assert house.run(nodes, ["e", 0]).shape == (1, 64, 64, 3)


def test_an_upsampler_keeps_what_the_mask_does_not_mark(house):
    glide_file(house, "up.safetensors", 10)
    put_gpt2(house)
    nodes = {
        "u": ("PixelModelLoader", {"model_name": "up.safetensors"}),
        "q": ("GLIDETextEncode", {"model": ["u", 0], "text": "a cat"}),
        "i": ("EmptyImage", {"width": 8, "height": 8}),
        "b": ("EmptyImage", {"width": 32, "height": 32, "color": 0x336699}),
        "k": ("SolidMask", {"value": 0.0, "width": 32, "height": 32}),
        "e": ("CascadeUpsample", {"model": ["u", 0], "image": ["i", 0], "positive": ["q", 0], "respacing": "2",
                                  "keep": ["b", 0], "mask": ["k", 0]}),
    }  # fmt: skip
    made = house.run(nodes, ["e", 0])
    assert made is not None, house.problems
    assert (made == np.array([0x33, 0x66, 0x99])).all()


def test_glide_without_its_tokenizer_says_which_files_belong_where(house):
    glide_file(house, "base.safetensors", 3)
    nodes = {
        "m": ("PixelModelLoader", {"model_name": "base.safetensors"}),
        "p": ("GLIDETextEncode", {"model": ["m", 0], "text": "a cat"}),
        "l": start(),
        "s": sampler(positive=["p", 0]),
        "d": ("PixelDecode", {"samples": ["s", 0]}),
    }
    assert house.run(nodes, ["d", 0]) is None
    assert "vocab.json and merges.txt" in str(house.problems)


def test_an_upsampler_of_ones_own_enlarges_without_words(house):
    config = EfficientUNetConfig(level_channels=(32, 64), res_blocks=(1, 1), self_attention=(), text_attention=())
    house.put("own.safetensors", EfficientUNet(config))
    nodes = {
        "u": ("PixelModelLoader", {"model_name": "own.safetensors"}),
        "c": ("NoConditioning", {}),
        "e": ("CascadeUpsample", {"model": ["u", 0], "image": ["i", 0], "positive": ["c", 0], "respacing": "3"}),
        "i": PICTURE,
    }
    made = house.run(nodes, ["e", 0])
    assert made is not None, house.problems
    assert made.shape == (1, 64, 64, 3)


def test_a_painting_stage_does_not_enlarge(house):
    house.put("adm.safetensors", AdmUNet(adm()))
    nodes = {
        "m": ("PixelModelLoader", {"model_name": "adm.safetensors"}),
        "i": ("EmptyImage", {"width": 8, "height": 8}),
        "c": ("NoConditioning", {}),
        "e": ("CascadeUpsample", {"model": ["m", 0], "image": ["i", 0], "positive": ["c", 0]}),
    }
    assert house.run(nodes, ["e", 0]) is None
    assert "does not enlarge pictures" in str(house.problems)


def test_a_mask_repaints_only_where_it_is_one(house):
    if house.registry.get("SetLatentNoiseMask") is None:
        pytest.skip("the node that puts a mask on a latent is not here yet")
    house.put("adm.safetensors", AdmUNet(adm()))
    nodes = {
        "m": ("PixelModelLoader", {"model_name": "adm.safetensors"}),
        "i": ("EmptyImage", {"width": 16, "height": 16, "color": 0x336699}),
        "x": ("PixelEncode", {"image": ["i", 0]}),
        "k": ("SolidMask", {"value": 0.0, "width": 16, "height": 16}),
        "l": ("SetLatentNoiseMask", {"samples": ["x", 0], "mask": ["k", 0]}),
        "c": ("NoConditioning", {}),
        "s": sampler(positive=["c", 0]),
        "d": ("PixelDecode", {"samples": ["s", 0]}),
    }
    made = house.run(nodes, ["d", 0])
    assert made is not None, house.problems
    assert (made == np.array([0x33, 0x66, 0x99])).all()


BODY = AutoencoderConfig(
    base_channels=32, level_channels=(32, 32, 32), res_blocks=1, latent_channels=3, embedding_channels=3
)


def put_latent(house, unet, **conditioner):
    """A whole checkpoint of latent diffusion with a VQ autoencoder."""
    torch.manual_seed(0)
    first = AutoencoderVQ(VQConfig(BODY, codes=16, code_width=3)).state_dict()
    more = {f"first_stage_model.{key}": value * 0.3 for key, value in first.items()}
    more |= {f"cond_stage_model.{key}": value for key, value in conditioner.items()}
    house.put("ldm.safetensors", unet, "model.diffusion_model.", **more)


def tokens_unet(depth=1):
    config = UNetConfig(
        in_channels=3, out_channels=3, model_channels=32, level_channels=(32, 64), res_blocks=(1, 1),
        transformer_depth=(0, depth), middle_depth=1, context_width=512, heads=1 if depth == 1 else None,
        head_width=None if depth == 1 else 32,
    )  # fmt: skip
    return UNet(config)


def joined_unet(inputs, *, attends):
    levels = (1,) if attends else ()
    return AdmUNet(AdmConfig(inputs, 3, 32, 128, (32, 64), (1, 1), levels, head_width=32, resample_in_blocks=False))


PICTURE = ("EmptyImage", {"width": 16, "height": 16, "color": 0x050607})
EMPTY = ("EmptyPixelImage", {"width": 16, "height": 16})


def put_upscaler(house):
    put_latent(house, joined_unet(6, attends=True))
    return {"i": PICTURE, "c": ("LDMUpscaleConditioning", {"image": ["i", 0]}), "l": EMPTY}


def put_classes(house):
    put_latent(house, tokens_unet(), **ClassEmbedder(11, 512).state_dict())
    return {"c": ("ClassEmbed", {"conditioner": ["m", 1], "class_id": "10"}), "l": EMPTY}


def put_layout(house):
    bert = BertEncoder(BertConfig(width=512, layers=1, heads=1, vocabulary=100, positions=92))
    state = {f"transformer.{key}": value for key, value in bert.state_dict().items()}
    put_latent(house, tokens_unet(depth=3), **state)
    return {"c": ("LayoutTokens", {"conditioner": ["m", 1], "boxes": "[[3, 0, 0, 0.5, 1]]"}), "l": EMPTY}


def put_semantic(house):
    put_latent(house, joined_unet(6, attends=False), **SpatialRescaler(8, 3).state_dict())
    labels = ("EmptyImage", {"width": 64, "height": 64, "color": 0x050000})
    return {"i": labels, "c": ("SemanticMap", {"conditioner": ["m", 1], "labels": ["i", 0]}), "l": EMPTY}


def put_inpainting(house):
    put_latent(house, joined_unet(7, attends=True))
    hole = ("LDMInpaintConditioning", {"vae": ["m", 2], "pixels": ["i", 0], "mask": ["k", 0]})
    large = ("EmptyImage", {"width": 64, "height": 64, "color": 0x336699})
    return {"i": large, "k": ("SolidMask", {"value": 1.0, "width": 64, "height": 64}), "c": hole, "l": EMPTY}


@pytest.mark.parametrize("put", [put_upscaler, put_classes, put_layout, put_semantic, put_inpainting])
def test_latent_diffusion_paints_by_everything_its_authors_steered_it_with(house, put):
    nodes = put(house) | {
        "m": ("LatentDiffusionLoader", {"ckpt_name": "ldm.safetensors"}),
        "s": sampler(positive=["c", 0], walk="ddim", threshold="none"),
        "d": ("VAEDecode", {"samples": ["s", 0], "vae": ["m", 2]}),
    }
    made = house.run(nodes, ["d", 0])
    assert made is not None, house.problems
    assert made.shape == (1, 64, 64, 3)


def test_a_conditioner_of_another_kind_is_named(house):
    nodes = put_classes(house) | {
        "m": ("LatentDiffusionLoader", {"ckpt_name": "ldm.safetensors"}),
        "c": ("LayoutTokens", {"conditioner": ["m", 1]}),
        "s": sampler(positive=["c", 0]),
        "d": ("VAEDecode", {"samples": ["s", 0], "vae": ["m", 2]}),
    }
    assert house.run(nodes, ["d", 0]) is None
    assert "reads class numbers, not boxes" in str(house.problems)


def put_deepfloyd(house, name="if.safetensors", **changes):
    style = ResidualStyle(scale_shift=True, activation="gelu")
    config = adm(text=TextAttention(32, normalise=True), style=style, **changes)
    house.put(name, DeepFloydUNet(config, DeepFloydTextConfig(t5_width=64, width=32, augmented=changes != {})))


def put_t5(house):
    folder = house.models / "text_encoders"
    folder.mkdir(parents=True, exist_ok=True)
    t5 = T5Encoder(T5Config(width=64, mlp_width=64, layers=1, heads=2, head_width=32, vocabulary=40))
    save_file({key: value.clone() for key, value in t5.state_dict().items()}, folder / "t5.safetensors")
    words = ["<pad>", "</s>", "<unk>", "\u2581a", "\u2581red", "\u2581cat"]
    engine = Tokenizer(Unigram([(word, -1.0) for word in words], unk_id=2))
    engine.pre_tokenizer = Metaspace()
    engine.save(str(folder / "t5.tokenizer.json"))


def test_deepfloyd_paints_and_enlarges_by_words_through_t5(house):
    put_deepfloyd(house)
    put_deepfloyd(house, "if2.safetensors", inputs=6)
    put_t5(house)
    nodes = {
        "t": ("CLIPLoader", {"clip_name": "t5.safetensors", "type": "t5"}),
        "p": ("IFTextEncode", {"clip": ["t", 0], "text": "A red CAT"}),
        "n": ("IFTextEncode", {"clip": ["t", 0], "text": ""}),
        "m": ("PixelModelLoader", {"model_name": "if.safetensors"}),
        "l": start(),
        "s": sampler(positive=["p", 0], negative=["n", 0], cfg=7.0),
        "d": ("PixelDecode", {"samples": ["s", 0]}),
        "u": ("PixelModelLoader", {"model_name": "if2.safetensors"}),
        "e": ("CascadeUpsample", {"model": ["u", 0], "image": ["d", 0], "positive": ["p", 0], "negative": ["n", 0],
                                  "respacing": "3", "scale": 2}),
    }  # fmt: skip
    made = house.run(nodes, ["e", 0])
    assert made is not None, house.problems
    assert made.shape == (1, 32, 32, 3)


def test_deepfloyd_refuses_what_is_not_from_t5(house):
    put_deepfloyd(house, "if2.safetensors", inputs=6)
    nodes = {
        "m": ("PixelModelLoader", {"model_name": "if2.safetensors"}),
        "i": ("EmptyImage", {"width": 16, "height": 16, "color": 0x336699}),
        "c": ("NoConditioning", {}),
        "e": ("CascadeUpsample", {"model": ["m", 0], "image": ["i", 0], "positive": ["c", 0], "respacing": "3"}),
    }
    assert house.run(nodes, ["e", 0]) is None
    assert "reads T5's features, 64 wide" in str(house.problems)
