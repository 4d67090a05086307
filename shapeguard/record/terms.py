"""The values that one place of a signature was seen with, in all calls, as the type that takes them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from shapeguard.grammar.observations import Array, Items

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapeguard.grammar.observations import Seen

Shapes = tuple[tuple[int, ...], ...]

_BUILTINS: Final = {f"builtins.{name}": name for name in ("bool", "bytes", "complex", "float", "str")}


class Leaf:
    """A place that holds arrays.

    Args:
        place: `x`, `x[0]`, `x[..]` for all items of a container, `return`.
        seen: for each call the shapes that were there, none where it held something else.
        certain: it holds one array in every call, so that its axes are bound there.
    """

    def __init__(
        self, place: str, library: str, dtypes: frozenset[str], seen: tuple[Shapes, ...], certain: bool
    ) -> None:
        self.place = place
        self.library = library
        self.dtypes = dtypes
        self.seen = seen
        self.certain = certain

    @property
    def ranks(self) -> set[int]:
        return {len(shape) for shapes in self.seen for shape in shapes}


class Plain(NamedTuple):
    """A class that is no array; `text` is None for one that has no name everywhere."""

    text: str | None


class Container(NamedTuple):
    """`list[item]`, `dict[str, item]`, `tuple[item, ...]`; of a fixed length it is `tuple[items]`."""

    brackets: str
    items: tuple[Term, ...]
    fixed: bool = False


class Choice(NamedTuple):
    """Any of several types."""

    members: tuple[Term, ...]


Term = Leaf | Plain | Container | Choice
NONE: Final = Plain("None")


def term(place: str, values: Sequence[Sequence[Seen]], *, certain: bool = True) -> Term:
    """The type of what `place` held in each call: one value, or those of all items of a container."""
    flat = [value for call in values for value in call]
    members: list[Term] = []
    arrays = [value for value in flat if isinstance(value, Array)]
    certain = certain and bool(flat) and len(arrays) == len(flat)
    for library in sorted({array.library for array in arrays}):
        mine = [tuple(v.shape for v in call if isinstance(v, Array) and v.library == library) for call in values]
        dtypes = frozenset(array.dtype for array in arrays if array.library == library)
        members.append(Leaf(place, library, dtypes, tuple(mine), certain))
    for brackets in ("list", "tuple", "dict"):
        held = [[v for v in call if isinstance(v, Items) and v.brackets == brackets] for call in values]
        if any(held):
            members.append(_container(place, brackets, held, certain=all(len(call) == 1 for call in held)))
    members += [Plain(text) for text in dict.fromkeys(_plain(value) for value in flat if _is_plain(value))]
    if None in flat:
        members.append(NONE)
    return members[0] if len(members) == 1 else Choice(tuple(members))


def _container(place: str, brackets: str, held: list[list[Items]], *, certain: bool) -> Container:
    lengths = {len(items.items) for call in held for items in call}
    if brackets == "tuple" and len(lengths) == 1:
        fields = range(lengths.pop())
        return Container(
            brackets,
            tuple(
                term(f"{place}[{index}]", [[items.items[index] for items in call] for call in held], certain=certain)
                for index in fields
            ),
            fixed=True,
        )
    inner = [[item for items in call for item in items.items] for call in held]
    return Container(brackets, (term(f"{place}[..]", inner, certain=False),))


def _is_plain(value: Seen) -> bool:
    return isinstance(value, (int, str))


def _plain(value: Seen) -> str | None:
    return "int" if isinstance(value, int) else _BUILTINS.get(str(value))


def leaves(of: Term) -> Iterator[Leaf]:
    """The places in a type that hold arrays, in the order of their writing."""
    if isinstance(of, Leaf):
        yield of
    elif not isinstance(of, Plain):
        for inner in of.members if isinstance(of, Choice) else of.items:
            yield from leaves(inner)


def without_none(of: Term) -> Term:
    """The type of what is there when something is."""
    if not isinstance(of, Choice):
        return of
    members = tuple(member for member in of.members if member != NONE)
    return members[0] if len(members) == 1 else Choice(members)


def takes_none(of: Term) -> bool:
    return of == NONE or (isinstance(of, Choice) and NONE in of.members)
