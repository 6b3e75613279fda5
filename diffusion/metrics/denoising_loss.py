"""The loss that denoising networks are trained with, told from the clean picture that a network predicts."""

import torch
from torch import Tensor

from diffusion.checkpoints.record import Prediction


def denoising_loss(
    predicted: Tensor,
    clean: Tensor,
    sigma: float,
    prediction: Prediction,
    *,
    data_deviation: float = 1.0,
    most_snr: float | None = None,
) -> Tensor:
    """Return the mean squared error of each picture in the quantity its network predicts.

    With x = x0 + σ·ε an error e of x̂0 is an error e/σ of ε (Ho et al. 2020, equation 14) and e·√(1+σ²)/σ of the
    velocity (Salimans & Ho 2022), which is Karras et al. 2022's output for data of another deviation than 1; along a
    flow, an error e/σ of its velocity (Esser et al. 2024).

    Args:
        predicted, clean: x̂0 and x0, [B, ...].
        sigma: the level, above 0.
        prediction: what the network predicts.
        data_deviation: σ_d, for "v" and "edm".
        most_snr: γ of min-SNR weighting (Hang et al. 2023, section 3.4): the error of x̂0 times min(1/σ², γ), whatever
            is predicted; None weighs as training plainly does.

    Returns:
        [B] float64.

    Raises:
        ValueError: a level that is not above 0, or min-SNR weighting of a flow, for which it is not defined.
    """
    if sigma <= 0:
        raise ValueError("Without noise there is nothing to predict: use levels above 0.")
    error = (predicted.double() - clean.double()).square().flatten(1).mean(dim=1)
    if most_snr is not None:
        if prediction == "flow":
            raise ValueError("Min-SNR weighting is for models with x0 + σ·noise; set min_snr to 0 for a flow.")
        return error * min(1 / sigma**2, most_snr)
    preconditioned = 1 / data_deviation**2 + 1 / sigma**2
    weights: dict[Prediction, float] = {"x0": 1.0, "v": preconditioned, "edm": preconditioned}
    return error * weights.get(prediction, 1 / sigma**2)


def contrastive_loss(cosines: Tensor, temperature: float = 0.01) -> float:
    """Return CLIP's training loss of a square table of cosines [N, N], pictures by texts (Radford et al. 2021, §2.3).

    Each picture shall find its text among all, and each text its picture; what belongs together is on the diagonal.
    """
    logits = cosines.double() / temperature
    own = torch.arange(len(logits), device=logits.device)
    by_picture = torch.nn.functional.cross_entropy(logits, own)
    return ((by_picture + torch.nn.functional.cross_entropy(logits.T, own)) / 2).item()
