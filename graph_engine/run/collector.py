"""Python's collector of circular garbage, kept from looking at a large graph over and over.

It looks at every object there is whenever their number has grown by a quarter. A plan is made of many small objects
that are all in use until the job ends, so that looking finds nothing and would cost more than the plan itself.
"""

import gc

_WORTH_IT = 1000


class SparedCollector:
    """For the length of a job: nothing is collected while a graph of ``size`` nodes is planned, and what there is then
    is not looked at while the job runs; what the job makes is collected as always.

    Small graphs change nothing, and neither does a process that has switched the collector off or frozen objects.
    """

    def __init__(self, size: int) -> None:
        self._spares = size >= _WORTH_IT and gc.isenabled() and not gc.get_freeze_count()

    def __enter__(self) -> "SparedCollector":
        if self._spares:
            gc.disable()
        return self

    def planned(self) -> None:
        """The plan stands: collect again, but not from what there is by now."""
        if self._spares:
            gc.freeze()
            gc.enable()

    def __exit__(self, *error: object) -> None:
        if self._spares:
            gc.enable()
            gc.unfreeze()
