"""What comments say of values, taken as true where nothing else is known; findings never rest on it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from shapeguard.grammar import comment_claims
from shapeguard.interpreter import ir
from shapeguard.interpreter.dispatch import evaluate, statement
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.values import Either, Opaque, Sequence, Tensor, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard import grammar
    from shapeguard.dims import Dim, Symbol
    from shapeguard.interpreter.frame import Frame
    from shapeguard.shapes.shape import Shape

claims_of = lru_cache(maxsize=4096)(comment_claims)
_PLACE = re.compile(r"(?P<name>[^\W\d]\w*)(?P<rest>(?:\.[^\W\d]\w*|\[\d+\])*)")
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")


@statement(ir.Remark)
def _remark(node: ir.Remark, frame: Frame) -> None:
    """A comment on its own line: what it says of names is about what they hold where it stands."""
    if not frame.interpreter.trusts_claims:
        if any(
            claim.name for comment in node.comments if "(" in comment or "[" in comment for claim in claims_of(comment)
        ):
            frame.interpreter.note_claim(frame)
        return
    for comment in node.comments:
        for claim in claims_of(comment):
            place = None if claim.name is None else _PLACE.fullmatch(claim.name)
            if place is None or (place["name"] in node.following and not _in_bars(comment, place[0])):
                continue
            value = _found(place, frame)
            if value is not None:
                assume(value, claim, frame, node.site)


def _in_bars(comment: str, name: str) -> bool:
    """Whether the comment writes `|x| = ...`, which always speaks of what stands above."""
    return re.search(rf"\|\s*{re.escape(name)}\s*\|", comment) is not None


def _found(place: re.Match[str], frame: Frame) -> Value | None:
    """What stands at `h`, `self.table` or `h[0]`; None where nothing is bound to the name."""
    if place["name"] not in frame.path.names:
        return None
    node: ir.Expression = ir.Name(0, place["name"])
    for attribute, index in _STEP.findall(place["rest"]):
        node = ir.Attribute(0, node, attribute) if attribute else ir.Subscript(0, node, ir.Constant(0, int(index)))
    return evaluate(node, frame)


def assume(value: Value, claim: grammar.Claim, frame: Frame, site: int) -> Value:
    """The value, of which is known from here on what the claim at `site` says; unchanged where it cannot be so."""
    if isinstance(value, Either):
        options = value.present
        return assume(options[0], claim, frame, site) if len(options) == 1 else value
    if type(value) is Opaque and not value.parts:
        value = value.tensor
    if isinstance(value, Tensor):
        _learn(frame.path.store.shape(value), claim, frame, site)
    return value


def _learn(shape: Shape, claim: grammar.Claim, frame: Frame, site: int) -> None:
    store, axes = frame.path.store, claim.axes
    if any(axis.variadic for axis in axes):
        if shape.run is not None and not shape.minimum_rank:
            store.runs[shape.run] = frame.claims.claimed(axes)
        return
    if not claim.complete and shape.rank != len(axes):
        return
    said = frame.claims.said(axes, site)
    pairs = _pairs(shape, [size for size, _ in said])
    if pairs is None or any(store.differ(size, axis.size) for size, axis in pairs):
        return
    example = all(size.constant is not None for size, _ in said)  # `(32, 512)` is what it was in one run
    fixed = store.fix_rank(shape, len(axes))
    assert fixed is not None
    for index, (axis, (size, borrowed)) in enumerate(zip(fixed.leading, said, strict=True)):
        if example and size.constant != 1:
            continue
        if (borrowed and not _may_be(axis, index, size, frame)) or not _learn_size(frame, axis.size, size):
            frame.claims.doubt(borrowed)


def _may_be(axis: Axis, index: int, said: Dim, frame: Frame) -> bool:
    """Whether an axis may have the size of a name that stands for another axis already.

    The first one may, which is the batch. Else the same name is often given to different sizes, be it `length`: to that
    of an argument, to what differs between paths, to whatever a caller passes.
    """
    if index == 0:
        return axis.origin is not Origin.JOINED
    return (
        frame is frame.interpreter.recording
        and axis.origin is not Origin.JOINED
        and not _is_of_another_argument(axis.size, said, frame)
    )


def _pairs(shape: Shape, said: list[Dim]) -> list[tuple[Dim, Axis]] | None:
    """The known axes with what is said of them; None where the number of axes differs."""
    if len(said) != shape.rank and (shape.run is None or len(said) < shape.minimum_rank):
        return None
    after = len(said) - len(shape.trailing)
    return [*zip(said, shape.leading, strict=False), *zip(said[after:], shape.trailing, strict=True)]


def _learn_size(frame: Frame, size: Dim, said: Dim) -> bool:
    """Learn that a size is what a comment says; false where both have names of their own, so that it may mean another.

    A size that the source names is not taken for another one that it names: it may be so on one path only.
    """
    store = frame.path.store
    mine, theirs = store.facts.simplify(size), store.facts.simplify(said)
    another = said.constant == 1 or (said.constant is None and frame.claims.introduces(said))
    if mine.names is None or (theirs is said and another):
        store.learn_equal(size, said)
    return mine.names is None or theirs is said or mine is theirs


def _is_of_another_argument(size: Dim, said: Dim, frame: Frame) -> bool:
    """Whether a size is an argument's own, and the other one is not of that argument."""
    store = frame.path.store
    owners: dict[Symbol, str] = {}
    for name, value in frame.arguments.items():
        for tensor in tensors_in(value):
            shape = store.shape(tensor)
            for axis in (*shape.leading, *shape.trailing):
                owners.update(dict.fromkeys(store.facts.simplify(axis.size).symbols, name))
    mine = {owners.get(symbol) for symbol in store.facts.simplify(size).symbols}
    theirs = {owners.get(symbol) for symbol in store.facts.simplify(said).symbols}
    return len(mine) == 1 and None not in mine and mine != theirs


def is_argument_called(name: str, size: Dim | None, frame: Frame) -> bool:
    """Whether callers of the function under analysis have the name for a size that they pass, and the frame is another.

    What a function that it calls would name so is another size, unless it is one of an argument, too.
    """
    recording, names = frame.interpreter.recording, frame.interpreter.calls.names
    if not names or recording is None or frame is recording:
        return False
    if recording.called is None:
        axes = (
            axis
            for value in recording.arguments.values()
            for tensor in tensors_in(value)
            for axis in (*tensor.shape.leading, *tensor.shape.trailing)
        )
        recording.called = {each: names.get(each) for axis in axes for each in axis.size.symbols}
    called = recording.called
    return name in called.values() and (size is None or not size.symbols <= called.keys())


def tensors_in(value: Value) -> Iterator[Tensor]:
    """The tensors that a value is, or holds."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, Opaque):
        if value.used_as_tensor:
            yield value.tensor
        for part in value.parts:
            yield from tensors_in(part)
    elif isinstance(value, (Sequence, Either)):
        for item in value.items if isinstance(value, Sequence) else value.options:
            yield from tensors_in(item)
