"""Losses over classes: the class axis is the second one, or the only one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from shapeguard.dims import constant
from shapeguard.ops.broadcasting import broadcast, report_merged
from shapeguard.ops.conversion import Unresolved
from shapeguard.ops.crossing import check_classes
from shapeguard.ops.demands import demand_least_rank, demand_shape
from shapeguard.ops.layer import Layer, report_features
from shapeguard.ops.linear import Linear
from shapeguard.ops.loss import MEAN, compared, demand_same, loss, reduced
from shapeguard.ops.reduction import reduced as without
from shapeguard.ops.registry import layer, op
from shapeguard.ops.reshaping import product
from shapeguard.ops.signatures import Bindings, match
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import SCALAR, Shape, known
from shapeguard.shapes.values import NONE, Record, Sequence, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call
    from shapeguard.ops.conversion import Dims


def class_axis(axes: tuple[Axis, ...]) -> int:
    return 1 if len(axes) > 1 else 0


def demand_target(call: Call, input: Tensor, target: Tensor) -> Shape:
    """Demand that the target is the input without its class axis; the shape of one loss for each sample."""
    call.family, call.operands = "loss", (input, target)
    mine = call.axes(input)
    if mine is None:
        return call.shape(target)
    if not mine:
        call.report_rank(input, "at least 1")
        raise Unresolved("an input without classes")
    at = class_axis(mine)
    expected = mine[:at] + mine[at + 1 :]
    shape = call.shape(target)
    if len(mine) == 1 and shape.rank == 1:
        call.demand(constant(1), call.known_axes(target)[0].size, "the batch", target, -1)
        raise Unresolved("a batch of one without its axis")
    fixed = call.store.fix_rank(shape, len(expected))
    if fixed is None:
        call.report_rank(target, str(len(expected)))
        raise Unresolved("a target of another rank")
    check_classes(call, input, target)
    report_merged(call, expected, fixed.leading)
    for index, (wanted, axis) in enumerate(zip(expected, fixed.leading, strict=True)):
        call.demand(wanted.size, axis.size, "the input without its class axis", target, index - len(expected))
    return fixed


def demand_weight(call: Call, input: Tensor, weight: Tensor | None) -> None:
    """One weight for each class."""
    mine = call.axes(input)
    if weight is None or not mine or call.shape(weight).rank is None:
        return
    call.operands = (input, weight)
    (axis,) = call.rank_in(weight, 1)
    call.demand(mine[class_axis(mine)].size, axis.size, "the number of classes", weight, -1)


@loss("nll_loss", "NLLLoss")
@loss("nll_loss", "NLLLoss2d")
def nll_loss(
    call: Call, input: Tensor, target: Tensor, weight: Tensor | None = None, size_average: Value = NONE,
    ignore_index: Value = NONE, reduce: Value = NONE, reduction: Value = MEAN,
) -> Tensor:  # fmt: skip
    shape = demand_target(call, input, target)
    demand_weight(call, input, weight)
    return reduced(call, shape, reduction, size_average, reduce)


@loss("cross_entropy", "CrossEntropyLoss")
def cross_entropy(
    call: Call, input: Tensor, target: Tensor, weight: Tensor | None = None, size_average: Value = NONE,
    ignore_index: Value = NONE, reduce: Value = NONE, reduction: Value = MEAN, label_smoothing: Value = NONE,
) -> Tensor:  # fmt: skip
    """A target of the input's shape holds probabilities, one without the class axis holds classes."""
    call.family = "loss"
    theirs = call.axes(target)
    if theirs is not None and target.dtype == "int":  # classes, not probabilities
        call.store.fix_rank(call.shape(input), len(theirs) + 1)
    mine = call.axes(input)
    if mine is None or theirs is None:
        return reduced(call, _class_shape(call, input, target), reduction, size_average, reduce)
    if len(mine) != len(theirs):
        return nll_loss(call, input, target, weight, size_average, ignore_index, reduce, reduction)
    if not mine:
        call.report_rank(input, "at least 1")
        raise Unresolved("an input without classes")
    if target.dtype == "int":
        call.refuse("a target of class indices has no class axis", input, target)
    demand_same(call, input, target)
    demand_weight(call, input, weight)
    at = class_axis(mine)
    return reduced(call, Shape(mine[:at] + mine[at + 1 :]), reduction, size_average, reduce)


