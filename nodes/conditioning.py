"""From words to what steers a denoiser."""

from typing import Annotated

from diffusion.networks.interrupt import interruptible
from diffusion.text.clip import encode_prompts
from graph_engine.spec.sdk import Multiline, NodeContext, Placeholder, node
from nodes.sockets import Clip, Conditioning


@node(id="CLIPTextEncode", title="Prompt", category="conditioning", aliases=("text", "words", "encode"))
def clip_text_encode(
    ctx: NodeContext, *, text: Annotated[str, Multiline(), Placeholder("Describe the picture")] = "", clip: Clip
) -> Conditioning:
    """Encodes a prompt with CLIP's text encoder (Radford et al. 2021), one vector a token.

    Text beyond the encoder's length (77 tokens) is left out.
    """
    with ctx.memory.lease(clip.weighted) as network, interruptible(ctx.check_cancelled):
        features = encode_prompts(network, clip.tokenizer, [text])
    return [(features.sequence, {"pooled_output": features.pooled})]
