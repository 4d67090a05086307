"""Operators between abstract values: arithmetic, comparison, concatenation."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

from shapeguard.dims import Verdict
from shapeguard.interpreter.calls import operate
from shapeguard.interpreter.iteration import in_parts
from shapeguard.interpreter.kinds import PLAIN, TENSOR
from shapeguard.interpreter.values import FunctionValue, Instance, LayerValue
from shapeguard.ops.arithmetic import arithmetic
from shapeguard.shapes.alike import are_numbers
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Run, Shape
from shapeguard.shapes.values import (
    FALSE,
    NONE,
    TRUE,
    Computed,
    Either,
    Library,
    Literal,
    Number,
    Opaque,
    Repeated,
    Sequence,
    Sizes,
    Tensor,
    Value,
    integer,
    present,
    size_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapeguard.interpreter.frame import Frame

DUNDER = {
    "+": "add", "-": "sub", "*": "mul", "/": "truediv", "//": "floordiv", "%": "mod", "**": "pow", "@": "matmul",
    "&": "and_", "|": "or_", "^": "xor", "<<": "lshift", ">>": "rshift",
    "==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge",
}  # fmt: skip
_FLOATS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "//": operator.floordiv,
    "%": operator.mod,
}  # fmt: skip
LONGEST_REPEAT = 64


def binary(symbol: str, left: Value, right: Value, frame: Frame, site: int) -> Value:
    """`left symbol right`, for any values."""
    if isinstance(left, Number) and isinstance(right, Number):
        size = arithmetic(symbol, left.dim, right.dim)
        return _number_fallback(symbol, left, right) if size is None else Number(size)
    if isinstance(left, Either) or isinstance(right, Either):
        if symbol in _FLOATS and are_numbers([left, right]):
            return Computed()
        return binary(symbol, present(left), present(right), frame, site)
    if _is_tensor(left) or _is_tensor(right):
        return operate(f"operator.{DUNDER[symbol]}", [left, right], {}, frame, site)
    if symbol == "*" and isinstance(left, Sequence) and isinstance(right, Opaque):
        return _repeat(left, right.number)
    if isinstance(left, Opaque) or isinstance(right, Opaque):
        return _with_opaque(symbol, left, right, frame)
    if symbol == "*" and isinstance(left, (Sequence, Repeated)) and isinstance(right, Number):
        return _repeat(left, right)
    sequences = (Sequence, Sizes, Repeated)
    if symbol == "+" and isinstance(left, sequences) and isinstance(right, sequences):
        found = concatenate([left, right], frame, "list" if getattr(left, "kind", "") == "list" else "tuple")
        return _as_sizes(found, frame) if isinstance(left, Sizes) and isinstance(found, Sequence) else found
    if isinstance(left, (Literal, Number)) and isinstance(right, (Literal, Number)):
        return _literals(symbol, left, right)
    if isinstance(left, Instance) or isinstance(right, Instance):
        return Opaque(reason="an operator of a class")
    return Opaque(reason=f"the operator {symbol} on values that are no tensors")


def _is_tensor(value: Value) -> bool:
    return isinstance(value, Tensor) or (isinstance(value, Opaque) and value.used_as_tensor)


def _with_opaque(symbol: str, left: Value, right: Value, frame: Frame) -> Value:
    """Arithmetic with a value of which nothing is known: a number if the rest is one, perhaps a tensor otherwise."""
    if not all(isinstance(side, (Opaque, Number, Literal)) for side in (left, right)):
        return Opaque(reason=f"the operator {symbol} on an unknown value")
    size = None
    if symbol in ("+", "-", "*", "//", "%"):
        a, b = size_of(left), size_of(right)
        size = None if a is None or b is None else arithmetic(symbol, a, b)
        if size is not None and not (isinstance(left, Number) or isinstance(right, Number)) and not size.named:
            size = None
    return Computed(left, right, size=size)


def _number_fallback(symbol: str, left: Number, right: Number) -> Value:
    a, b = left.dim.value, right.dim.value
    if a is not None and b is not None:
        return _literals(symbol, Literal(a), Literal(b))
    return Computed()


def _literals(symbol: str, left: Literal | Number, right: Literal | Number) -> Value:
    a, b = (side.dim.value if isinstance(side, Number) else side.value for side in (left, right))
    if isinstance(a, str) or isinstance(b, str):
        return Literal(a + b) if symbol == "+" and isinstance(a, str) and isinstance(b, str) else Opaque()
    if isinstance(a, (int, float)) and isinstance(b, (int, float)) and symbol in _FLOATS:
        try:
            value = _FLOATS[symbol](a, b)
        except (ArithmeticError, ValueError):
            return Opaque(reason="an operation that raises")
        return Literal(value) if isinstance(value, float) and math.isfinite(value) else integer_or_unknown(value)
    return Computed()


def integer_or_unknown(value: object) -> Value:
    return integer(value) if isinstance(value, int) else Opaque(reason="a number")


def _repeat(left: Sequence | Repeated, right: Number) -> Value:
    count = right.dim.value
    if isinstance(left, Sequence) and count is not None and len(left.items) * max(count, 0) <= LONGEST_REPEAT:
        return Sequence(left.items * max(count, 0), left.kind)
    if isinstance(left, Sequence) and len(left.items) == 1:
        return Repeated(left.items[0], right.dim, left.kind, same=True)
    return Opaque(reason="a sequence of unknown length")


def concatenate(parts: list[Value], frame: Frame, kind: str) -> Value:
    """One sequence from several; sizes of unknown rank in it make it sizes of unknown rank."""
    items: list[Value] = []
    for part in parts:
        if isinstance(part, (Sequence, Repeated)):
            items.extend(part.items if isinstance(part, Sequence) else part.parts)
        elif isinstance(part, Sizes) and frame.path.store.axes(part.tensor) is not None:
            items.extend(Number(axis.size) for axis in frame.path.store.axes(part.tensor) or ())
        else:
            items.append(part)
    unknown = [item for item in items if isinstance(item, Sizes)]
    if not unknown:
        return in_parts(tuple(items), kind, frame)
    if len(unknown) > 1 or any(isinstance(item, Repeated) for item in items):
        return Opaque(reason="sizes of unknown number")
    return _with_run(items, frame)


def _as_sizes(found: Sequence, frame: Frame) -> Value:
    """What is added to the sizes of a tensor makes other sizes of them, and no tuple."""
    if not all(isinstance(item, (Number, Opaque)) for item in found.items):
        return found
    for item in found.items:
        frame.path.store.learn_number(item)
    return _with_run(list(found.items), frame)


def _with_run(items: list[Value], frame: Frame) -> Value:
    leading: list[Axis] = []
    trailing: list[Axis] = []
    run: Run | None = None
    side = leading
    for item in items:
        if isinstance(item, Sizes):
            shape = frame.path.store.shape(item.tensor)
            side += shape.leading
            run, side = shape.run, trailing
            side += shape.trailing
        elif isinstance(item, (Number, Opaque)):
            side.append(Axis(item.dim if isinstance(item, Number) else item.number.dim))
        else:
            return Opaque(reason="sizes that are not known")
    return Sizes(Tensor(Shape(tuple(leading), run, tuple(trailing))))


def _of_other_kinds(left: Library, right: Value) -> bool:
    """Whether the type of a tensor is compared with one of Python's own."""
    return isinstance(right, Library) and left.name == TENSOR and right.name in PLAIN


