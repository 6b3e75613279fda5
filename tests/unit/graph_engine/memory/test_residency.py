from hypothesis import given
from hypothesis import strategies as st

from graph_engine.memory.residency import Footprint, choose_placement

SIZES = st.integers(0, 1000)


def test_the_whole_network_comes_before_part_of_it_and_part_before_none():
    footprint = Footprint(full=100, pinned=10, buffer=20)
    placed = [choose_placement(footprint, working=30, least=30, available=a) for a in (130, 129, 75, 69, 60, 59)]
    assert [item and item.residency for item in placed] == ["full", "partial", "partial", "streamed", "streamed", None]
    assert [item and item.resident for item in placed] == [100, 79, 25, 10, 10, None]


def test_working_on_one_thing_at_a_time_comes_before_reading_weights_at_every_step():
    placed = choose_placement(Footprint(100, 10, 20), working=60, least=30, available=130)
    assert placed is not None
    assert (placed.residency, placed.working, placed.tight) == ("full", 30, True)


def test_no_more_stays_than_was_allowed():
    footprint = Footprint(full=100, pinned=10, buffer=20)
    for most, resident in (("partial", 50), ("streamed", 10)):
        placed = choose_placement(footprint, working=0, least=0, available=1000, most=most)
        assert placed is not None
        assert (placed.residency, placed.resident) == (most, resident)


def test_a_network_of_small_weights_is_always_whole():
    placed = choose_placement(Footprint(8, 8, 0), working=0, least=0, available=8, most="streamed")
    assert placed is not None
    assert placed.residency == "full"


@given(full=SIZES, share=st.floats(0, 1), buffer=SIZES, working=SIZES, saved=SIZES, available=st.integers(0, 3000))
def test_a_placement_fits_and_is_found_whenever_there_is_one(
    full: int, share: float, buffer: int, working: int, saved: int, available: int
):
    pinned, least = int(full * share), max(working - saved, 0)
    placed = choose_placement(Footprint(full, pinned, buffer), working=working, least=least, available=available)
    feasible = full + least <= available or pinned + buffer + least <= available
    assert (placed is not None) == feasible
    if placed is not None:
        assert placed.need <= available
        assert pinned <= placed.resident <= full
        assert placed.working in (working, least)
