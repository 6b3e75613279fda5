"""How much of a step an ancestral sampler takes back as fresh noise."""


def ancestral_levels(sigma: float, sigma_next: float, eta: float = 1.0) -> tuple[float, float]:
    """Split the step to `sigma_next` into (level to denoise to, deviation of the noise to add).

    The squares add up to `sigma_next`²; eta 0 adds no noise, eta 1 is the posterior of DDPM (Song et al. 2020, eq. 16).
    """
    if eta == 0 or sigma_next == 0:
        return sigma_next, 0.0
    up = min(sigma_next, eta * (sigma_next**2 * (sigma**2 - sigma_next**2) / sigma**2) ** 0.5)
    return (sigma_next**2 - up**2) ** 0.5, up
