"""Stopping networks between blocks."""

import threading

import pytest
import torch

from diffusion.networks.autoencoder import AutoencoderConfig, AutoencoderKL
from diffusion.networks.clip import ClipText, ClipTextConfig
from diffusion.networks.interrupt import interruptible, pause_point


def raising() -> None:
    raise InterruptedError


def test_without_a_hook_nothing_happens():
    pause_point()


def test_an_autoencoder_can_be_stopped_both_ways():
    network = AutoencoderKL(AutoencoderConfig(base_channels=32, level_channels=(32, 32), res_blocks=1))
    with interruptible(raising), torch.inference_mode():
        with pytest.raises(InterruptedError):
            network.encode(torch.zeros(1, 3, 8, 8))
        with pytest.raises(InterruptedError):
            network.decode(torch.zeros(1, 4, 4, 4))


def test_a_text_encoder_can_be_stopped_between_layers():
    network = ClipText(ClipTextConfig(width=32, mlp_width=32, layers=3, heads=2, vocabulary=10))
    calls = []
    with interruptible(lambda: calls.append(None)), torch.inference_mode():
        network(torch.zeros(1, 4, dtype=torch.long))
    assert len(calls) == 3


def test_hooks_nest_and_are_restored_when_one_raises():
    outer = []
    with interruptible(lambda: outer.append(None)):
        with pytest.raises(InterruptedError), interruptible(raising):
            pause_point()
        pause_point()
    pause_point()
    assert len(outer) == 1


def test_a_hook_is_not_seen_by_other_threads():
    seen = []
    with interruptible(lambda: seen.append(None)):
        thread = threading.Thread(target=pause_point)
        thread.start()
        thread.join()
    assert seen == []
