"""The number behind a symbolic axis such as `2*d` or `{self.d}+1`."""

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from shapeguard.grammar import Attribute, Binary, Call, Embedded, Expression, Name, Negate, Number

_OPERATORS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "/": operator.truediv,
    "%": operator.mod,
    "**": operator.pow,
}
_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {"min": min, "max": max, "abs": abs}


class Unknown(Exception):  # noqa: N818 - an answer, not a mistake
    """A name that is not bound, or a form that only Python itself can evaluate."""


def evaluate(expression: Expression, sizes: Mapping[str, int], arguments: Mapping[str, object]) -> int:
    """The size, with axis names from `sizes` and `{..}` from the call's arguments.

    Raises:
        Unknown: where it cannot be said.
    """
    try:
        value = _value(expression, sizes, arguments)
    except (KeyError, AttributeError, TypeError, ValueError, ArithmeticError):
        raise Unknown from None
    if not isinstance(value, int | float):
        raise Unknown
    return value  # type: ignore[return-value]  # 4 / 2 is compared as jaxtyping does: 2.0 == 2


def _value(expression: Expression, sizes: Mapping[str, int], arguments: Mapping[str, object]) -> Any:
    match expression:
        case Number(value):
            return value
        case Name(name):
            return sizes[name]
        case Negate(operand):
            return -_value(operand, sizes, arguments)
        case Binary(left, sign, right):
            return _OPERATORS[sign](_value(left, sizes, arguments), _value(right, sizes, arguments))
        case Call(function, operands):
            return _FUNCTIONS[function](*[_value(operand, sizes, arguments) for operand in operands])
        case Embedded(Name(name)):
            return arguments[name]
        case Embedded(Attribute(path)):
            found = arguments[path[0]]
            for name in path[1:]:
                found = getattr(found, name)
            return found
    raise Unknown


def names_in(expression: Expression) -> Iterator[str]:
    """The axis names that an expression reads, in order."""
    match expression:
        case Name(name):
            yield name
        case Negate(operand):
            yield from names_in(operand)
        case Binary(left, _, right):
            yield from names_in(left)
            yield from names_in(right)
        case Call(_, operands):
            for operand in operands:
                yield from names_in(operand)


def factors_of(expression: Expression) -> Iterator[Expression]:
    """`h`, `d` and `2` of `h*d*2`; anything that is no product is its own factor."""
    match expression:
        case Binary(left, "*", right):
            yield from factors_of(left)
            yield from factors_of(right)
        case _:
            yield expression
