"""What each axis of a signature is: a number, an attribute, a formula, or a name of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapeguard.dims import Symbol, symbol
from shapeguard.record.arithmetic import formulas, holds
from shapeguard.record.naming import name, name_runs
from shapeguard.record.sizes import EVIDENCE, grouped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from shapeguard.dims import Dim
    from shapeguard.record.arithmetic import Known
    from shapeguard.record.columns import Column, Layout, Values
    from shapeguard.record.hints import Hints
    from shapeguard.record.sizes import Size
    from shapeguard.record.terms import Leaf


_MOST_OPTIONS = 3  # that a sentence names


class Explained(NamedTuple):
    """The axis string of every leaf; what the calls leave open, in sentences; whether some axis may be another one."""

    axes: dict[Leaf, str]
    open_questions: list[str]
    doubtful: bool


class Explainer:
    """Of one function.

    Args:
        layouts: of all its arrays, in the order of a check.
        numbers: the integers of a call, such as `self.width` or `count`, with their values in every call.
        hints: what the linter knows.
        taken: names that axes of existing annotations have.
        cautious: write `_` where the calls do not tell what an axis is.
    """

    def __init__(
        self,
        layouts: Sequence[Layout],
        numbers: Mapping[str, Values],
        hints: Hints,
        taken: Iterable[str],
        *,
        cautious: bool = False,
    ) -> None:
        self.layouts = layouts
        self.hints = hints
        self.taken = set(taken)
        self.cautious = cautious
        self.numbers = {text: (symbol(None), values) for text, values in numbers.items()}
        columns = [column for each in layouts for column in each.columns]
        self.sizes = grouped(columns, key=lambda column: hints.key(column.leaf.place, column.index, column.rank))
        self.options: dict[Size, list[Dim]] = {}  # what a size was in every call, where that is more than one thing

    def explain(self) -> Explained:
        for size in self.sizes:
            if size.label is None:
                self._explain(size)
        coincidences = list(self._coincidences())
        for size in self.sizes if self.cautious else ():
            if size.ambiguous:
                size.label, size.means, size.stretches_to = "_", None, None
        runs = name_runs(self.layouts, self.taken)
        name(self.sizes, self._wishes, self.taken)
        text = {column: self._written(size) for size in self.sizes for column in size.columns}
        open_questions = [*self._questions(), *coincidences]
        axes = {each.leaf: _axes(each, text, runs.get(each.leaf)) for each in self.layouts}
        return Explained(axes, open_questions, any(size.ambiguous for size in self.sizes))

    def _written(self, size: Size) -> str:
        if size.stretches_to is not None:
            return f"#{size.stretches_to.label}"
        return size.label or self._text(size.means)

    def _text(self, formula: Dim | None) -> str:
        """A formula in labels and braces, as axis strings have it: without spaces."""
        assert formula is not None  # what has no label means something
        texts = {size.symbol: size.label or "_" for size in self.sizes}
        texts |= {known: f"{{{text}}}" for text, (known, _) in self.numbers.items()}
        used = {s: (symbol(f"_{at}_"), text) for at, (known, text) in enumerate(texts.items()) for s in known.symbols}
        written = str(formula.substitute({s: named for s, (named, _) in used.items()})).replace(" ", "")
        for named, text in used.values():
            written = written.replace(str(named), text)
        return written

    def _explain(self, size: Size) -> None:
        proven = list(self._proven(size))
        if any(dim.value is not None and size.distinct == {dim.value} for dim in proven) or _is_structural_one(size):
            size.label = str(next(iter(size.distinct)))
            return
        if len(size.distinct) >= EVIDENCE and (same := self._equal_numbers(size)):
            if len(same) == 1:
                size.label = f"{{{same[0]}}}"
            else:
                self._leave_open(size, [self.numbers[text][0] for text in same])
            return
        if stretched := [other for other in self.sizes if _stretches(size, other)]:
            size.stretches_to = stretched[0] if len(stretched) == 1 else None
            if size.stretches_to is not None:
                return
        known = [*self._bound_before(size), *self.numbers.values()]
        for dim in proven:
            formula = self._translated(dim, size)
            if formula is not None and holds(formula, size.values, known):
                size.means = formula
                return
        found = formulas(size, [each for each in known if len(set(each[1]) - {None}) > 1])
        if len(found) == 1 and size.is_result:  # a caller is not held to what other callers happened to do
            size.means = found[0]
        elif found:
            self._leave_open(size, found)

    def _proven(self, size: Size) -> Iterator[Dim]:
        for column in size.columns:
            dim = self.hints.size(column.leaf.place, column.index, column.rank)
            if dim is not None:
                yield dim

    def _equal_numbers(self, size: Size) -> list[str]:
        """The integers that are the size in every call; those that the source calls the axis where there are some."""
        same = [text for text, (_, values) in self.numbers.items() if _is_same(size.values, values)]
        wished = set(self._wishes(size))
        return [text for text in same if text.rpartition(".")[2] in wished] or same

    def _bound_before(self, size: Size) -> Iterator[Known]:
        """Sizes that a check knows when it comes to this one."""
        for other in self.sizes:
            bound = other.bound_at
            doubtful = self.cautious and other.ambiguous
            if (
                bound is not None
                and bound < size.order
                and not (doubtful or other.means or other.stretches_to or _is_number(other.label))
            ):
                yield other.symbol, other.values

    def _translated(self, dim: Dim, size: Size) -> Dim | None:
        """What the linter proved, in the symbols of axes that are bound and of integers of the call."""
        if not dim.symbols or isinstance(dim.atom, Symbol):
            return None
        bound = {known for known, _ in self._bound_before(size)}
        meaning = {}
        for each in dim.symbols:
            axis = (other.symbol for other in self.sizes for proven in self._proven(other) if proven.atom is each)
            number = (self.numbers[text][0] for text in (f"self.{each.name}", each.name) if text in self.numbers)
            found = next((known for known in axis if known in bound), None) or next(number, None)
            if found is None:
                return None
            meaning[each] = found
        return dim.substitute(meaning)

    def _coincidences(self) -> Iterator[str]:
        """Sentences on sizes that never varied, and so cannot be told from each other."""
        constant: dict[int, list[Size]] = {}
        for size in self.sizes:
            if len(size.distinct) == 1 and size.means is None and not _is_number(size.label):
                constant.setdefault(next(iter(size.distinct)), []).append(size)
        for size in constant.get(1, ()):
            size.ambiguous = True  # it stretches to any other
        for value, sizes in constant.items():
            numbers = [text for text, (_, values) in self.numbers.items() if _is_same(sizes[0].values, values)]
            if len(sizes) > 1 or (numbers and sizes[0].name is None):
                for size in sizes if len(sizes) > 1 else ():
                    size.ambiguous = True
                same = [*map(str, sizes), *(f"`{text}`" for text in numbers)]
                yield f"{_listed(same)} were {value} in every call"

    def _leave_open(self, size: Size, options: list[Dim]) -> None:
        size.ambiguous = True
        self.options[size] = options

    def _questions(self) -> Iterator[str]:
        """Sentences on sizes for which the calls speak for several things."""
        for size, options in self.options.items():
            shown = [f"`{self._text(option)}`" for option in options[:_MOST_OPTIONS]]
            yield f"{size} was {_listed(shown)} in every call"
        for size in self.sizes:
            if size.torn and size not in self.options:
                yield f"{size} was equal to axes that differ from each other in calls without it"

    def _wishes(self, size: Size) -> list[str]:
        found = [name for c in size.columns for name in self.hints.names(c.leaf.place, c.index, c.rank)]
        same = [text for text, (_, values) in self.numbers.items() if _is_same(size.values, values)]
        return [*found, *(text.rpartition(".")[2] for text in same if len(same) == 1)]


def _is_same(size: Values, number: Values) -> bool:
    return all(a is None or a == b for a, b in zip(size, number, strict=True))


def _stretches(size: Size, other: Size) -> bool:
    """Whether the size is that of a parameter, or 1 where that is not."""
    pairs = [(a, b) for a, b in zip(size.values, other.values, strict=True) if a is not None]
    named = other.stretches_to is None and other.means is None and (other.label or "name").isidentifier()
    return (
        named
        and other.order < size.order
        and not size.is_result
        and not other.is_result
        and any(a == 1 != b for a, b in pairs)
        and all(a in {1, b} for a, b in pairs)
        and len({a for a, b in pairs if a == b != 1}) >= EVIDENCE
    )


def _is_number(label: str | None) -> bool:
    return label is not None and label.isdecimal()


def _is_structural_one(size: Size) -> bool:
    """Whether it is 1 in arrays of different shapes, in another place than the first, where a batch of 1 may stand."""
    return size.distinct == {1} and all(
        column.index != 0 and len({shape for shapes in column.leaf.seen for shape in shapes}) > 1
        for column in size.columns
    )


def _axes(layout: Layout, text: Mapping[Column, str], run: str | None) -> str:
    parts = [text.get(column, "_") for column in layout.leading]
    parts += [run] if run else []
    parts += [text.get(column, "_") for column in layout.trailing]
    written = " ".join(parts)
    return f" {written}" if written.isidentifier() else written


def _listed(texts: Sequence[str]) -> str:
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)
