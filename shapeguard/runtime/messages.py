"""The text of a refused call: one sentence, then a table of every argument with its shape and bindings."""

from collections.abc import Mapping, Sequence
from inspect import Parameter, Signature
from typing import Any, NamedTuple

from shapeguard.grammar import Axis
from shapeguard.runtime.annotations import is_array
from shapeguard.runtime.describe import annotation_text, describe, shape_of
from shapeguard.runtime.mismatch import Mismatch, parsed_axes
from shapeguard.runtime.structures import Form, parts

Row = tuple[str, str, str, str]
RETURNED = "the return value"
_HEAD = ("argument", "annotation", "value", "bindings")


class Call(NamedTuple):
    """A call as it was refused.

    `result` is in a tuple, empty where the body has not returned; `bound` is all that was bound when it did. Fields of
    the `forms` are shown.
    """

    function: str
    signature: Signature
    arguments: Mapping[str, object]
    result: tuple[object, ...] = ()
    bound: Mapping[str, int | tuple[int, ...]] = {}
    place: str = RETURNED
    forms: frozenset[Form] = frozenset()


def text_of(call: Call, mismatch: Mismatch | None, repair: str | None, fallback: str) -> str:
    """`mismatch` in one line, the table, and a `repair`; `fallback` is the checkers' own account, for want of one."""
    first = mismatch.text if mismatch else _general(call)
    lines = [f"{call.function}: {first}", *_table(call)]
    if repair:
        lines.append(f"  help: {repair}")
    if mismatch is None:
        lines += ["", fallback.strip()]
    return "\n".join(lines)


def _general(call: Call) -> str:
    return f"{call.place} does not fit its annotation" if call.result else "the arguments do not fit their annotations"


def place_of(parameter: str) -> str:
    return f"argument '{parameter}'"


def _table(call: Call) -> list[str]:
    rows = []
    for name, value in call.arguments.items():
        parameter = call.signature.parameters[name]
        stars = "*" * ((parameter.kind is Parameter.VAR_POSITIONAL) + 2 * (parameter.kind is Parameter.VAR_KEYWORD))
        rows += _rows(stars + name, parameter.annotation, value, call.forms)
    returned = "return" if call.place == RETURNED else call.place
    for value in call.result:
        rows += _rows(returned, call.signature.return_annotation, value, call.forms)
    return table([_HEAD, *rows])


def _rows(name: str, annotation: Any, value: object, forms: frozenset[Form]) -> list[Row]:
    """One for the value, and one for each array in its fields."""
    inside = parts(value, annotation) if forms and annotation is not Parameter.empty else ()
    shown = [part for part in inside if is_array(part.annotation)]
    return [row(name, annotation, value), *[row(name + part.path, part.annotation, part.value) for part in shown]]


def table(rows: Sequence[Row]) -> list[str]:
    """The rows as lines of text, their columns aligned."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    padded = ["  ".join(cell.ljust(width) for cell, width in zip(each, widths, strict=True)) for each in rows]
    return [f"  {line}".rstrip() for line in padded]


def row(name: str, annotation: Any, value: object) -> Row:
    """A value, what is declared of it, and what it binds."""
    written = "" if annotation in {Parameter.empty, Any} else annotation_text(annotation)
    return name, written, describe(value), _bindings(annotation, value)


def _bindings(annotation: Any, value: object) -> str:
    """`batch=4 d=8`, what this value gives to each named axis; nothing where the ranks differ."""
    shape = shape_of(value)
    if shape is None or not is_array(annotation):
        return ""
    axes = parsed_axes(annotation.dim_str)
    run = next((i for i, axis in enumerate(axes) if axis.variadic), None)
    if run is None:
        return " ".join(_each(axes, shape)) if len(axes) == len(shape) else ""
    behind = len(axes) - run - 1
    if len(shape) < run + behind:
        return ""
    last = len(shape) - behind
    named = [f"*{axes[run].name}={shape[run:last]}"] if axes[run].name else []
    return " ".join(_each(axes[:run], shape[:run]) + named + _each(axes[run + 1 :], shape[last:]))


def _each(axes: tuple[Axis, ...], sizes: tuple[int, ...]) -> list[str]:
    return [f"{axis.name}={size}" for axis, size in zip(axes, sizes, strict=True) if axis.name]
