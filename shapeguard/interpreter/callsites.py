"""What the functions of a file are called with by other functions in it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from shapeguard.dims import Dim, Symbol, symbol
from shapeguard.interpreter.joins import join
from shapeguard.interpreter.other_numbers import other_numbers
from shapeguard.interpreter.together import Together, in_order
from shapeguard.interpreter.values import Instance, LayerValue, is_callable
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.parts import run_element
from shapeguard.shapes.shape import known as shape_of
from shapeguard.shapes.shape import unknown
from shapeguard.shapes.store import Store
from shapeguard.shapes.values import NONE, Either, Opaque, Repeated, Sequence, Tensor
from shapeguard.shapes.values import Sizes as ShapeOf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from shapeguard.interpreter import ir
    from shapeguard.interpreter.frame import Frame
    from shapeguard.interpreter.mentions import Mentions
    from shapeguard.interpreter.together import Names, Place, Sizes
    from shapeguard.shapes.shape import Shape
    from shapeguard.shapes.values import Value

Passed: TypeAlias = "dict[int, dict[str, Value]]"  # by the site of the function, by parameter
Attributes: TypeAlias = "dict[tuple[Instance, str], Value]"
Call: TypeAlias = "tuple[int | None, bool]"  # its site, and whether it holds for every run of the function it is in


class Settled(NamedTuple):
    """What a call of a function passes, once its caller is run: values in which tensors have no sizes, and these."""

    function: int
    call: Call
    values: Mapping[str, Value | None]
    sizes: Mapping[Place, Sizes | None]


class Calls:
    """What was passed, joined over all calls: shapes of tensors, and modules, classes and functions.

    What calls at a file's top level pass is an example, and does not count. In the file itself, an argument of a method
    of which nothing is known is assumed to be like those of other calls; helpers that are no methods are called with
    anything, and so may be what files around pass. `names` are those that sizes have in the functions that call, `own`
    the sites of the file.
    """

    def __init__(self, names: Names, own: range) -> None:
        self.names = names
        self._own = own
        self._reached: set[int] = set()
        self._unresolved: set[int] = set()
        self._resolved: set[int | None] = set()
        self._pending: list[tuple[int, Call, dict[str, Value | None]]] = []
        self._found: dict[int, dict[Call, _Arguments]] = {}
        self.settled: list[Settled] = []  # at the end of the last function
        self._helpers: set[int] = set()  # the functions that are no methods
        self._numbers: dict[tuple[int, str], Value] = {}  # parameters that get other numbers than their defaults
        self.constructors: set[int] = set()

    def observe(
        self, function: ir.Function, arguments: dict[str, Value], receiver: Value | None, caller: Frame
    ) -> None:
        """Take note of a call under way in `caller`."""
        for value in arguments.values():
            if value is not receiver and _is_module(value):
                keep_attributes(value, caller.path.attributes)
        if not caller.interpreter.assume:
            return
        self._resolved.add(caller.call_site)
        if receiver is None:
            self._helpers.add(function.site)
        elif function.name == "__init__":
            self.constructors.add(function.site)
        outer = caller
        while outer.caller is not None:
            outer = outer.caller
        if outer is not caller.interpreter.recording:
            return  # the top level of another file
        for name in other_numbers(function, arguments):
            self._numbers[function.site, name] = arguments[name]
        call = caller.call_site, caller is outer
        if not (caller.interpreter.is_elsewhere and self._is_own(call[0])):  # there it is as it is for all callers
            observed = {name: _observed(value) for name, value in arguments.items() if value is not receiver}
            self._pending.append((function.site, call, observed))

    def reach(self, site: int, function: Value) -> None:
        """Take note that a call is under way, perhaps of an unknown function."""
        self._reached.add(site)
        if isinstance(function, Opaque):
            self._unresolved.add(site)

    def missed(self, site: int) -> bool:
        """Whether it is not known what is called at a place."""
        return site not in self._reached or (site in self._unresolved and site not in self._resolved)

    def give_up(self, function: ir.Function, caller: Frame) -> None:
        """Take note of a call that is not followed."""
        self._resolved.add(caller.call_site)
        call = caller.call_site, caller.caller is None
        self._pending.append((function.site, call, {parameter.name: None for parameter in function.parameters}))

    def take_from_elsewhere(self, other: Calls) -> None:
        """Keep what an earlier run saw in the files around."""
        for function, calls in other._found.items():
            kept = {call: arguments for call, arguments in calls.items() if not self._is_own(call[0])}
            if kept:
                self._found[function] = kept
        self._reached, self._unresolved, self._resolved = other._reached, other._unresolved, other._resolved
        self._helpers |= other._helpers
        self._numbers |= other._numbers
        self.constructors |= other.constructors

    def settle(self, store: Store) -> None:
        """Take what was passed since the last time, with what is known of it now."""
        self.settled = []
        for function, call, arguments in self._pending:
            observed = {name: value and _by_now(value, store) for name, value in arguments.items()}
            if not self._is_own(call[0]):
                observed = {name: value and _seen_from_elsewhere(value, store) for name, value in observed.items()}
            sizes: dict[Place, Sizes | None] = {}
            values = {name: _without_sizes(value, (name,), store, sizes) for name, value in observed.items()}
            self.settled.append(Settled(function, call, values, sizes))
        self.take(self.settled)
        self.forget()

    def take(self, settled: Iterable[Settled]) -> None:
        """Take what calls passed."""
        for function, call, values, sizes in settled:
            calls = self._found.setdefault(function, {})
            if call not in calls:
                calls[call] = _Arguments(self.names)
            calls[call].add(values, sizes)

    def _is_own(self, site: int | None) -> bool:
        return site is None or site in self._own

    def forget(self) -> None:
        self._pending = []

    @contextmanager
    def aside(self) -> Iterator[None]:
        """A time in which what was passed so far is not settled."""
        before, self._pending = self._pending, []
        try:
            yield
        finally:
            self._pending = before

    def passed(self, mentions: Mentions) -> tuple[Passed, Names]:
        """The arguments that every call agrees on, at least in the number of their axes, and what their sizes are called.

        `mentions` are where the file's functions may be called.
        """
        found: Passed = {}
        names: Names = {}
        for function, calls in self._found.items():
            seen = not mentions.unseen(function, self)
            found[function] = _agreed(calls, self._own, names, seen=seen, alike=function not in self._helpers)
        for (function, name), number in self._numbers.items():
            found.setdefault(function, {})[name] = number
        return found, names


class _Arguments:
    """What one call passes whenever it is run: by parameter, a tensor, a module or None, as far as it is known."""

    def __init__(self, names: Names) -> None:
        self.values: dict[str, Value | None] = {}
        self.tensors = Together(names)

    def add(self, values: Mapping[str, Value | None], sizes: Mapping[Place, Sizes | None]) -> None:
        for name, value in values.items():
            self.values[name] = _joined(self.values.get(name), value)
        self.tensors.add(sizes)


def _without_sizes(value: Value | None, place: Place, store: Store, sizes: dict[Place, Sizes | None]) -> Value | None:
    """An argument in which `A_TENSOR` stands for every tensor, whose sizes are kept by place."""
    if isinstance(value, Tensor):
        axes = store.axes(value)
        if axes is None and not _differs(store.shape(value)):
            return None
        sizes[place] = None if axes is None else tuple(_told(axis.size, store) for axis in axes)
        return A_TENSOR
    if isinstance(value, ShapeOf):
        return None if _without_sizes(value.tensor, place, store, sizes) is None else A_SHAPE
    if isinstance(value, Sequence):
        items = [_without_sizes(item, (*place, index), store, sizes) or OPEN for index, item in enumerate(value.items)]
        return Sequence(items, value.kind)
    return value


def _differs(shape: Shape) -> bool:
    """Whether the number of axes is known to differ between calls, or paths."""
    return shape.run is not None and shape.run.free


def _with_sizes(value: Value, place: Place, sizes: Mapping[Place, Sizes | None]) -> Value | None:
    """An argument with the tensors that calls agree on."""
    if value is A_TENSOR or value is A_SHAPE:
        found = sizes.get(place)
        tensor = None if found is None else Tensor(shape_of(found))
        return tensor if tensor is None or value is A_TENSOR else ShapeOf(tensor)
    if isinstance(value, Sequence):
        items = [_with_sizes(item, (*place, index), sizes) or OPEN for index, item in enumerate(value.items)]
        return Sequence(items, value.kind)
    known = value is not NONE and not isinstance(value, (Opaque, Repeated))
    return value if known and not (isinstance(value, Either) and A_TENSOR in value.options) else None


def _told(size: Dim, store: Store) -> Dim:
    """A size as it is passed: in names where it has some, whatever else it is known to be."""
    simple = store.facts.simplify(size)
    return size if simple.names is None and size.names is not None else simple


def _agreed(calls: dict[Call, _Arguments], own: range, names: Names, *, seen: bool, alike: bool) -> dict[str, Value]:
    """What the calls of one function agree on, of which all were `seen` or not; `names` takes those of the sizes."""
    parameters = dict.fromkeys(name for arguments in calls.values() for name in arguments.values)
    alike = alike and not _ranks_differ(calls.values())
    considered = {
        name: _considered(
            {call: arguments.values.get(name) for call, arguments in calls.items()}, own, seen=seen, alike=alike
        )
        for name in parameters
    }
    known: Names = {}
    for arguments in calls.values():
        known |= arguments.tensors.names
    together = Together(known)
    for call, arguments in calls.items():
        together.add({place: sizes for place, sizes in arguments.tensors.sizes.items() if call in considered[place[0]]})
    names |= together.names
    found: dict[str, Value] = {}
    for name, chosen in considered.items():
        value: Value | None = None
        for call in chosen:
            value = _joined(value, calls[call].values.get(name))
        agreed = None if value is None else _with_sizes(value, (name,), together.sizes)
        if not isinstance(
            agreed, (Tensor, Sequence, ShapeOf)
        ):  # one module need not stand for those that are not known
            known_elsewhere = all(
                calls[call].values.get(name) for call in chosen if call[0] is not None and call[0] not in own
            )
            agreed = agreed if seen and known_elsewhere else None
        if agreed is not None:
            found[name] = agreed
    return found


def _ranks_differ(calls: Iterable[_Arguments]) -> bool:
    """Whether some calls pass a tensor of more axes than others: what they pass beside it may differ as well."""
    ranks: dict[Place, int] = {}
    sizes = (item for arguments in calls for item in arguments.tensors.sizes.items())
    return any(axes is not None and ranks.setdefault(place, len(axes)) != len(axes) for place, axes in sizes)


def _considered(calls: dict[Call, Value | None], own: range, *, seen: bool, alike: bool) -> list[Call]:
    """The calls that tell what an argument is; none where too little is known of the others.

    `alike` says that those in the same file of which nothing is known are assumed to be like the others.
    """
    mine: list[Call] = []
    others: list[Call] = []
    for call in calls:
        site, general = call
        ours = site is None or site in own
        if not general and (site, True) in calls and (not ours or calls[site, True] is not None):
            continue  # what it passes whenever it is run is known
        (mine if ours else others).append(call)
    known = [calls[call] for call in mine if calls[call] is not None]
    if len(known) < len(mine) and not alike:
        return []
    if all(value is NONE for value in known):
        if not seen or len(known) < len(mine) or any(calls[call] is None for call in others):
            return []
    return [*mine, *others]


def _by_now(value: Value, store: Store) -> Value | None:
    """What was passed, where that was not known to be a tensor: one, if all its axes are known by the caller's end."""
    if not isinstance(value, Opaque):
        return value
    return value.tensor if value.used_as_tensor and store.axes(value.tensor) is not None else None


