"""One call of an operation: what is known where it happens, and where to report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from shapeguard.dims import Verdict, symbol
from shapeguard.events.sizes import AxisOutOfRange, InvalidArgument, RankMismatch, SizeMismatch
from shapeguard.ops.conversion import Unresolved
from shapeguard.ops.crossing import check_demand
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Run, Shape
from shapeguard.shapes.values import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from shapeguard.dims import Dim, Symbol
    from shapeguard.events import Event
    from shapeguard.events.parameters import Independent
    from shapeguard.shapes.store import Store
    from shapeguard.shapes.values import Value

    Invoke = Callable[[Value, list[Value], dict[str, Value]], Value]

    class Report(Protocol):
        """Reports an event, at the place of the call unless another is given."""

        def __call__(self, event: Event, at: int | None = None) -> None: ...


class Call:
    """What an operation sees of the program around it.

    `name` is the operation's own name, `family` the kind of operation ("matmul", "layer", "cat"...) that its mismatches
    are reported under, `operands` the tensors that are shown with them.
    """

    __slots__ = (
        "assume",
        "batches",
        "called",
        "family",
        "independent",
        "invoke",
        "invoke_repeatedly",
        "name",
        "operands",
        "outside",
        "report",
        "retract",
        "site",
        "store",
        "trusts_names",
    )

    def __init__(
        self,
        name: str,
        site: int,
        store: Store,
        report: Report,
        invoke: Invoke,
        invoke_repeatedly: Callable[[Value, Value], Value],
        *,
        retract: Callable[[type[Event], int], None] | None = None,
        independent: Callable[[Dim, Dim], Independent | None] | None = None,
        assume: bool = False,
        trusts_names: bool = False,
        outside: Collection[Symbol] = (),
        called: Collection[Symbol] = (),
        batches: dict[str, Dim] | None = None,
    ) -> None:
        self.name = name
        self.site = site
        self.store = store
        self.report = report
        self.retract = retract  # takes back what was reported at a site
        self.independent = independent  # what tells that sizes are chosen one by one, and need not be equal
        self.invoke = invoke
        self.invoke_repeatedly = invoke_repeatedly
        self.assume = assume
        self.trusts_names = trusts_names  # a size that has a name is not 1, so nothing stretches it
        self.called = called  # sizes for which the callers of the function under analysis have names
        self.outside = outside  # the same, in the functions that it calls
        self.batches = batches  # the first axes that patterns in the function under analysis call a batch, by name
        self.family = "operation"
        self.operands: tuple[Tensor, ...] = ()

    # -- shapes ------------------------------------------------------------------------------------------------------

    def shape(self, tensor: Tensor) -> Shape:
        return self.store.resolve(tensor.shape)

    def axes(self, tensor: Tensor) -> tuple[Axis, ...] | None:
        return self.store.axes(tensor)

    def known_axes(self, tensor: Tensor) -> tuple[Axis, ...]:
        """All axes of the tensor.

        Raises:
            Unresolved: the rank is unknown.
        """
        axes = self.store.axes(tensor)
        if axes is None:
            raise Unresolved("a tensor of unknown rank")
        return axes

    def fresh(self, minimum: int = 1) -> Dim:
        """A size of which nothing is known."""
        return symbol(None, minimum=minimum)

    def unknown(self) -> Tensor:
        """A tensor of which nothing is known."""
        return Tensor(Shape((), Run()))

    # -- demands -----------------------------------------------------------------------------------------------------

    def dim_index(self, tensor: Tensor, dim: int, extra: int = 0) -> int:
        """`dim` counted from the left, for a tensor whose rank is known; `extra` axes may be added (unsqueeze).

        Raises:
            Unresolved: the rank is unknown, or there is no such axis (which is reported).
        """
        rank = len(self.known_axes(tensor)) + extra
        low = max(rank, 1)
        if not -low <= dim < low:
            self.report(AxisOutOfRange(self.name, self.shape(tensor), dim))
            raise Unresolved("no such axis")
        return dim + rank if dim < 0 and rank else dim

    def rank_in(self, tensor: Tensor, *ranks: int) -> tuple[Axis, ...]:
        """Demand one of `ranks`; the axes where the rank is known, or follows.

        Raises:
            Unresolved: the rank is unknown, or another one (which is reported).
        """
        shape = self.shape(tensor)
        if shape.run is not None:
            possible = [rank for rank in ranks if rank >= shape.minimum_rank]
            if len(possible) == 1:
                fixed = self.store.fix_rank(shape, possible[0])
                if fixed is not None:
                    return fixed.leading
            if possible:
                raise Unresolved("a tensor of unknown rank")
        elif len(shape.leading) in ranks:
            return shape.leading
        self.report_rank(tensor, " or ".join(map(str, ranks)))
        raise Unresolved("a rank that the operation does not take")

    def assume_rank(self, tensor: Tensor, rank: int) -> None:
        """Take an input of unknown rank to have `rank` axes, batch included, as is usual; findings never rest on it."""
        if self.assume:
            shape = self.shape(tensor)
            if shape.run is not None and shape.minimum_rank <= rank:
                self.store.fix_rank(shape, rank)

    def report_rank(self, tensor: Tensor, expected: str) -> None:
        operands = self.operands if tensor in self.operands else (tensor,)
        shapes = tuple(map(self.shape, operands))
        self.report(RankMismatch(self.name, self.family, shapes, operands.index(tensor), expected))

    def demand(
        self, expected: Dim, actual: Dim, subject: str, tensor: Tensor, axis: int, *, crosses: bool = True
    ) -> None:
        """Demand that the size `actual` at `axis` (negative) of `tensor` is `expected`, or learn that it is.

        `crosses` says whether it tells that `expected` is the size of another axis of `tensor`.

        Raises:
            Unresolved: the sizes differ, or fit by accident only (which is reported).
        """
        verdict = self.store.compare(expected, actual)
        if verdict is Verdict.UNKNOWN:
            if crosses:
                check_demand(self, expected, actual, tensor, axis)
            self.check_parameters(expected, actual)
            self.store.learn_equal(expected, actual)
        elif verdict is Verdict.DIFFERENT:
            if expected.constant == 0 and actual.constant is None:
                raise Unresolved("a size that may be 0 as well")
            operands = self.operands if tensor in self.operands else (tensor,)
            self.report(
                SizeMismatch(
                    self.name,
                    self.family,
                    subject,
                    tuple(map(self.shape, operands)),
                    operands.index(tensor),
                    axis,
                    expected,
                    actual,
                )
            )
            raise Unresolved("sizes that do not fit")

    def check_parameters(self, expected: Dim, actual: Dim) -> None:
        """Report sizes that would have to be equal, and are chosen one by one.

        Raises:
            Unresolved: they are.
        """
        event = None if self.independent is None else self.independent(expected, actual)
        if event is not None:
            self.report(event(self.name, tuple(map(self.shape, self.operands)), expected, actual))
            raise Unresolved("sizes that need not be equal")

    def refuse(self, reason: str, *tensors: Tensor) -> NoReturn:
        """Report that the operation raises for these arguments; `reason` is a clause ("dim 0 is given twice").

        Raises:
            Unresolved: always.
        """
        self.report(InvalidArgument(self.name, tuple(map(self.shape, tensors)), reason))
        raise Unresolved(reason)

    def apply(self, value: Value, *args: Value, **keywords: Value) -> Value:
        """Call a value of the analysed program."""
        return self.invoke(value, list(args), keywords)

    def repeat(self, value: Value, input: Value) -> Value:
        """Call a value any number of times, each time with what it gave before."""
        return self.invoke_repeatedly(value, input)

    def like(self, tensor: Tensor, dtype: str | None = None) -> Tensor:
        """A tensor of the same shape."""
        return Tensor(tensor.shape, dtype)


def spread(values: tuple[Any, ...], count: int) -> tuple[Any, ...]:
    """One value for each of `count` axes."""
    if len(values) == 1:
        return values * count
    if len(values) != count:
        raise Unresolved("another number of values than axes")
    return values
