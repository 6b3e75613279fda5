"""A node that leases a network, as the built-in ones do, for a test in a real worker."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor, nn

from graph_engine.spec.sdk import Ge, NodeContext, NodeResult, Registry, node


class Ones:
    """A weight source in which every weight is one."""

    dtype = torch.float16
    nbytes = 8

    def __init__(self, network: nn.Module) -> None:
        self.shapes = {name: tensor.shape for name, tensor in network.state_dict().items()}

    def names(self) -> Iterator[str]:
        return iter(self.shapes)

    def read(self, name: str) -> Tensor:
        return torch.ones(self.shapes[name], dtype=torch.float16)


@dataclass(frozen=True)
class Handle:
    network: nn.Module
    source: Ones
    identity: str = "ones"


def make_handle() -> Handle:
    with torch.device("meta"):
        network = nn.Linear(4, 1).eval()
    return Handle(network, Ones(network))


@node(id="Network", title="Network", category="test", is_output=True, cacheable=False)
def network(ctx: NodeContext, calls: Annotated[int, Ge(1)] = 1) -> NodeResult:
    with ctx.memory.lease(make_handle(), working_bytes=1 << 20) as resident:
        for call in range(calls):
            result = resident(torch.ones(1, 4, device=ctx.memory.device))
            ctx.progress(call + 1, calls)
    return NodeResult(ui={"text": [float(result), result.is_inference()]})


def build() -> Registry:
    return Registry.of([network])
