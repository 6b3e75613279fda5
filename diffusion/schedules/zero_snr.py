"""A schedule whose last level is noise alone (Lin et al. 2023, "Common Diffusion Noise Schedules … Are Flawed")."""

from diffusion.schedules.discrete import DiscreteSchedule

# What stands in for a power of 0 at the last timestep, where σ would be infinite; the value of published code.
_LAST_POWER = 4.897_349_5e-8


def with_zero_terminal_snr(schedule: DiscreteSchedule) -> DiscreteSchedule:
    """Stretch √ᾱ so that it ends in 0 and begins as before (algorithm 1); σ_max becomes 4518.8 for Stable Diffusion."""
    kept = 1 / (1 + schedule.sigmas.double() ** 2)
    roots = kept.sqrt()
    first, last = roots[0].clone(), roots[-1].clone()
    power = ((roots - last) * (first / (first - last))) ** 2
    power[-1] = _LAST_POWER
    return DiscreteSchedule(((1 - power) / power).sqrt().float())