def compare(symbol: str, left: Value, right: Value, frame: Frame, site: int) -> Value:
    """`left symbol right`, for any values."""
    if symbol in ("==", "!=", "is", "is not") and type(left) is Library and _of_other_kinds(left, right):
        return TRUE if symbol in ("!=", "is not") else FALSE
    if symbol in ("==", "!=") and NONE in (left, right) and (isinstance(left, Tensor) or isinstance(right, Tensor)):
        return FALSE if symbol == "==" else TRUE  # torch compares None with nothing
    if symbol in ("is", "is not"):
        found = _identical(left, right)
        return Opaque(reason="a condition") if found is None else (TRUE if found is (symbol == "is") else FALSE)
    if symbol in ("in", "not in"):
        return _contains(symbol, left, right)
    if isinstance(left, Number) and isinstance(right, Number):
        return _compare_numbers(symbol, left, right, frame)
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        return operate(f"operator.{DUNDER[symbol]}", [left, right], {}, frame, site)
    if symbol in ("==", "!=") and isinstance(left, Sizes) and _never_alike(left, right, frame):
        return FALSE if symbol == "==" else TRUE
    if isinstance(left, Literal) and isinstance(right, (Literal, Number)) and symbol in ("==", "!="):
        other = right.value if isinstance(right, Literal) else right.dim.value
        if other is not None or right is NONE:
            return TRUE if (left.value == other) is (symbol == "==") else FALSE
    return Opaque(reason="a condition")


