"""Where the shipped starter models lie."""

from pathlib import Path

MODELS = Path(__file__).resolve().parent.parent / "models"
SD = MODELS / "checkpoints" / "starter-sd.safetensors"
SD_INPAINT = MODELS / "diffusion_models" / "starter-sd-inpaint.safetensors"
UNCLIP_DECODER = MODELS / "diffusion_models" / "starter-unclip-decoder.safetensors"
IMAGEN_BASE = MODELS / "diffusion_models" / "starter-imagen.safetensors"
CLIP = MODELS / "clip_vision" / "starter-clip.safetensors"
T5 = MODELS / "text_encoders" / "starter-t5.safetensors"
CLIP_TEXT = MODELS / "text_encoders" / "starter-clip.safetensors"
"""The text encoder that `SD` names as its companion, with its projection into the space of `CLIP`."""
PRIOR = MODELS / "priors" / "starter-prior.safetensors"
AR_PRIOR = MODELS / "priors" / "starter-ar-prior.safetensors"
UPSAMPLER_256_UNCLIP = MODELS / "diffusion_models" / "starter-upsampler-256-unclip.safetensors"
UPSAMPLER_256_IMAGEN = MODELS / "diffusion_models" / "starter-upsampler-256-imagen.safetensors"
UPSAMPLER_1024 = MODELS / "diffusion_models" / "starter-upsampler-1024.safetensors"
