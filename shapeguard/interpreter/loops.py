"""Loops: a few known items one by one, everything else to a state that every iteration starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from shapeguard.interpreter import ir
from shapeguard.interpreter.dispatch import evaluate, execute, statement
from shapeguard.interpreter.iteration import LONGEST_UNROLLED, bind_target, element, elements
from shapeguard.interpreter.joins import join
from shapeguard.interpreter.operators import truth_of
from shapeguard.interpreter.refinement import refine
from shapeguard.interpreter.values import Instance, LayerValue
from shapeguard.shapes.values import Number, Opaque, Repeated, Sequence, Tensor, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapeguard.interpreter.frame import Frame, Path
    from shapeguard.shapes.store import Store

K = TypeVar("K")
MOST_ROUNDS = 3


@statement(ir.For)
def _for(node: ir.For, frame: Frame) -> None:
    iterable = evaluate(node.iterable, frame)
    items = elements(iterable, frame)
    outer = _enter(frame)
    if items is not None and len(items) <= LONGEST_UNROLLED:
        _unrolled(node, items, frame)
    else:
        item = element(iterable, frame)
        _repeat(lambda: bind_target(node.target, item, frame, node.site), node.body, frame)
    _leave(node.orelse, outer, frame)


@statement(ir.While)
def _while(node: ir.While, frame: Frame) -> None:
    outer = _enter(frame)
    truth = truth_of(evaluate(node.test, frame))
    if truth is not False:

        def start() -> None:
            evaluate(node.test, frame)
            refine(node.test, frame, holds=True)

        before = frame.path.copy() if truth is None else None
        _repeat(start, node.body, frame, at_least_once=before is None)
        if truth is True and type(node.test) is ir.Constant:
            frame.path.alive = False  # left by break or return only
        else:
            refine(node.test, frame, holds=False)
    _leave(node.orelse, outer, frame)


def _enter(frame: Frame) -> tuple[list[Path], list[Path]]:
    outer = frame.breaks, frame.continues
    frame.breaks, frame.continues = [], []
    return outer


def _leave(orelse: ir.Block, outer: tuple[list[Path], list[Path]], frame: Frame) -> None:
    breaks = frame.breaks
    frame.breaks, frame.continues = outer
    execute(orelse, frame)
    for path in breaks:
        frame.path = frame.path.join(path)


def _unrolled(node: ir.For, items: tuple[Value, ...], frame: Frame) -> None:
    for item in items:
        bind_target(node.target, item, frame, node.site)
        execute(node.body, frame)
        _meet_continues(frame)
        if not frame.path.alive:
            break


def _meet_continues(frame: Frame) -> None:
    for path in frame.continues:
        frame.path = frame.path.join(path)
    frame.continues = []


def _repeat(start: Callable[[], None], body: ir.Block, frame: Frame, *, at_least_once: bool = False) -> None:
    """Run a body until the state at its start covers the state at its end."""
    head = frame.path
    after = head
    for attempt in range(MOST_ROUNDS):
        frame.path = head.copy()
        start()
        execute(body, frame)
        _meet_continues(frame)
        after = frame.path
        if not after.alive or frame.interpreter.steps <= 0:
            break
        widened = _widen(head, after, last=attempt == MOST_ROUNDS - 2)
        if widened is None:
            break
        head = widened
    frame.path = after if at_least_once and after.alive else head.copy().join(after)


def _widen(head: Path, after: Path, *, last: bool) -> Path | None:
    """A state that covers both; None when `head` already does."""
    names = dict(head.names)
    attributes = dict(head.attributes)
    store = head.store.copy()
    if store.facts is not after.store.facts or store.runs.keys() != after.store.runs.keys():
        store.meet(after.store)
    joined = head.copy().join(after.copy())
    changed = _widen_bindings(names, after.names, None if last else joined.names, store)
    changed |= _widen_bindings(attributes, after.attributes, None if last else joined.attributes, store)
    if not changed:
        return None
    result = head.copy()
    result.names, result.attributes, result.store = names, attributes, store
    return result


def _widen_bindings(mine: dict[K, Value], theirs: dict[K, Value], joined: dict[K, Value] | None, store: Store) -> bool:
    """Widen the bindings at the start of a loop by those at its end; without `joined`, to nothing known."""
    changed = False
    for key, value in theirs.items():
        old = mine.get(key)
        if old is not None and not covers(old, value, store):
            changed = True
            mine[key] = Opaque(reason="it changes in a loop") if joined is None else joined[key]
    return changed


def covers(known: Value, value: Value, store: Store) -> bool:
    """Whether `known`, found at the start of every iteration, stands for `value` too."""
    if known is value or (type(known) is Opaque and known.name is None):
        return True
    if isinstance(known, Tensor) and isinstance(value, Tensor):
        a, b = store.resolve(known.shape), store.resolve(value.shape)
        if a.run is not None:
            return a.run is b.run or not (a.leading or a.trailing)
        return (
            b.run is None
            and len(a.leading) == len(b.leading)
            and all(
                x.size is y.size or (x.size.names is None and x.size.constant is None) or store.equal(x.size, y.size)
                for x, y in zip(a.leading, b.leading, strict=True)
            )
        )
    if isinstance(known, (LayerValue, Instance, Repeated)):
        return join(known, value, store, store) is known
    if isinstance(known, Number) and isinstance(value, Number):
        return store.equal(known.dim, value.dim)
    if isinstance(known, Sequence) and isinstance(value, Sequence):
        return len(known.items) == len(value.items) and all(
            covers(a, b, store) for a, b in zip(known.items, value.items, strict=True)
        )
    return False
