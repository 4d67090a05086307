"""Functions that are compiled, and tests in them that compilation takes for false."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.events.contracts import FoldedInstance
from shapeguard.interpreter.values import ArrayType, Bound, FunctionValue, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.interpreter.frame import Frame
    from shapeguard.shapes.values import Value


class Compiled:
    """What a file compiles, by the sites of its functions, and where functions test for array annotations."""

    def __init__(self) -> None:
        self._functions: set[int] = set()
        self._tests: dict[int, tuple[FoldedInstance, int]] = {}

    def note(self, value: Value) -> None:
        """A value is compiled: a function, or the forward method of a module."""
        if isinstance(value, Instance):
            value = value.cls.find("forward") or value
        if isinstance(value, Bound):
            value = value.function
        if isinstance(value, FunctionValue):
            self._functions.add(value.ir.site)

    def note_test(self, kind: ArrayType, site: int, frame: Frame) -> None:
        """`isinstance(x, kind)` stands in the function under analysis."""
        function = frame.interpreter.function
        if function is not None and frame is frame.interpreter.recording:
            self._tests[site] = FoldedInstance(kind.text), function

    def folded(self) -> Iterator[tuple[FoldedInstance, int]]:
        """The tests that stand in functions that are compiled, with their sites."""
        for site, (event, function) in self._tests.items():
            if function in self._functions:
                yield event, site
