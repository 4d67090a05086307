"""What the linter knows of a function's shapes: sizes that are equal by what the code does, and names for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard import interpreter
from shapeguard.lint.project import Folders

if TYPE_CHECKING:
    import libcst as cst

    from shapeguard.dims import Dim
    from shapeguard.interpreter.records import Row
    from shapeguard.shapes.shape import Run, Shape
    from shapeguard.shapes.store import Store

Key = object
"""What an axis is known by: a size, or its place in a run of axes; equal keys are equal sizes."""


class Hints:
    """Of one function: `proven` follows from its operations, `assumed` also believes comments and docstrings."""

    def __init__(self) -> None:
        self.proven: dict[str, tuple[Shape, Store]] = {}
        self.assumed: dict[str, tuple[Shape, Store]] = {}

    def key(self, place: str, index: int, rank: int | None) -> Key | None:
        """What the axis `index` is known by; `rank` is the number of axes where it is one and the same."""
        found = self.proven.get(place)
        return None if found is None else _axis(*found, index, rank)

    def size(self, place: str, index: int, rank: int | None) -> Dim | None:
        """The proven size of an axis."""
        return _size(self.proven.get(place), index, rank)

    def names(self, place: str, index: int, rank: int | None) -> list[str]:
        """Names that the source has for an axis, the best one first."""
        found = [_size(table.get(place), index, rank) for table in (self.proven, self.assumed)]
        return [size.names for size in found if size is not None and size.names]

    def leading(self, place: str) -> int:
        """How many axes stand before a run of axes, where none are known to stand behind it."""
        for table in (self.proven, self.assumed):
            if place in table:
                shape = table[place][0]
                return 0 if shape.trailing or shape.run is None else len(shape.leading)
        return 0


def hints(tree: cst.Module, path: str) -> dict[int, Hints]:
    """By the id of a function's node in `tree`."""
    found: dict[int, Hints] = {}
    project = Folders()
    file, nodes = interpreter.lowered(tree, path)
    for assume in (False, True):
        for row in interpreter.interpret(file, assume=assume, project=project).rows:
            place = row.name.removeprefix("arg:") if row.name.startswith("arg:") else row.name
            if row.shape is None or (place == row.name and row.name != "return"):
                continue
            entry = found.setdefault(id(nodes[row.site - file.sites.start]), Hints())
            table = entry.assumed if assume else entry.proven
            table[place] = (_resolved(row), row.store)
    return found


def _resolved(row: Row) -> Shape:
    assert row.shape is not None
    return row.store.resolve(row.shape)


def _size(found: tuple[Shape, Store] | None, index: int, rank: int | None) -> Dim | None:
    key = None if found is None else _axis(*found, index, rank)
    return None if key is None or isinstance(key, tuple) else key


def _axis(shape: Shape, store: Store, index: int, rank: int | None) -> Dim | tuple[Run, int] | None:
    if shape.run is None:
        axes = shape.leading
        if (rank is not None and rank != len(axes)) or not -len(axes) <= index < len(axes):
            return None
        return store.facts.simplify(axes[index].size)
    before, after = len(shape.leading), len(shape.trailing)
    if rank is not None:
        if rank < before + after:
            return None
        index %= rank
        index = index - rank if index >= rank - after else index
    axis = shape.axis(index)
    if axis is not None:
        return store.facts.simplify(axis.size)
    return (shape.run, index - before if index >= 0 else index + after)