def _observed(value: Value) -> Value | None:
    """What is kept of an argument: a tensor, a module, or that there is none; not what only the callee makes of it."""
    if isinstance(value, Opaque):
        return value.tensor if value.used_as_tensor else value
    if isinstance(value, Sequence):
        items = [_observed(item) for item in value.items]
        tensors = all(isinstance(item, Tensor) for item in items)
        return Sequence([item for item in items if item is not None], value.kind) if items and tensors else None
    options = value.present if isinstance(value, Either) else ()
    if len(options) == 1 and not _is_module(options[0]):
        return _observed(options[0])
    return value if value is NONE or isinstance(value, (Tensor, ShapeOf)) or _is_module(value) else None


def _seen_from_elsewhere(value: Value, store: Store) -> Value | None:
    """What calls in another file pass, without numbers and names that have another meaning here.

    Of an object only its class counts: what holds for every object of the class.
    """
    if isinstance(value, Tensor):
        shape = store.shape(value)
        leading, trailing = ([Axis(symbol(None)) for _ in side] for side in (shape.leading, shape.trailing))
        return Tensor(shape.with_axes(leading, trailing), value.dtype)
    if isinstance(value, ShapeOf):
        seen = _seen_from_elsewhere(value.tensor, store)
        return ShapeOf(seen) if isinstance(seen, Tensor) else None
    if isinstance(value, Instance):
        return Instance(value.cls)
    if isinstance(value, LayerValue):
        sized = any(isinstance(held, (Dim, tuple)) for held in vars(value.layer).values())
        return None if sized or value.layer.parts() is not None else value
    if isinstance(value, (Sequence, Either)):
        items = value.items if isinstance(value, Sequence) else value.options
        found = [_seen_from_elsewhere(each, store) for each in items]
        known = [each for each in found if each is not None]
        whole = Either(tuple(known)) if isinstance(value, Either) else Sequence(known, value.kind)
        return whole if len(known) == len(found) else None
    return value


