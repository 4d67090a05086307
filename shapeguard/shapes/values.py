"""Abstract values: what an expression of the analysed program can evaluate to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant, symbol
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Run, Shape, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapeguard.dims import Dim
    from shapeguard.shapes.past import Past


class Value:
    """Base of everything a name can be bound to."""

    __slots__ = ()


class Tensor(Value):
    """A tensor; `dtype` is "bool", "int", "float" or None (unknown), `past` what it was made from, where that matters."""

    __slots__ = ("dtype", "past", "shape")

    def __init__(self, shape: Shape, dtype: str | None = None, past: Past | None = None) -> None:
        self.shape = shape
        self.dtype = dtype
        self.past = past

    def __repr__(self) -> str:
        return f"Tensor{self.shape!r}"


class Number(Value):
    """An integer, as a size."""

    __slots__ = ("dim",)

    def __init__(self, dim: Dim) -> None:
        self.dim = dim

    def __repr__(self) -> str:
        return f"Number({self.dim})"


class Defaulted(Number):
    """An integer parameter that callers are assumed to leave at `default` where it numbers an axis."""

    __slots__ = ("default",)

    def __init__(self, dim: Dim, default: int) -> None:
        super().__init__(dim)
        self.default = default


class Counter(Number):
    """What a loop counts: any of the numbers below `limit`, as the range at `site` says."""

    __slots__ = ("limit", "site")

    def __init__(self, dim: Dim, limit: Dim, site: int) -> None:
        super().__init__(dim)
        self.limit = limit
        self.site = site


class Literal(Value):
    """A constant that is no integer: a string, float, bool, None or Ellipsis."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Literal({self.value!r})"


NONE, TRUE, FALSE, ELLIPSIS = Literal(None), Literal(value=True), Literal(value=False), Literal(...)


class Sequence(Value):
    """A tuple or list whose items are known one by one."""

    __slots__ = ("items", "kind")

    def __init__(self, items: Iterable[Value], kind: str = "tuple") -> None:
        self.items = tuple(items)
        self.kind = kind

    def __repr__(self) -> str:
        return f"{self.kind}{self.items!r}"


class Record(Sequence):
    """A tuple whose items have names, such as the values and indices that `max(dim)` returns."""

    __slots__ = ("names",)

    def __init__(self, **items: Value) -> None:
        super().__init__(items.values())
        self.names = tuple(items)

    def field(self, name: str) -> Value | None:
        return self.items[self.names.index(name)] if name in self.names else None


class Repeated(Value):
    """A sequence of unknown (or symbolic) length whose items all look like `element`.

    `parts` are its items in order as far as they are known one by one; a `Repeated` among them is any number of items.
    `same` says that all items are one value, as those of `[x] * n`.
    """

    __slots__ = ("_items", "_parts", "element", "kind", "length", "same")

    def __init__(
        self,
        element: Value,
        length: Dim | None = None,
        kind: str = "list",
        parts: tuple[Value, ...] = (),
        *,
        same: bool = False,
    ) -> None:
        self.element = element
        self.length = length
        self.kind = kind
        self.same = same
        self._parts = parts
        self._items: dict[int | None, Value] = {}

    def item(self, index: int | None) -> Value:
        """The item at an index (None: one that is not known); two of them need not be the same size."""
        found = None if index is None else part_at(self.parts, index)
        if found is not None:
            return found
        if index is None:
            return self.another()
        if index not in self._items:
            self._items[index] = self.another()
        return self._items[index]

    def another(self) -> Value:
        """What stands for an item that need not be the one that `element` stands for."""
        return self.element if self.same else _another(self.element)

    @property
    def parts(self) -> tuple[Value, ...]:
        return self._parts or (self,)


def _another(value: Value) -> Value:
    """A value of which no more is known, and that need not be of the same size."""
    if isinstance(value, Tensor):
        leading, trailing = (tuple(map(_another_axis, axes)) for axes in (value.shape.leading, value.shape.trailing))
        run = None if value.shape.run is None else Run()
        return Tensor(Shape(leading, run, trailing), value.dtype, value.past)
    if isinstance(value, Either):
        return Either(tuple(map(_another, value.options)))
    if type(value) is Computed and value.is_number:
        return Computed()
    varies = value.dim.constant is None if isinstance(value, Number) else isinstance(value, Opaque)
    return Opaque(reason="an item of a sequence") if varies else value


def _another_axis(axis: Axis) -> Axis:
    known = axis.size.constant is not None or axis.size.named
    return axis if known else Axis(symbol(None, minimum=axis.size.least), axis.origin, axis.site)


def part_at(parts: tuple[Value, ...], index: int) -> Value | None:
    """The item at `index` (negative: from the end), None where a run hides how far it is from there."""
    if index < 0:
        parts, index = parts[::-1], -index - 1
    before = parts[: index + 1]
    return None if index >= len(parts) or any(isinstance(part, Repeated) for part in before) else parts[index]


class Sizes(Value):
    """The result of `x.shape`: the sizes of a tensor, its rank perhaps unknown."""

    __slots__ = ("tensor",)

    def __init__(self, tensor: Tensor) -> None:
        self.tensor = tensor


class ListedSizes(Sizes):
    """The same as a list or tuple of numbers."""

    __slots__ = ()


class Mapping(Value):
    """A dictionary with known keys; `rest`, of which nothing is known, are the others that it may have."""

    __slots__ = ("entries", "rest")

    def __init__(self, entries: dict[object, Value], rest: Opaque | None = None) -> None:
        self.entries = entries
        self.rest = rest


