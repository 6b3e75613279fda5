"""How the authors of pixel models ran them: what "auto" stands for."""

from diffusion.checkpoints.record import ModelRecord
from diffusion.pixel_run import PixelSettings

_UPSAMPLERS = ("low_res", "low_res_inpaint")
# DeepFloyd IF: respacing of each stage, by the side of its pictures.
_DEEPFLOYD = {64: "smart100", 256: "smart50", 1024: "super40"}


def usual_settings(record: ModelRecord) -> PixelSettings:
    """Return the settings that a pixel model's authors recommend.

    Sources: the pipelines of DeepFloyd IF (2023) and Kandinsky 2 (2023), the notebooks of GLIDE (Nichol et al. 2021),
    the README of guided diffusion (Dhariwal & Nichol 2021).
    """
    upsampler = record.joined in _UPSAMPLERS
    guidance = record.guidance or 1.0
    if record.family == "deepfloyd":
        respacing = _DEEPFLOYD.get(record.resolution[0], "smart50")
        largest = 1.0 if upsampler else 1.5
        return PixelSettings(respacing, guidance=guidance, threshold="dynamic", share=0.95, largest=largest)
    if record.family == "glide" and upsampler:
        return PixelSettings("fast27", guidance=guidance, temperature=0.997)
    if record.family == "kandinsky":
        return PixelSettings(str(record.steps or 50), guidance=guidance, threshold="dynamic", share=0.995, largest=2.0)
    if record.latent.factor > 1:
        # Values of a latent know no range.
        return PixelSettings(str(min(record.steps or 100, record.noise.steps)), guidance=guidance, threshold="none")
    return PixelSettings(str(min(record.steps or 100, record.noise.steps)), guidance=guidance)
