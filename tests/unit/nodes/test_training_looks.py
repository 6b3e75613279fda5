"""The starter model's schedule, training levels and loss."""

import pytest
import torch

from nodes.training_looks import prior_add_noise
from tests.unit.nodes.house import LOADER, House


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("house"))


def schedule(house: House, **patch: object) -> str:
    nodes: dict = {"1": LOADER, "3": {"class_type": "NoiseSchedule", "inputs": {"model": ["1", 0]}}}
    if patch:
        nodes["2"] = {"class_type": "ModelSamplingDiscrete", "inputs": {"model": ["1", 0], "sampling": "eps", **patch}}
        nodes["3"]["inputs"]["model"] = ["2", 0]
    assert house.run(nodes).outcome == "succeeded"
    return house.told("3")[0]


def test_stable_diffusions_schedule_leaves_signal_and_the_rescaled_one_hardly_any(house: House) -> None:
    # √ᾱ_T = 0.068 (Lin et al. 2023, section 2).
    assert "signal left 0.06826" in schedule(house)
    assert "σ 0.02917 … 14.615" in schedule(house)
    assert "0.0002213" in schedule(house, zsnr=True)


def loss(house: House, text: str, **inputs: object) -> float:
    nodes = house.graph(text) | {
        "10": {"class_type": "VAEEncode", "inputs": {"pixels": ["8", 0], "vae": ["1", 2]}},
        "11": {"class_type": "TimestepSampler", "inputs": {
            "model": ["1", 0], "density": "logit-normal", "count": 4, "mean": 0.0, "spread": 1.0, "seed": 3}},
        "12": {"class_type": "TrainStepLoss", "inputs": {
            "model": ["1", 0], "positive": ["4", 0], "latent_image": ["10", 0], "sigmas": ["11", 0], "seed": 1,
            "min_snr": 0.0, **inputs}},
    }  # fmt: skip
    nodes["7"]["inputs"]["steps"] = 4
    done = house.run(nodes)
    assert done.outcome == "succeeded", done.problems
    assert len(house.told("12")) == 5
    return float(house.told("12")[0].removeprefix("Loss "))


def test_a_trained_model_predicts_the_noise_better_than_nothing_does(house: House) -> None:
    plain = loss(house, "a red circle on a white background")
    # Predicting no noise at all has a loss of one, the variance of the noise.
    assert 0 < plain < 0.5
    assert loss(house, "a red circle on a white background", min_snr=0.5) < plain


def test_levels_of_zero_alone_are_refused_in_words(house: House) -> None:
    nodes = house.graph("a red circle") | {
        "11": {"class_type": "ManualSigmas", "inputs": {"sigmas": "0, 0"}},
        "12": {"class_type": "TrainStepLoss", "inputs": {
            "model": ["1", 0], "positive": ["4", 0], "latent_image": ["6", 0], "sigmas": ["11", 0], "seed": 1,
            "min_snr": 0.0}},
    }  # fmt: skip
    done = house.run(nodes)
    assert done.outcome == "failed"
    assert "no noise to predict" in str(done.problems)


def test_noise_on_an_embedding_keeps_its_spread_and_each_row_the_noise_it_has_alone() -> None:
    embed = torch.randn(2, 4096, generator=torch.Generator().manual_seed(0)) * torch.tensor([[0.3], [2.0]])
    noisy = prior_add_noise(image_embed=embed, timestep=600, seed=7)
    torch.testing.assert_close(noisy.std(dim=1), embed.std(dim=1), rtol=0.05, atol=0)
    torch.testing.assert_close(noisy[1:], prior_add_noise(image_embed=embed[1:], timestep=600, seed=8))
    # Seeds apart from that of the embeddings themselves, whose noise would be the same.
    same = torch.nn.functional.cosine_similarity(prior_add_noise(image_embed=embed, timestep=0, seed=9), embed)
    gone = torch.nn.functional.cosine_similarity(prior_add_noise(image_embed=embed, timestep=999, seed=9), embed)
    assert same.min() > 0.99
    assert gone.abs().max() < 0.1
