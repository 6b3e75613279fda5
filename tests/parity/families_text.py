"""Text encoders."""

from building import fill, select, shapes, suffixes

from diffusion.checkpoints.keys.clip import (
    OPEN_CLIP_SD2,
    OPEN_CLIP_SDXL,
    TRANSFORMERS_SD3_G,
    map_clip_keys,
    map_open_clip_keys,
    open_clip_text_config_from_shapes,
)
from diffusion.checkpoints.keys.t5 import map_t5_keys, t5_config_from_shapes
from diffusion.checkpoints.shapes import clip_text_config_from_shapes
from diffusion.networks.clip_projection import ClipTextWithProjection
from diffusion.networks.open_clip import OpenClipText
from diffusion.networks.t5 import T5Encoder
from diffusion.text.clip import encode_ids, pool_at_end


def _states(network, case, end, **pooled_outputs):
    outputs = {}
    for suffix in suffixes(case, "tokens"):
        ids = case.input("tokens" + suffix)
        states = network(ids)
        outputs |= {
            "last" + suffix: states.last,
            "penultimate" + suffix: states.hidden[-2],
            "penultimate_normed" + suffix: encode_ids(network, ids, end_id=end, clip_skip=2).sequence,
        }
        pooled = pool_at_end(states.last, ids, end)
        outputs |= {name + suffix: function(pooled) for name, function in pooled_outputs.items()}
    return outputs


def open_clip(prefix):
    def run(case):
        weights = case.weights("")
        part = select(weights, map_open_clip_keys(weights, prefix))
        network = fill(lambda: OpenClipText(open_clip_text_config_from_shapes(shapes(part))), part)
        # OpenCLIP pools at the highest id of its vocabulary.
        return _states(network, case, network.config.vocabulary - 1, pooled=network.project)

    return run


def clip_with_projection(case):
    weights = case.weights("")
    part = select(weights, map_clip_keys(weights, TRANSFORMERS_SD3_G))
    bare = {name.removeprefix("transformer."): tensor for name, tensor in part.items()}
    config = clip_text_config_from_shapes(shapes(bare), activation=case.facts["config"]["hidden_act"])
    projection = part["text_projection.weight"].shape[0]
    network = fill(lambda: ClipTextWithProjection(config, projection), part)
    return _states(network, case, case.facts["config"]["eos_token_id"], projected=network.project)


def t5(case):
    weights = case.weights("")
    part = select(weights, map_t5_keys(weights))
    network = fill(lambda: T5Encoder(t5_config_from_shapes(shapes(part))), part)
    return {
        "out": network(case.input("tokens"), case.input("mask")),
        "out_nomask": network(case.input("tokens")),
        "out_b": network(case.input("tokens_b")),
    }


TEXT_FAMILIES = {
    "sd2-openclip-h": open_clip(OPEN_CLIP_SD2),
    "sdxl-openclip-g": open_clip(OPEN_CLIP_SDXL),
    "sd3-clip-g": clip_with_projection,
    "t5-encoder": t5,
}
