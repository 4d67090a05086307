"""What is known on one path through a program: facts about sizes, and what unknown shapes turned out to be."""

from __future__ import annotations

import re
from operator import is_
from typing import TYPE_CHECKING

from shapeguard.dims import Facts, Verdict, symbol
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.shape import Run, Shape
from shapeguard.shapes.values import Computed, Literal, Number, Opaque, Tensor

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from shapeguard.dims import Dim, Symbol
    from shapeguard.shapes.values import Value

MOST_AXES = 64  # that a tensor has in torch
SETTING = re.compile(r"(?:self\.)?_?(?:config|cfg|hparams|options|opts?|args)\.").match
NUMBER = re.compile(r"(?:.*[._])?(?:eps|epsilon|prob|rate|temperature|momentum|dropout|lambda)$").match  # by its name


class Store:
    """Facts and refinements of a path; copied where paths part, met where they join."""

    __slots__ = ("assume", "conditions", "facts", "numbers", "runs")

    def __init__(
        self,
        facts: Facts = Facts.EMPTY,
        runs: dict[Run, Shape] | None = None,
        numbers: frozenset[Opaque] = frozenset(),
        *,
        assume: bool = False,
    ) -> None:
        self.assume = assume  # that what is learned of a value holds on every path that leads to it
        self.facts = facts
        self.runs: dict[Run, Shape] = {} if runs is None else runs
        self.numbers = numbers  # unknown values that an operation took for integers
        self.conditions: frozenset[object] = frozenset()  # of what is known, that which had to hold to come here

    def copy(self) -> Store:
        copied = Store(self.facts, dict(self.runs), self.numbers, assume=self.assume)
        copied.conditions = self.conditions
        return copied

    def note_conditions(self, facts: Facts, runs: Collection[Run]) -> None:
        """Remember that what was learned since these `facts` and `runs` holds on this path only."""
        if self.facts is not facts or len(self.runs) > len(runs):
            self.conditions |= {*self.facts.since(facts), *(self.runs.keys() - runs)}

    def with_ranks_of(self, other: Store) -> Store:
        """This store and, with assumptions, what another path learned of shapes that it left open on no condition."""
        missing = other.runs.keys() - self.runs.keys() - other.conditions if self.assume else ()
        if not missing:
            return self
        found = self.copy()
        found.runs.update((run, other.runs[run]) for run in missing)
        return found

    def meet(self, other: Store, values: Iterable[Value] = ()) -> None:
        """Keep only what both paths know; with assumptions also what one of them learned, except its conditions.

        The `values` are those that names have where they meet.
        """
        conditions = self.conditions | other.conditions
        if self.facts is not other.facts:
            facts = self.facts
            self.facts = (
                facts.together(other.facts, conditions, self._beside(values))
                if self.assume
                else facts.meet(other.facts)
            )
        if self.numbers is not other.numbers:
            self.numbers &= other.numbers
        runs: dict[Run, Shape] = {}
        for run, shape in self.runs.items():
            theirs = other.runs.get(run)
            common = shape if theirs is shape or theirs is None else self._common(shape, theirs, other)
            if theirs is not None and common is not None:
                runs[run] = common
        if self.assume:
            for mine, others in ((self.runs, other.runs), (other.runs, self.runs)):
                runs |= {run: mine[run] for run in mine.keys() - others.keys() if run not in conditions}
        self.runs, self.conditions = runs, conditions

    def _beside(self, values: Iterable[Value]) -> Callable[[Symbol, Symbol], bool]:
        def beside(a: Symbol, b: Symbol) -> bool:
            tensors = [
                value.tensor if isinstance(value, Opaque) and value.used_as_tensor else value for value in values
            ]
            shapes = [self.shape(tensor) for tensor in tensors if isinstance(tensor, Tensor)]
            sizes = [
                {each for axis in shape.leading + shape.trailing for each in axis.size.symbols} for shape in shapes
            ]
            return any(a in each and b in each for each in sizes)

        return beside

    def _common(self, shape: Shape, theirs: Shape, other: Store) -> Shape | None:
        """What two paths know of the same axes, `shape` itself if all of it; None where they disagree on the rank."""
        a, b = self.resolve(shape), other.resolve(theirs)
        if a.run is not b.run or len(a.leading) != len(b.leading) or len(a.trailing) != len(b.trailing):
            return None
        met = [
            x if x.size is y.size or self.facts.same(x.size, y.size) else Axis(symbol(None), Origin.JOINED)
            for x, y in zip(a.leading + a.trailing, b.leading + b.trailing, strict=True)
        ]
        if all(map(is_, met, a.leading + a.trailing)):
            return shape
        return Shape(tuple(met[: len(a.leading)]), a.run, tuple(met[len(a.leading) :]))

    def resolve(self, shape: Shape) -> Shape:
        """The shape with everything filled in that is known of its unknown part."""
        while shape.run is not None:
            found = self.runs.get(shape.run)
            if found is None:
                break
            shape = Shape(shape.leading + found.leading, found.run, found.trailing + shape.trailing)
        return shape

    def shape(self, tensor: Tensor) -> Shape:
        return self.resolve(tensor.shape)

    def axes(self, tensor: Tensor) -> tuple[Axis, ...] | None:
        """All axes of the tensor; None while its rank is unknown."""
        shape = tensor.shape
        return shape.leading if shape.run is None else self.resolve(shape).axes

    def sizes(self, tensor: Tensor) -> tuple[Dim, ...] | None:
        axes = self.axes(tensor)
        return None if axes is None else tuple(self.facts.simplify(axis.size) for axis in axes)

    def fix_rank(self, shape: Shape, rank: int, names: tuple[str | None, ...] = ()) -> Shape | None:
        """Learn that `shape` has `rank` axes; None when it cannot have. New axes take `names`."""
        shape = self.resolve(shape)
        if shape.run is None:
            return shape if shape.rank == rank else None
        missing = rank - shape.minimum_rank
        if missing < 0 or rank > MOST_AXES:
            return None
        start = len(shape.leading)
        fresh = shape.run.first(missing, names[start:])
        self.runs[shape.run] = Shape(fresh)
        if self.assume:
            for part in shape.run.parts:
                self.fix_rank(part, shape.run.around + missing)
            for dependent in shape.run.dependents:
                self._follow(dependent)
        return Shape(shape.leading + fresh + shape.trailing)

    def _follow(self, dependent: Shape) -> None:
        """Learn how many axes a shape has, where that is known of all it depends on."""
        run = dependent.run
        ranks = [self.resolve(part).rank for part in (run.widest if run else ())]
        known = [rank for rank in ranks if rank is not None]
        if known and len(known) == len(ranks):
            self.fix_rank(dependent, max(known))

    def as_wide(self, *shapes: Shape, trailing: tuple[Axis, ...] = ()) -> Shape:
        """An unknown shape of as many axes as the widest of `shapes` has; their number is learned where theirs is."""
        run = Run(*(shapes if len(shapes) == 1 else ()), around=len(trailing))
        found = Shape((), run, trailing)
        if self.assume:
            run.widest = shapes
            for shape in shapes:
                if shape.run is not None:
                    shape.run.dependents.append(found)
        return found

    def grow(self, shape: Shape, leading: int, trailing: int) -> Shape:
        """Name axes of the unknown part: enough that `leading` and `trailing` ones are known, where the rank allows it.

        The caller has established that the rank is at least `leading + trailing`.
        """
        shape = self.resolve(shape)
        if shape.run is None or leading + trailing > MOST_AXES:
            return shape
        before, after = len(shape.leading), len(shape.trailing)
        more_left, more_right = max(0, leading - before), max(0, trailing - after)
        proven = max(before + after, leading + trailing)
        if not (more_left or more_right) or before + after + more_left + more_right > proven:
            return shape
        left = shape.run.first(more_left)
        right = tuple(Axis(symbol(None)) for _ in range(more_right))
        rest = shape.run.after(more_left, shape.run.around + more_left + more_right)
        self.runs[shape.run] = Shape(left, rest, right)
        return self.resolve(shape)

    def asked(self, shape: Shape, index: int) -> Opaque:
        """The size at an index from the left that may lie in the unknown part, or behind it: one size for all who ask."""
        shape = self.resolve(shape)
        new = Opaque(reason="a size of an unknown axis", minimum=1)
        at = index - len(shape.leading)
        return new if shape.run is None or at < 0 else shape.run.asked.setdefault(at, new)

    def compare(self, a: Dim, b: Dim) -> Verdict:
        return self.facts.compare(a, b)

    def equal(self, a: Dim, b: Dim) -> bool:
        return a is b or self.facts.agree(a, b)

    def differ(self, a: Dim, b: Dim) -> bool:
        return a is not b and self.facts.compare(a, b) is Verdict.DIFFERENT

    def learn_number(self, value: Value) -> None:
        """Learn that an unknown value is a number, and so is all that it was computed from."""
        if isinstance(value, Computed):
            for operand in value.operands:
                self.learn_number(operand)
        elif isinstance(value, Opaque) and value not in self.numbers:
            self.numbers |= {value}

    def is_number(self, value: Value) -> bool:
        """Whether a value is a number for certain; settings are assumed to be no tensors."""
        if isinstance(value, Computed):
            return all(map(self.is_number, value.operands))
        if isinstance(value, Opaque) and value not in self.numbers:
            return self.assume and value.name is not None and any(says(value.name) for says in (SETTING, NUMBER))
        return isinstance(value, (Number, Literal, Opaque))

    def learn_equal(self, a: Dim, b: Dim) -> None:
        if a is not b:
            self.facts = self.facts.equal(a, b)

    def learn_size(self, size: Dim) -> None:
        """Learn that `size` is used as a size, so at least 1."""
        least = size.least
        if size.constant is None and (least is None or least < 1):
            self.facts = self.facts.at_least(size, 1)
