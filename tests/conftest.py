"""Reading off what the interpreter knows of the names in a piece of source."""

import gc
import textwrap
from collections.abc import Iterator

import libcst as cst
import pytest

from shapeguard.dims import symbol
from shapeguard.interpreter import Analysis, analyse
from shapeguard.rules.wording import shape_text


class Understood:
    """The shapes of names, by name: the last one bound to it; and the events reported."""

    def __init__(self, source: str, *, assume: bool = False) -> None:
        source = textwrap.dedent(source)
        self.analysis: Analysis = analyse(cst.parse_module(source), "test", assume=assume)
        assert not self.analysis.failures, self.analysis.failures
        self.shapes: dict[str, str] = {}
        called = {size: symbol(name) for size, name in self.analysis.names.items()}
        for row in self.analysis.rows:
            shape = None if row.shape is None else row.store.resolve(row.shape)
            if shape is not None:
                axes = [
                    shape.with_axes(
                        axis.resized(row.store.facts.simplify(axis.size).substitute(called)) for axis in side
                    )
                    for side in (shape.leading, shape.trailing)
                ]
                shape = shape.with_axes(axes[0].leading, axes[1].leading)
            self.shapes[row.name] = "unknown" if shape is None else shape_text(shape)
        names = [type(report.event).__name__ for report in self.analysis.reports]
        self.events = [name for name in names if name != "NotEnforced"]

    def __getitem__(self, name: str) -> str:
        return self.shapes[name]


@pytest.fixture(autouse=True)
def collector_as_it_was() -> Iterator[None]:
    """What the command sets for a short life of its own would let the garbage of a whole test run pile up."""
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)


@pytest.fixture
def understand() -> type[Understood]:
    return Understood
