"""The axis strings of jaxtyping: what it accepts is accepted with the same axes, what it refuses is refused."""

import re
from typing import Final

from shapeguard.grammar.axes import Axis, AxisKind, GrammarError
from shapeguard.grammar.expression_parser import NotAnExpression, parse_python
from shapeguard.grammar.expressions import Attribute, Binary, Call, Embedded, Expression, Negate, Opaque, render

_AXIS: Final = re.compile(r"\S+")
_MODIFIERS: Final = {
    "#": "broadcastable, as in `#batch`",
    "*": "any number of axes, as in `*batch`",
    "_": "anonymous, as in `_`",
    "?": "dependent on the place in a tree, as in `?size`",
}


def parse_axes(text: str) -> tuple[Axis, ...]:
    """Read `"batch *rest 2*d #c _ rows=4 ..."`.

    Raises:
        GrammarError: where jaxtyping refuses the string.
    """
    axes: list[Axis] = []
    for match in _AXIS.finditer(text):
        axis = _parse_axis(match.group(), match.start(), text)
        if axis.variadic and (first := next((other for other in axes if other.variadic), None)):
            raise GrammarError(
                f"only one axis may stand for any number of axes, and `{first.text}` does already",
                axis.offset,
                text,
            )
        axes.append(axis)
    return tuple(axes)


def _parse_axis(written: str, offset: int, text: str) -> Axis:
    if written.isidentifier() and written[0] != "_":
        return Axis(AxisKind.NAMED, written, None, None, False, False, False, written, offset)
    if "," in written and "(" not in written:
        raise GrammarError(_comma_message(text), offset + written.index(","), text)
    if written.endswith("#"):
        raise GrammarError("`#` stands before the axis that may be 1, as in `#batch`", offset + len(written) - 1, text)
    if written == "...":
        return Axis(AxisKind.ANONYMOUS, None, None, None, True, False, False, written, offset)
    if "..." in written:
        raise GrammarError("`...` is an axis of its own: separate it with spaces", offset + written.index("..."), text)
    modifiers, label, rest = _split_modifiers(written, offset, text)
    flags = ("*" in modifiers, "#" in modifiers, "?" in modifiers)
    anonymous = Axis(AxisKind.ANONYMOUS, None, None, None, *flags, written, offset)
    return _classify(modifiers, label, rest, anonymous, text)


def _comma_message(text: str) -> str:
    axes = text.replace(",", " ").split()
    if all(axis.isidentifier() or axis.isdecimal() for axis in axes):
        return f'axes are separated by spaces, not commas: write "{" ".join(axes)}"'
    return "axes are separated by spaces, not commas"


def _split_modifiers(written: str, offset: int, text: str) -> tuple[set[str], str | None, str]:
    """Take modifiers and labels (`rows=`) off the front, in any order, as jaxtyping does."""
    modifiers: set[str] = set()
    label = None
    start = 0
    while start < len(written):
        sign = written[start]
        if sign in _MODIFIERS:
            if sign in modifiers:
                raise GrammarError(f"`{sign}` stands twice: once means {_MODIFIERS[sign]}", offset + start, text)
            modifiers.add(sign)
            start += 1
        elif written.count("=", start) == 1:
            label, start = written[start : written.index("=", start)], written.index("=", start) + 1
        else:
            break
    return modifiers, label, written[start:]


def _classify(modifiers: set[str], label: str | None, rest: str, axis: Axis, text: str) -> Axis:
    """Decide what the text behind modifiers and label is, and refuse modifiers that it does not take."""
    if not rest or rest.isidentifier():
        if "_" not in modifiers:
            return axis._replace(kind=AxisKind.NAMED, name=rest)
        if "#" in modifiers:
            raise GrammarError("an anonymous axis takes any size already: drop `#` or `_`", axis.offset, text)
        return axis
    size: int | None = None
    expression: Expression | None = None
    try:
        kind, size, what = AxisKind.FIXED, int(rest), "a fixed size"
    except ValueError:
        kind, expression, what = AxisKind.SYMBOLIC, _parse_expression(rest), "a computed size"
    if refused := sorted(modifiers - {"#"}):
        offset = axis.offset + axis.text.index(refused[0])
        raise GrammarError(f"{what} cannot be {_MODIFIERS[refused[0]]}", offset, text)
    name = label if label and label.isidentifier() else None
    return axis._replace(kind=kind, name=name, size=size, expression=expression)


def _parse_expression(written: str) -> Expression:
    """Jaxtyping takes any text here and complains when it evaluates; only arithmetic says something about a size."""
    try:
        return parse_python(written)
    except NotAnExpression:
        return Opaque(written)


def to_jaxtyping(axes: tuple[Axis, ...]) -> str:
    """Write axes as the string that jaxtyping reads."""
    return " ".join(_jaxtyping_axis(axis) for axis in axes)


def _jaxtyping_axis(axis: Axis) -> str:
    modifiers = "#" * axis.broadcastable + "*" * axis.variadic + "?" * axis.treepath
    match axis.kind:
        case AxisKind.ANONYMOUS:
            return "..." if axis.variadic else "_"
        case AxisKind.NAMED:
            return f"{modifiers}{axis.name}"
    label = f"{axis.name}=" if axis.name else ""
    size = axis.size if axis.kind is AxisKind.FIXED else render(_embed(axis.expression))
    return f"{modifiers}{label}{size}"


def _embed(expression: Expression | None) -> Expression:
    """Put `self.dim` into braces: an attribute belongs to an argument, not to the axes."""
    match expression:
        case Attribute():
            return Embedded(expression)
        case Binary(left, operator, right):
            return Binary(_embed(left), operator, _embed(right))
        case Negate(operand):
            return Negate(_embed(operand))
        case Call(function, arguments):
            return Call(function, tuple(_embed(argument) for argument in arguments))
    assert expression is not None
    return expression