class Slice(Value):
    """The value of `lower:upper:step` inside an index; None where a part is absent."""

    __slots__ = ("lower", "step", "upper")

    def __init__(self, lower: Value | None, upper: Value | None, step: Value | None) -> None:
        self.lower = lower
        self.upper = upper
        self.step = step

    @property
    def is_whole(self) -> bool:
        """Whether it takes all of an axis."""
        return self.lower is None and self.upper is None and self.step is None


class Either(Value):
    """One of a few values of different kinds, the join of paths."""

    __slots__ = ("options",)

    def __init__(self, options: tuple[Value, ...]) -> None:
        self.options = options

    @property
    def present(self) -> tuple[Value, ...]:
        """What it may be where None would fail."""
        return tuple(option for option in self.options if option is not NONE)


class Library(Value):
    """A dotted name outside the analysed sources: `torch.nn.Linear`."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"Library({self.name})"


BY_PATH = "it depends on the path taken"


class Opaque(Value):
    """A value of which only the way to it is known, such as a parameter.

    What it turns out to be is decided by its use: the same opaque value is always the same size, the same tensor and
    has the same attributes. `name` is its text in the source (None: nothing stands for it), `reason` says why no more
    is known. `omissible` says that callers are assumed to leave it to a class or function that stands in for it, `made`
    that it is an object of a class that is not known, which may have an indexing of its own.
    """

    __slots__ = ("_attributes", "_length", "_number", "_tensor", "made", "minimum", "name", "omissible", "reason")

    def __init__(
        self,
        name: str | None = None,
        reason: str | None = None,
        *,
        minimum: int | None = None,
        omissible: bool = False,
        made: bool = False,
    ) -> None:
        self.name = name
        self.omissible = omissible
        self.made = made
        self.reason = reason
        self.minimum = minimum
        self._number: Number | None = None
        self._tensor: Tensor | None = None
        self._attributes: dict[object, Value] | None = None
        self._length: Opaque | None = None

    def take_name(self, name: str) -> None:
        """Let the text `name` stand for the value, where nothing does yet."""
        if self.name is None and not self.used_as_tensor and not self.used_as_number:
            self.name = name

    @property
    def number(self) -> Number:
        if self._number is None:
            self._number = Number(symbol(self.name, minimum=self.minimum))
        return self._number

    @property
    def tensor(self) -> Tensor:
        if self._tensor is None:
            self._tensor = Tensor(unknown())
        return self._tensor

    @property
    def length(self) -> Opaque:
        """The number of its items, where it is no tensor."""
        if self._length is None:
            self._length = Opaque(reason="a length", minimum=0)
        return self._length

    @property
    def used_as_number(self) -> bool:
        return self._number is not None

    @property
    def used_as_tensor(self) -> bool:
        return self._tensor is not None

    @property
    def parts(self) -> tuple[Value, ...]:
        """The items and attributes that were taken, as of no tensor."""
        return tuple(self._attributes.values()) if self._attributes else ()

    def part(self, key: object, name: str | None, new: Value | None = None) -> Value:
        """The attribute or item `key`, the same one at every call; `new` is what it is where none was taken yet."""
        if self._attributes is None:
            self._attributes = {}
        if key not in self._attributes:
            self._attributes[key] = new or Opaque(name, self.reason, minimum=self.minimum)
        return self._attributes[key]

    def take_tensor(self, tensor: Tensor) -> None:
        """The value turned out to be this tensor."""
        self._tensor = tensor

    def forget(self, key: object) -> None:
        """The attribute or item `key` was replaced."""
        if self._attributes is not None:
            self._attributes.pop(key, None)

    def __repr__(self) -> str:
        return f"Opaque({self.name or self.reason})"


class Computed(Opaque):
    """What arithmetic on values that are not known gives: a number if all of `operands` are, for certain if there are none.

    `size` is that number, as far as it can be written down. `is_number` says that it is one whatever callers pass.
    """

    __slots__ = ("is_number", "operands")

    def __init__(
        self, *operands: Value, size: Dim | None = None, name: str | None = None, minimum: int | None = None,
        reason: str = "arithmetic on an unknown value",
    ) -> None:  # fmt: skip
        super().__init__(name, reason, minimum=minimum)
        self.operands = operands
        self.is_number: bool = all(
            part.is_number if type(part) is Computed else isinstance(part, (Number, Literal)) for part in operands
        )
        if size is not None:
            self._number = Number(size)

    @property
    def source(self) -> Opaque | None:
        """The one operand that is not known, whose shape the result has if it is a tensor."""
        unknown = [operand for operand in self.operands if isinstance(operand, Opaque)]
        return unknown[0] if len(unknown) == 1 else None

    @property
    def tensor(self) -> Tensor:
        return super().tensor if self.source is None else self.source.tensor

    @property
    def used_as_tensor(self) -> bool:
        return self.source is not None and self.source.used_as_tensor


def present(value: Value) -> Value:
    """The value where None would fail: unknown if it may still be several."""
    if not isinstance(value, Either):
        return value
    options = value.present
    return options[0] if len(options) == 1 else Opaque(reason="one of several values")


def size_of(value: Value) -> Dim | None:
    """The size that a value is if it is a number; None for what is no number."""
    if isinstance(value, Number):
        return value.dim
    return value.number.dim if isinstance(value, Opaque) else None


def integer(value: int) -> Number:
    return Number(constant(value))
