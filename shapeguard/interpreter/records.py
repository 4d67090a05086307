"""What `infer` shows: the shapes that names were bound to, over all the ways a statement was reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapeguard.interpreter.joins import join
from shapeguard.interpreter.values import Instance, LayerValue
from shapeguard.shapes.values import Either, Literal, Mapping, Number, Opaque, Repeated, Sequence, Tensor, present

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.interpreter.frame import Frame
    from shapeguard.shapes.shape import Shape
    from shapeguard.shapes.store import Store
    from shapeguard.shapes.values import Value


NO_TENSOR = "it is no tensor"


class Row(NamedTuple):
    """A name bound at a site, and the shape it got: None where it is not known, for the `reason` given."""

    site: int
    function: str
    name: str
    shape: Shape | None
    store: Store
    numbers: dict[str, Dim | None]  # the integers that names are bound to; None for one bound to several
    places: dict[str, int]  # the sites where these names were first bound
    reason: str | None


class Records:
    """Bindings of the function under analysis, and the finished rows of those before, where rows are `wanted`."""

    def __init__(self, *, wanted: bool) -> None:
        self._wanted = wanted
        self.rows: list[Row] = []
        self._open: dict[tuple[int, str], Value] = {}
        self._numbers: dict[str, Dim | None] = {}
        self._places: dict[str, int] = {}
        self._perhaps: list[tuple[str, Opaque]] = []  # what may turn out to be numbers

    def bind(self, site: int, name: str, value: Value, store: Store) -> None:
        if not self._wanted:
            return
        key = (site, name)
        self._places.setdefault(name.removeprefix("arg:"), site)
        number = present(value) if isinstance(value, Either) else value
        if isinstance(number, Number):
            self._bind_number(name.removeprefix("arg:"), number.dim, store)
        elif isinstance(value, Opaque):
            self._perhaps.append((name.removeprefix("arg:"), value))
        known = self._open.get(key)
        self._open[key] = value if known is None else join(known, value, store, store)

    def _bind_number(self, name: str, size: Dim, store: Store) -> None:
        known = self._numbers.setdefault(name, size)
        if known is not None and not store.equal(known, size):
            self._numbers[name] = None

    def discard(self) -> None:
        """Forget the open bindings."""
        self._open, self._numbers, self._places, self._perhaps = {}, {}, {}, []

    def finish(self, frame: Frame) -> None:
        """Turn the open bindings into rows, with what is known at the end of the function."""
        store, numbers, places = frame.path.store, self._numbers, self._places
        for name, perhaps in self._perhaps:
            if perhaps.used_as_number:
                self._bind_number(name, perhaps.number.dim, store)
        for name in numbers.keys() & frame.path.names.keys():
            left = frame.path.names[name]
            if isinstance(left, Opaque) and left.name == name and left.used_as_number:
                numbers[name] = left.number.dim  # whatever it was bound to on the paths that meet
        for (site, name), value in self._open.items():
            shown = _tensor(value)
            if shown is not None:
                shape = store.shape(shown)
                self.rows.append(Row(site, frame.name, name, shape, store, numbers, places, _reason(value)))
            elif not isinstance(value, (Number, Literal, Instance, LayerValue)):
                self.rows.append(Row(site, frame.name, name, None, store, numbers, places, _reason(value)))
        self.discard()


def _reason(value: Value) -> str | None:
    """Why no more is known of a value."""
    if isinstance(value, Opaque):
        return value.reason
    if isinstance(value, Either):
        return "it depends on the path taken"
    return None if isinstance(value, Tensor) else NO_TENSOR


def _tensor(value: Value) -> Tensor | None:
    if isinstance(value, Tensor):
        return value
    if isinstance(value, Opaque) and value.used_as_tensor:
        return value.tensor
    if isinstance(value, Either):
        options = [option for option in value.options if not isinstance(option, (Literal, Sequence, Repeated, Mapping))]
        return _tensor(options[0]) if len(options) == 1 else None
    return None
