"""Guidance: a denoiser that asks a conditioned one several times and combines the answers."""

from collections.abc import Mapping, Sequence

from torch import Tensor

from diffusion.conditioning import Conditioning
from diffusion.denoiser import ConditionedDenoiser, Guided, NetworkDenoiser
from diffusion.guidance.entry import Entry, Predictor
from diffusion.guidance.mixing import ClassifierFree, Mixing, Unguided
from diffusion.guidance.piece import Moment, Piece
from diffusion.networks.hook import NetworkHook
from diffusion.processes.process import Process


class Guidance:
    """Predicts under several conditionings and combines them by a rule and by pieces of guidance."""

    def __init__(
        self,
        denoiser: ConditionedDenoiser,
        groups: Mapping[str, Sequence[Entry]],
        mixing: Mixing,
        *,
        process: Process | None = None,
        pieces: Sequence[Piece] = (),
        rows: int | None = None,
    ) -> None:
        """Args.

        Args:
            denoiser: of the network.
            groups: entries by the names that `mixing` needs.
            mixing: the rule.
            process: of the model; pieces need it.
            pieces: of guidance, applied in order.
            rows: of the batch that fit into one pass of the network; None for any number.
        """
        if pieces and process is None:
            raise ValueError("pieces of guidance need to know the model's process")
        self._denoiser = denoiser
        self._predict = Predictor(denoiser, groups, rows)
        self._mixing = mixing
        self._process = process
        self._pieces = [piece.begin(process) for piece in pieces] if process is not None else []

    def __call__(self, x: Tensor, sigma: float) -> Tensor:
        """Denoise x [B, C, H, W] at level σ."""
        scale = self._scale(sigma)
        return self._combined(x, sigma, self._predict(self._mixing.needed(scale), x, sigma), scale)

    def with_negative(self, x: Tensor, sigma: float) -> Guided:
        """Denoise, and tell the negative prediction, which is computed at any scale here."""
        scale = self._scale(sigma)
        names = self._mixing.needed(scale)
        wanted = names if isinstance(self._mixing, Unguided) or "negative" in names else (*names, "negative")
        predictions = self._predict(wanted, x, sigma)
        denoised = self._combined(x, sigma, predictions, scale)
        return Guided(denoised, predictions.get("negative", denoised))

    def _scale(self, sigma: float) -> float:
        scale = self._mixing.scale
        for piece in self._pieces:
            scale = piece.scale(scale, sigma)
        return scale

    def _combined(self, x: Tensor, sigma: float, predictions: Mapping[str, Tensor], scale: float) -> Tensor:
        if self._process is None or not self._pieces:
            return self._mixing.mix(predictions, scale)

        def ask(hook: NetworkHook) -> Tensor:
            if not isinstance(self._denoiser, NetworkDenoiser):
                raise ValueError("this guidance changes the network, and there is none to change")
            return self._predict(["positive"], x, sigma, self._denoiser.hooked(hook))["positive"]

        moment = Moment(x, sigma, predictions, scale, self._process, ask)
        guided: Tensor | None = None
        if "negative" in predictions:
            for piece in self._pieces:
                combined = piece.combine(moment)
                guided = combined if combined is not None else guided
        if guided is None:
            guided = self._mixing.mix(predictions, scale)
        for piece in self._pieces:
            guided = piece.finish(moment, guided)
        return guided


class ClassifierFreeGuidance(Guidance):
    """Guidance by one positive and one negative conditioning (Ho & Salimans 2022).

    Both come from one forward pass of twice the batch where their lengths allow it; at scale 1 the negative has no
    weight and is not computed.
    """

    def __init__(
        self, denoiser: ConditionedDenoiser, positive: Conditioning, negative: Conditioning | None, scale: float
    ) -> None:
        groups = {"positive": [Entry(positive)]}
        if negative is None:
            super().__init__(denoiser, groups, Unguided())
        else:
            super().__init__(denoiser, groups | {"negative": [Entry(negative)]}, ClassifierFree(scale))