def _class_shape(call: Call, input: Tensor, target: Tensor) -> Shape:
    """One loss for each sample where the rank of the input, or of the target, is not known."""
    axes = call.axes(input)
    if axes:
        report_features(call, input)
        at = class_axis(axes)
        return Shape(axes[:at] + axes[at + 1 :])
    return call.shape(target) if target.dtype == "int" else call.unknown().shape


@loss("multi_margin_loss", "MultiMarginLoss")
def multi_margin_loss(
    call: Call, input: Tensor, target: Tensor, p: Value = NONE, margin: Value = NONE, weight: Tensor | None = None,
    size_average: Value = NONE, reduce: Value = NONE, reduction: Value = MEAN,
) -> Tensor:  # fmt: skip
    call.family, call.operands = "loss", (input, target)
    axes = call.rank_in(input, 0, 1, 2)
    if not axes:
        _check_single(call, target)
    demand_weight(call, input, weight)
    call.operands = (input, target)
    if len(axes) == 2:
        (samples,) = call.rank_in(target, 1)
        call.demand(axes[0].size, samples.size, "the batch", target, -1)
        shape = Shape(axes[:1])
    else:
        samples_of_one = call.rank_in(target, 0, 1)
        if samples_of_one:
            call.demand(constant(1), samples_of_one[0].size, "the batch", target, -1)
        shape = Shape(samples_of_one)
    return reduced(call, shape, reduction, size_average, reduce)


def _check_single(call: Call, target: Tensor) -> NoReturn:
    """A single score has one target, with or without an axis; what comes of it depends."""
    if call.shape(target).rank == 1:
        call.demand(constant(1), call.known_axes(target)[0].size, "the number of scores", target, -1)
    raise Unresolved("a single score")


@loss("multilabel_margin_loss", "MultiLabelMarginLoss")
def multilabel_margin_loss(
    call: Call, input: Tensor, target: Tensor, size_average: Value = NONE, reduce: Value = NONE,
    reduction: Value = MEAN,
) -> Tensor:  # fmt: skip
    call.family = "loss"
    axes = call.axes(input)
    if axes is not None:
        axes = call.rank_in(input, 0, 1, 2)
    if axes == () and call.shape(target).rank != 0:
        _check_single(call, target)
    demand_same(call, input, target)
    axes = call.known_axes(input)
    return reduced(call, Shape(axes[:-1]), reduction, size_average, reduce)


@loss("multilabel_soft_margin_loss", "MultiLabelSoftMarginLoss")
def multilabel_soft_margin_loss(
    call: Call, input: Tensor, target: Tensor, weight: Tensor | None = None, size_average: Value = NONE,
    reduce: Value = NONE, reduction: Value = MEAN,
) -> Tensor:  # fmt: skip
    shape = compared(call, input, target)
    demand_least_rank(call, input, 1)
    if weight is not None:
        shape = broadcast(call, Tensor(shape), weight)
    rank = call.shape(input).rank
    last = -1 if rank is None else rank - 1  # of the input, wherever that lies in what they broadcast to
    return reduced(call, without(call, Tensor(shape), (last,), keepdim=False), reduction, size_average, reduce)


@loss("ctc_loss", "CTCLoss", 4)
def ctc_loss(
    call: Call, log_probs: Tensor, targets: Tensor, input_lengths: Value, target_lengths: Value,
    blank: Value = NONE, reduction: Value = MEAN, zero_infinity: Value = NONE,
) -> Tensor:  # fmt: skip
    """`(T, N, C)` or `(T, C)`."""
    call.family, call.operands = "loss", (log_probs,)
    shape = call.shape(log_probs)
    if shape.rank is None:
        return reduced(call, call.unknown().shape, reduction)
    batch = call.rank_in(log_probs, 2, 3)[1:-1]
    for lengths in (input_lengths, target_lengths):
        _check_lengths(call, batch[0].size if batch else constant(1), lengths)
    if batch and call.shape(targets).rank is not None:
        call.operands = (log_probs, targets)
        given = call.rank_in(targets, 1, 2)
        if len(given) == 2:
            call.demand(batch[0].size, given[0].size, "the batch", targets, -2)
    return reduced(call, Shape(batch), reduction)


