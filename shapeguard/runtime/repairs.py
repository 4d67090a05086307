"""The one change that would make a refused array fit, where just one would."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from shapeguard.grammar import Axis, AxisKind
from shapeguard.runtime.annotations import is_array
from shapeguard.runtime.describe import shape_of
from shapeguard.runtime.mismatch import Mismatch, Scope, parsed_axes
from shapeguard.runtime.sizes import Unknown, evaluate

Sizes = Sequence[int | None]


def repair(mismatch: Mismatch, scope: Scope) -> str | None:
    """`looks transposed: (batch, w, h), try x.transpose(1, 2)`, or None where nothing or several things would do."""
    shape = shape_of(mismatch.value)
    if shape is None or not is_array(mismatch.annotation):
        return None
    axes = parsed_axes(mismatch.annotation.dim_str)
    if any(axis.variadic or axis.treepath for axis in axes):
        return None
    expected = [_expected(axis, mismatch.place, scope) for axis in axes]
    found = list(_repairs(shape, axes, expected, _expression(mismatch.place)))
    return found[0] if len(found) == 1 else None


def _expression(place: str) -> str:
    name = place.removeprefix("argument ")
    return name.strip("'") if name.startswith("'") else "result"


def _expected(axis: Axis, place: str, scope: Scope) -> int | None:
    """The size that something other than this array demands."""
    if axis.kind is AxisKind.FIXED:
        return axis.size
    if axis.kind is AxisKind.NAMED:
        binding = scope.bindings.get(str(axis.name))
        return binding.size if binding and binding.by != place and isinstance(binding.size, int) else None
    if axis.kind is AxisKind.SYMBOLIC and axis.expression is not None:
        try:
            return evaluate(axis.expression, scope.sizes(), scope.arguments)
        except Unknown:
            return None
    return None


def _repairs(shape: tuple[int, ...], axes: tuple[Axis, ...], expected: Sizes, name: str) -> Iterator[str]:
    if len(shape) == len(axes):
        yield from _transposed(shape, axes, expected, name)
    elif len(shape) == len(axes) - 1:
        yield from _missing(shape, axes, expected, name)
    elif len(shape) == len(axes) + 1:
        for i, size in enumerate(shape):
            if size == 1 and _fits((*shape[:i], *shape[i + 1 :]), expected):
                yield f"one axis too many: try {name}.squeeze({i})"


def _transposed(shape: tuple[int, ...], axes: tuple[Axis, ...], expected: Sizes, name: str) -> Iterator[str]:
    for i, j in combinations(range(len(shape)), 2):
        swapped = list(shape)
        swapped[i], swapped[j] = shape[j], shape[i]
        if None not in {expected[i], expected[j]} and _fits(swapped, expected):
            written = [axis.text for axis in axes]
            written[i], written[j] = written[j], written[i]
            yield f"looks transposed: ({', '.join(written)}), try {name}.transpose({i}, {j})"


def _missing(shape: tuple[int, ...], axes: tuple[Axis, ...], expected: Sizes, name: str) -> Iterator[str]:
    """An axis of one sample, in front; elsewhere only where the sizes leave no choice."""
    fitting = [
        i for i in range(len(axes)) if _fits((*shape[:i], 1, *shape[i:]), [*expected[:i], None, *expected[i + 1 :]])
    ]
    if len(fitting) > 1 and 0 in fitting and axes[0].kind is AxisKind.NAMED:
        fitting = [0]
    for i in fitting:
        axis: Any = axes[i].name or axes[i].text
        if expected[i] in {None, 1}:
            yield f"missing {axis} axis: try {name}.unsqueeze({i})"


def _fits(shape: Sequence[int], expected: Sizes) -> bool:
    return all(want is None or size == want for size, want in zip(shape, expected, strict=True))