OPEN = Opaque(reason="calls pass different things")
A_TENSOR = Tensor(unknown())  # whose sizes are looked at together with those of other arguments
A_SHAPE = ShapeOf(A_TENSOR)  # `x.shape`, likewise


def _joined(a: Value | None, b: Value | None) -> Value | None:
    """What two calls pass, where one that passes no tensor says nothing; a module may be one that is left out."""
    if a is None or b is None:
        return b if a is None else a
    if (a is NONE or b is NONE) and not (_is_module(a) and _is_module(b)):
        return b if a is NONE else a
    store = Store()
    return join(a, b, store, store)


def _is_module(value: Value) -> bool:
    if isinstance(value, Either):
        return all(map(_is_module, value.options))
    return value is NONE or isinstance(value, (LayerValue, Instance)) or is_callable(value)


def keep_attributes(value: Value, attributes: Attributes) -> None:
    """Let the objects in a value know what was set on them, where the path that did so is left behind."""
    if isinstance(value, LayerValue):
        for part in value.layer.parts() or ():
            keep_attributes(run_element(part), attributes)
    elif isinstance(value, (Sequence, Either)):
        for part in value.items if isinstance(value, Sequence) else value.options:
            keep_attributes(part, attributes)
    elif isinstance(value, Instance) and not value.given:
        value.given = {name: held for (owner, name), held in attributes.items() if owner is value}
        for held in (*value.given.values(), *value.options):
            keep_attributes(held, attributes)


def outline(value: Value, names: Names, places: dict[Symbol, int]) -> object:
    """What of an argument the next round of a function may depend on: the axes with their names, and which modules.

    With names it counts, too, which sizes are one; `places` numbers those of the function's arguments.
    """
    if isinstance(value, Tensor):
        axes = [in_order(axis.size) for axis in value.shape.leading]
        return [
            [(names.get(each), places.setdefault(each, len(places))) for each in axis] if names else None
            for axis in axes
        ]
    if isinstance(value, (Sequence, Either)):
        parts = value.items if isinstance(value, Sequence) else value.options
        return [outline(part, names, places) for part in parts]
    if isinstance(value, Instance):
        return value.cls.ir.site, value.made_from is None
    return type(value)