def _check_lengths(call: Call, batch: Dim, lengths: Value) -> None:
    """One for each sample."""
    if isinstance(lengths, Tensor) and call.axes(lengths):
        call.operands = (lengths,)
        call.demand(batch, call.rank_in(lengths, 1)[0].size, "the batch", lengths, -1)
    elif isinstance(lengths, Sequence) and call.store.differ(batch, constant(len(lengths.items))):
        call.refuse(f"{len(lengths.items)} lengths for a batch of {batch}")


@op("torch.nn.functional.linear_cross_entropy")
def linear_cross_entropy(
    call: Call, input: Tensor, linear_weight: Tensor, target: Tensor, *, linear_bias: Value = NONE,
    weight: Tensor | None = None, reduction: Value = MEAN, ignore_index: Value = NONE, label_smoothing: Value = NONE,
    options: Value = NONE,
) -> Tensor:  # fmt: skip
    """The scores are `linear(input, linear_weight)`; a weight `(C, *sizes, in_features)` gives `(N, C, *sizes)`."""
    call.family, call.operands = "loss", (input, linear_weight)
    batch = call.rank_in(input, 1, 2)
    match(call, linear_weight, "C *sizes in_features", Bindings(in_features=batch[-1].size))
    classes = call.known_axes(linear_weight)[:-1]
    if not classes:
        call.report_rank(linear_weight, "at least 2")
        raise Unresolved("a weight without classes")
    if len(classes) > 1 and len(batch) == 1:
        call.report_rank(input, "2")
        raise Unresolved("an input without a batch")
    scores = Tensor(Shape((*batch[:-1], *classes)), "float")
    if isinstance(linear_bias, Tensor):
        call.operands = (linear_weight, linear_bias)
        demand_shape(call, linear_bias, classes, "the number of classes")
    theirs = call.axes(target)
    if ignore_index is not NONE and theirs is not None and len(theirs) == len(call.known_axes(scores)):
        call.refuse("ignore_index is for targets of class indices", target)
    return cross_entropy(call, scores, target, weight, reduction=reduction)


@layer("torch.nn.LinearCrossEntropyLoss")
class LinearCrossEntropyLoss(Layer):
    def __init__(
        self, call: Call, in_features: Dim, num_classes: Dim, *, out_features: Dims = (), bias: Value = NONE,
        reduction: Value = MEAN, weight: Tensor | None = None, ignore_index: Value = NONE,
        label_smoothing: Value = NONE, options: Value = NONE,
    ) -> None:  # fmt: skip
        self.num_classes = num_classes
        self.linear: Any = Linear(call, in_features, product((num_classes, *out_features)))
        self._weight = Tensor(known((num_classes, *out_features, in_features)))
        self._settings = {"weight": weight, "reduction": reduction, "ignore_index": ignore_index}

    def forward(self, call: Call, input: Tensor, target: Tensor) -> Tensor:  # type: ignore[override]
        return linear_cross_entropy(call, input, self._weight, target, **self._settings)  # type: ignore[arg-type]


@layer("torch.nn.AdaptiveLogSoftmaxWithLoss")
class AdaptiveLogSoftmaxWithLoss(Layer):
    def __init__(self, call: Call, in_features: Dim, n_classes: Dim, *rest: Value, **options: Value) -> None:
        self.in_features, self.n_classes = in_features, n_classes

    def forward(self, call: Call, input: Tensor, target: Tensor) -> Record:  # type: ignore[override]
        call.family, call.operands = "loss", (input, target)
        axes = call.rank_in(target, 0, 1)
        bindings = Bindings(in_features=self.in_features)
        if axes:
            bindings.axes["N"] = axes[0]
        match(call, input, "N in_features" if axes else "in_features", bindings)
        return Record(output=Tensor(Shape(axes), "float"), loss=Tensor(SCALAR, "float"))
