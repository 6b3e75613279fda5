"""Random histories of leases, results and releases on a made-up device, with networks that can be streamed."""

from contextlib import AbstractContextManager, ExitStack

from hypothesis import given, settings
from hypothesis import strategies as st

from graph_engine.memory.residency import Footprint, choose_placement
from graph_engine.validate.problem import ProblemError
from tests.unit.graph_engine.memory.test_ledger import Weights, manager

ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["open", "open", "open", "close", "output", "free", "output"]),
        st.integers(0, 4),
        st.integers(0, 80),
        st.integers(0, 3),
    ),
    max_size=50,
)


@settings(max_examples=400, deadline=None)
@given(actions=ACTIONS, budget=st.integers(30, 250))
def test_the_budget_is_kept_by_every_history_and_refused_is_only_what_cannot_fit(
    actions: list[tuple[str, int, int, int]], budget: int
):
    memory, device, store = manager(budget)
    leases: list[tuple[str, int, AbstractContextManager[object]]] = []
    for action, which, size, quarter in actions:
        ledger = memory.ledger
        if action == "open":
            network = Weights(f"m{which}", 20 + 30 * which, pinned=2 + 3 * which, buffer=5 + which)
            leased = {name for name, _, _ in leases}
            held = sum(device.resident[name] for name in leased)
            room = budget - held - ledger.working
            least = size * quarter // 4
            footprint = Footprint(network.nbytes, network.pinned, network.buffer)
            stack = ExitStack()
            try:
                stack.enter_context(memory.lease(network, working_bytes=size, least_bytes=least))
                leases.append((network.identity, size, stack))
            except ProblemError:
                if network.identity in leased:
                    assert least > room
                else:
                    assert choose_placement(footprint, working=size, least=least, available=room) is None
        elif action == "close" and leases:
            leases.pop(which % len(leases))[2].__exit__(None, None, None)
        elif action == "output":
            store.put(bytes([which]), size)
        elif action == "free":
            memory.release_all()
        assert ledger.held + ledger.working <= budget
        assert ledger.held_as("weights") == sum(device.resident.values())
        assert {name for name, _, _ in leases} <= set(device.resident)
        assert store.keys == {owner for owner in ledger.holdings() if isinstance(owner, bytes)}
    for _, _, stack in leases:
        stack.__exit__(None, None, None)
    memory.release_all()
    for key in list(store.keys):
        store.discard(key)
    assert (memory.ledger.held, memory.ledger.working, device.resident) == (0, 0, {})
