"""Results of calls that concern no tensors: constants give the same result at every call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.interpreter.values import ClassValue, FunctionValue
from shapeguard.shapes.values import Either, Library, Literal, Mapping, Number, Opaque, Sequence, Value

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from shapeguard.interpreter.frame import Frame


class Remembered:
    """What functions of a file's top level returned for constants, where running them had no other effect."""

    def __init__(self) -> None:
        self._results: dict[Hashable, Value] = {}

    def key(self, function: FunctionValue, arguments: dict[str, Value]) -> Hashable | None:
        """What stands for a call; None for one that has to be run each time."""
        if function.scope.parent is not None or function.owner is not None:
            return None
        values = _constants(arguments.values())
        return None if values is None else (function.ir.site, *values)

    def find(self, key: Hashable) -> Value | None:
        """The result of an earlier call; two calls need not have returned the same unknown value."""
        found = self._results.get(key)
        return Opaque(reason=found.reason) if type(found) is Opaque else found

    def keep(self, key: Hashable, result: Value, before: tuple[int, int], frame: Frame) -> None:
        """Remember a result, unless the call reported something, changed an object or was given up."""
        settled = _constants([result]) is not None or type(result) is Opaque
        if settled and before == state(frame) and frame.interpreter.steps > 0:
            self._results[key] = result


def state(frame: Frame) -> tuple[int, int]:
    """What a call without effect leaves as it was."""
    return len(frame.interpreter.reports.found), len(frame.path.attributes)


def _constants(values: Iterable[Value]) -> tuple[Hashable, ...] | None:
    """The values as a key, None where they are not all known."""
    found: list[Hashable] = []
    for value in values:
        if isinstance(value, Literal):
            found.append((type(value.value), value.value))
        elif isinstance(value, Number) and value.dim.constant is not None:
            found.append(value.dim.constant)
        elif isinstance(value, (Library, FunctionValue, ClassValue)):
            found.append(id(value) if not isinstance(value, Library) else value.name)
        elif isinstance(value, (Sequence, Either)):
            inner = _constants(value.items if isinstance(value, Sequence) else value.options)
            if inner is None:
                return None
            found.append((type(value), inner))
        elif not (isinstance(value, Mapping) and not value.entries and value.rest is None):
            return None
    return tuple(found)
