"""What the error of each cell weighs."""

from training.stages.care import care_of
from training.world.pool import draw_scenes
from training.world.wide import draw_wide


def test_cells_of_small_things_weigh_most_and_all_weigh_one_on_the_mean() -> None:
    for scene in draw_scenes(30, 1, held_out=False) + draw_wide(60, 1, held_out=False):
        care = care_of(scene)
        assert care.shape == (1, 16, 16) and abs(care.mean().item() - 1) < 1e-5
        assert care.max() > care.min()
    small = next(
        s for s in draw_scenes(200, 1, held_out=False) if {i.thing.size for i in s.items} == {"small", "medium"}
    )
    care = care_of(small)[0]
    by_size = {item.thing.size: care[item.y // 8, item.x // 8].item() for item in small.items}
    assert by_size["small"] > by_size["medium"] > care.min()
