"""Latent-diffusion UNets with transformers, and what is added to them."""

from building import fill, select, shapes, suffixes

from diffusion.checkpoints.keys.controlnet import controlnet_config_from_shapes, map_controlnet_keys
from diffusion.checkpoints.shapes import unet_config_from_shapes
from diffusion.networks.controlnet import ControlNet
from diffusion.networks.micro_conditioning import size_vector
from diffusion.networks.unet import UNet


def _unet(case):
    weights = case.weights("model.diffusion_model.")
    return fill(lambda: UNet(unet_config_from_shapes(shapes(weights))), weights)


def sdxl(*numbers):
    def run(case):
        network = _unet(case)
        outputs = {}
        for s in suffixes(case, "x"):
            y = size_vector(case.input("pooled" + s), *(case.input(name + s) for name in numbers))
            eps = network(case.input("x" + s), case.input("t" + s), case.input("context" + s), y)
            outputs |= {"y" + s: y, "eps" + s: eps}
        return outputs

    return run


def controlnet(case):
    network = _unet(case)
    file = case.weights("")
    weights = select(file, map_controlnet_keys(file))
    control = fill(lambda: ControlNet(*controlnet_config_from_shapes(shapes(weights))), weights)
    outputs = {}
    for s in suffixes(case, "x"):
        steering = case.input("x" + s), case.input("t" + s), case.input("context" + s)
        residuals = control(*steering[:2], control.embed_hint(case.input("hint" + s)), steering[2])
        outputs |= {f"residual_{index:02}{s}": residual for index, residual in enumerate(residuals)}
        if not s:
            outputs["eps"] = network(*steering, residuals=residuals)
            outputs["eps_scaled"] = network(*steering, residuals=[residual * 0.5 for residual in residuals])
    return outputs


UNET_FAMILIES = {
    "sdxl": sdxl("original_size", "crop", "target_size"),
    "sdxl-refiner": sdxl("original_size", "crop", "aesthetic_score"),
    "sd1-controlnet": controlnet,
}
