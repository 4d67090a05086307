"""`shapeguard.shaped(x, "b t (h d)")`: a fact from there on, since it raises where it does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import Verdict
from shapeguard.events.contracts import InvalidAnnotation
from shapeguard.events.sizes import InvalidArgument
from shapeguard.grammar import GrammarError, parse_grouped, parse_tuple
from shapeguard.interpreter.builtins import builtin
from shapeguard.shapes.values import NONE, Literal, Opaque, Tensor, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard import grammar
    from shapeguard.interpreter.frame import Frame
    from shapeguard.shapes.axis import Axis
    from shapeguard.shapes.shape import Shape
    from shapeguard.shapes.store import Store


@builtin("shapeguard.shaped")
def _shaped(frame: Frame, site: int, args: list[Value], _keywords: dict[str, Value]) -> Value:
    value = args[0] if args else NONE
    axes = _axes(args[1], frame, site) if len(args) > 1 else None
    shown = value.tensor if isinstance(value, Opaque) else value
    if axes is None or not isinstance(shown, Tensor):
        return value
    store = frame.path.store
    shape, declared = store.shape(shown), store.resolve(frame.declared.shape(axes))
    reason = _learn(shape, declared, axes, store)
    if reason is not None:
        frame.interpreter.report(InvalidArgument("shaped", (shape,), reason), site, frame)
    return shown


def _axes(value: Value, frame: Frame, site: int) -> tuple[grammar.Axis, ...] | None:
    if not isinstance(value, Literal) or not isinstance(value.value, str):
        return None
    text = value.value
    try:
        return parse_tuple(text) if "," in text else parse_grouped(text)
    except GrammarError as error:
        frame.interpreter.report(InvalidAnnotation(text, error.message, None), site, frame)
        return None


def _learn(shape: Shape, declared: Shape, axes: tuple[grammar.Axis, ...], store: Store) -> str | None:
    """Learn that a shape is as declared, or say why it cannot be."""
    if shape.run is not None and not shape.minimum_rank:
        if declared.run is not shape.run:
            store.runs[shape.run] = declared
        return None
    if shape.run is not None and declared.run is None:
        fixed = store.fix_rank(shape, len(declared.leading))
        shape = shape if fixed is None else fixed
    if shape.run is not None:
        return None
    least = declared.minimum_rank
    if len(shape.leading) < least or (declared.run is None and len(shape.leading) > least):
        return f"its shape is declared to have {least} axes"
    return _learn_sizes(shape.leading, declared, axes, store)


def _learn_sizes(actual: tuple[Axis, ...], declared: Shape, axes: tuple[grammar.Axis, ...], store: Store) -> str | None:
    behind = len(declared.trailing)
    if declared.run is not None:
        middle = actual[len(declared.leading) : len(actual) - behind]
        store.runs[declared.run] = type(declared)(middle)
    for stated, found, written in _pairs(actual, declared, axes):
        if written.broadcastable:
            continue
        verdict = store.compare(stated.size, found.size)
        if verdict is Verdict.DIFFERENT:
            return f"its axis `{written.text}` has another size"
        if verdict is Verdict.UNKNOWN:
            store.learn_equal(stated.size, found.size)
    return None


def _pairs(
    actual: tuple[Axis, ...], declared: Shape, axes: tuple[grammar.Axis, ...]
) -> Iterator[tuple[Axis, Axis, grammar.Axis]]:
    """What is declared, what is there, and how it is written."""
    before, behind = len(declared.leading), len(declared.trailing)
    yield from zip(declared.leading, actual, axes, strict=False)
    if behind:
        yield from zip(declared.trailing, actual[-behind:], axes[-behind:], strict=True)
    assert before + behind <= len(actual)
