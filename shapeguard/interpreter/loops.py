"""Loops: a few known items one by one, everything else to a state that every iteration starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from shapeguard.dims import constant, symbol
from shapeguard.interpreter import ir
from shapeguard.interpreter.dispatch import evaluate, execute, statement
from shapeguard.interpreter.iteration import LONGEST_UNROLLED, bind_target, element, parts
from shapeguard.interpreter.joins import join
from shapeguard.interpreter.operators import truth_of
from shapeguard.interpreter.refinement import suppose
from shapeguard.interpreter.structure import adds_one
from shapeguard.interpreter.values import Instance, LayerValue
from shapeguard.shapes.alike import is_number
from shapeguard.shapes.parts import run_element
from shapeguard.shapes.shape import known, unknown
from shapeguard.shapes.values import Computed, Literal, Mapping, Number, Opaque, Repeated, Sequence, Tensor, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapeguard.dims import Dim
    from shapeguard.interpreter.frame import Frame, Path
    from shapeguard.shapes.store import Store

K = TypeVar("K")
MOST_ROUNDS = 4


@statement(ir.For)
def _for(node: ir.For, frame: Frame) -> None:
    iterable = evaluate(node.iterable, frame)
    items = parts(iterable, frame)
    outer = _enter(frame)
    varied = frame.varies
    frame.varies = varied or any(map(_is_data, items))
    for item in items if len(items) <= LONGEST_UNROLLED else (_each(items, element(iterable, frame)),):
        if isinstance(item, Repeated):
            before = frame.path.names
            _repeat(lambda one=item.element: _iteration(node, one, frame), frame)  # type: ignore[misc]
            if item.length is not None:
                _count(node.body, before, item.length, frame)
        else:
            _iteration(node, item, frame)
        if not frame.path.alive:
            break
    frame.varies = varied
    _leave(node.orelse, outer, frame)


def _each(items: tuple[Value, ...], item: Value) -> Repeated:
    """Many items as so many of one that stands for each."""
    counted = not any(isinstance(part, Repeated) for part in items)
    return Repeated(item, constant(len(items)) if counted else None)


def _is_data(item: Value) -> bool:
    """Whether a loop goes over more than the numbers of its rounds."""
    return not isinstance(item.element if isinstance(item, Repeated) else item, (Number, Literal))


def _iteration(node: ir.For, item: Value, frame: Frame) -> None:
    bind_target(node.target, item, frame, node.site)
    execute(node.body, frame)
    _meet_continues(frame)


def _count(body: ir.Block, before: dict[str, Value], rounds: Dim, frame: Frame) -> None:
    """Lists that every round of a loop adds one item to have as many items more as there were rounds."""
    names = frame.path.names
    for name, old in before.items():
        new = names.get(name)
        if type(new) is Repeated and new.length is None and type(old) is Sequence and adds_one(body, name):
            parts = new.parts if old.items else ()
            names[name] = Repeated(new.element, rounds + len(old.items), new.kind, parts)


@statement(ir.While)
def _while(node: ir.While, frame: Frame) -> None:
    outer = _enter(frame)
    truth = truth_of(evaluate(node.test, frame))
    if truth is not False:

        def iteration() -> None:
            evaluate(node.test, frame)
            suppose(node.test, frame, holds=True)
            execute(node.body, frame)
            _meet_continues(frame)

        _repeat(iteration, frame, at_least_once=truth is True)
        if truth is True and type(node.test) is ir.Constant:
            frame.path.alive = False  # left by break or return only
        else:
            suppose(node.test, frame, holds=False)
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


def _meet_continues(frame: Frame) -> None:
    for path in frame.continues:
        frame.path = frame.path.join(path)
    frame.continues = []


def repeatedly(step: Callable[[Value], Value], value: Value, frame: Frame) -> Value:
    """The value after any number of steps, each of which takes what the one before it gave."""
    carried = f"<carried {len(frame.path.names)}>"

    def iteration() -> None:
        frame.path.names[carried] = step(frame.path.names[carried])

    frame.path.names[carried] = value
    _repeat(iteration, frame)
    return frame.path.names.pop(carried)


def _repeat(iteration: Callable[[], None], frame: Frame, *, at_least_once: bool = False) -> None:
    """Run an iteration until the state at its start covers the state at its end."""
    head = frame.path
    after = head
    certain = head.certain
    with frame.interpreter.reports.rounds(certain=certain) as another:
        for attempt in range(MOST_ROUNDS):
            frame.path = head.copy()
            if frame is frame.interpreter.recording:
                frame.path.certain = True  # as far as the round is concerned
            iteration()
            after = frame.path
            frame.interpreter.reports.settle(after.store)
            if not after.alive or frame.interpreter.steps <= 0:
                break
            widened = _widen(head, after, last=attempt == MOST_ROUNDS - 2)
            if widened is None:
                break
            another()
            head = widened
    after.certain &= certain
    frame.path = after if at_least_once and after.alive else head.copy().join(after)


def _widen(head: Path, after: Path, *, last: bool) -> Path | None:
    """A state that covers both; None when `head` already does."""
    names = dict(head.names)
    attributes = dict(head.attributes)
    store = head.store.copy()
    if store.facts is not after.store.facts or store.runs.keys() != after.store.runs.keys():
        store.meet(after.store)
    joined = head.copy().join(after.copy())
    changed = _widen_bindings(names, after.names, joined.names, store, last=last)
    changed |= _widen_bindings(attributes, after.attributes, joined.attributes, store, last=last)
    for key, value in after.attributes.items():
        attributes.setdefault(key, value)  # of objects made by the iteration
    if not changed:
        return None
    result = head.copy()
    result.names, result.attributes, result.store = names, attributes, store
    return result


def _widen_bindings(
    mine: dict[K, Value], theirs: dict[K, Value], joined: dict[K, Value], store: Store, *, last: bool
) -> bool:
    """Widen the bindings at the start of a loop by those at its end; in the last round, to what is sure to hold."""
    changed = False
    for key, value in theirs.items():
        old = mine.get(key)
        if old is not None and joined[key] is not old and not covers(old, value, store):
            changed = True
            mine[key] = _blurred(joined[key], store) if last else joined[key]
    return changed


def _blurred(value: Value, store: Store) -> Value:
    """As good as nothing: that a tensor is one, and how many axes it has."""
    if isinstance(value, Mapping) and value.rest is None:
        return Mapping({key: _blurred(item, store) for key, item in value.entries.items()})
    if not isinstance(value, Tensor):
        return Opaque(reason="it changes in a loop")
    axes = store.axes(value)
    return Tensor(unknown() if axes is None else known(symbol(None, minimum=0) for _ in axes))


def covers(old: Value, value: Value, store: Store) -> bool:
    """Whether `old`, found at the start of every iteration, stands for `value` too."""
    if old is value or (type(old) is Opaque and old.name is None):
        return True
    if isinstance(old, Tensor) and isinstance(value, Tensor):
        a, b = store.resolve(old.shape), store.resolve(value.shape)
        if a.run is not None:
            return a.run is b.run or (a.run.free and not (a.leading or a.trailing))
        return (
            b.run is None
            and len(a.leading) == len(b.leading)
            and all(
                x.size is y.size or (not x.size.named and x.size.constant is None) or store.equal(x.size, y.size)
                for x, y in zip(a.leading, b.leading, strict=True)
            )
        )
    if isinstance(old, Repeated) and isinstance(value, Repeated) and _cover_all(old, value, store):
        return True
    if isinstance(old, (LayerValue, Instance, Repeated)):
        return join(old, value, store, store) is old
    if isinstance(old, Number) and isinstance(value, Number):
        return store.equal(old.dim, value.dim)
    if type(old) is Computed and not old.operands:
        return is_number(value)
    if isinstance(old, Mapping) and isinstance(value, Mapping):
        return (
            old.entries.keys() == value.entries.keys()
            and old.rest is value.rest
            and all(covers(item, value.entries[key], store) for key, item in old.entries.items())
        )
    if isinstance(old, Sequence) and isinstance(value, Sequence):
        return len(old.items) == len(value.items) and all(
            covers(a, b, store) for a, b in zip(old.items, value.items, strict=True)
        )
    return False


def _cover_all(old: Repeated, value: Repeated, store: Store) -> bool:
    """Whether any number of items that look alike stand for each part of the other sequence."""
    alone = old.parts == (old,) and old.length is None
    return alone and all(covers(old.element, run_element(part), store) for part in value.parts)