def _never_alike(sizes: Sizes, other: Value, frame: Frame) -> bool:
    """Whether the sizes of a tensor cannot be these."""
    store = frame.path.store
    mine = store.axes(sizes.tensor)
    if isinstance(other, Sizes):
        axes = store.axes(other.tensor)
        theirs = None if axes is None else tuple[Value, ...](Number(axis.size) for axis in axes)
    else:
        theirs = other.items if isinstance(other, Sequence) else None
    if mine is None or theirs is None or any(isinstance(item, Repeated) for item in theirs):
        return False
    if len(mine) != len(theirs):
        return True
    pairs = zip(mine, theirs, strict=True)
    return any(isinstance(item, Number) and store.differ(axis.size, item.dim) for axis, item in pairs)


def _identical(left: Value, right: Value) -> bool | None:
    if isinstance(left, Literal) and isinstance(right, Literal):
        return left.value is right.value
    for one, other in ((left, right), (right, left)):
        if one is NONE and not isinstance(other, (Opaque, Either, Literal)):
            return False
    return None


def _contains(symbol: str, left: Value, right: Value) -> Value:
    if isinstance(left, Literal) and isinstance(right, Sequence):
        known = [item.value for item in right.items if isinstance(item, Literal)]
        if len(known) == len(right.items):
            return TRUE if (left.value in known) is (symbol == "in") else FALSE
    return Opaque(reason="a condition")


def _compare_numbers(symbol: str, left: Number, right: Number, frame: Frame) -> Value:
    store = frame.path.store
    if symbol in ("==", "!="):
        verdict = store.compare(left.dim, right.dim)
        if verdict is Verdict.UNKNOWN:
            return Opaque(reason="a condition")
        return TRUE if (verdict is Verdict.EQUAL) is (symbol == "==") else FALSE
    difference = store.facts.simplify(left.dim - right.dim)
    low, high = store.facts.lower(difference), store.facts.upper(difference)
    always = {">": low is not None and low > 0, ">=": low is not None and low >= 0,
              "<": high is not None and high < 0, "<=": high is not None and high <= 0}  # fmt: skip
    never = {">": always["<="], ">=": always["<"], "<": always[">="], "<=": always[">"]}
    return TRUE if always[symbol] else FALSE if never[symbol] else Opaque(reason="a condition")


def truth_of(value: Value) -> bool | None:
    """Whether a condition holds, None where that is not known."""
    if isinstance(value, Literal):
        return bool(value.value)
    if isinstance(value, Number):
        return None if value.dim.value is None else bool(value.dim.value)
    if isinstance(value, Sequence):
        return bool(value.items)
    if isinstance(value, (FunctionValue, LayerValue)):
        return True
    return None
