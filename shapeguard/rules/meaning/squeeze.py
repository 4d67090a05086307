"""SHP402, SHP403: squeezes that drop too much, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.repair import Argument, Repair
from shapeguard.rules.wording import shape_text, size_text
from shapeguard.shapes.axis import Origin
from shapeguard.shapes.batches import is_batch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.axes import SqueezeAll, SqueezeNothing
    from shapeguard.shapes.axis import Axis
    from shapeguard.shapes.shape import Shape

ONE_SCORE = (Origin.LAYER, Origin.GATHERED)  # made by a layer of one output, or picked from the scores of many


@rule("SHP402", "squeeze-without-dim", severity="warning", fix="unsafe")
def squeeze_without_dim(event: SqueezeAll) -> Iterator[Finding]:
    """`squeeze()` without an axis drops every axis of size 1, the batch too when its size happens to be 1.

    ## Why is this bad?
    The last batch of an epoch, or a single request, has one item. Its result then lacks an axis: the next layer
    raises, or a loss silently broadcasts. Where the program looks at the number of axes that are left, or only adds the
    result to what still has the batch, nothing is lost and nothing is reported.

    ## Example
    ```python
    import torch
    from torch import nn

    class Scorer(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.out = nn.Linear(dim, 1)

        def forward(self, x: torch.Tensor):
            batch, dim = x.shape
            return self.out(x).squeeze()
    ```

    ## Use instead
    ```python
    import torch
    from torch import nn

    class Scorer(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.out = nn.Linear(dim, 1)

        def forward(self, x: torch.Tensor):
            batch, dim = x.shape
            return self.out(x).squeeze(-1)
    ```
    """
    axes = event.shape.axes
    if event.needed:
        yield Finding(
            f"`squeeze()` of {shape_text(event.shape)} must not drop an axis: what follows needs all of them",
            (Shown(event.shape),),
            "leave it out, or name the axis that is meant",
        )
        return
    if axes is None and _is_of_layer(event.shape):
        count = sum(axis.is_one for axis in event.shape.trailing)
        last = "-1" if count == 1 else str(tuple(range(-count, 0)))
        yield Finding(
            f"`squeeze()` of {shape_text(event.shape)} drops an axis in front as well when its size is 1",
            (Shown(event.shape, (-1,)),),
            f"name the axis: `.squeeze({last})`",
            Repair(Argument("dim", last), "drops the axis of size 1 only"),
        )
    picked = axes is None and _is_picked(event.shape)
    if picked or _is_state(event.shape):
        lost, mark, one = ("axis in front", (), "1") if picked else ("batch", (-3,), "0")
        yield Finding(
            f"`squeeze()` of {shape_text(event.shape)} drops the {lost} as well when its size is 1",
            (Shown(event.shape, mark),),
            f"name the axis: `.squeeze({one})`",
            Repair(Argument("dim", one), "drops the axis of size 1 only"),
        )
    if not axes or axes[0].is_one or axes[0].size.value is not None:
        return  # only an outermost axis of any size is a batch for certain
    if any(axis.size is axes[0].size for axis in axes[1:]):
        return  # a square matrix
    if axes[0].origin is Origin.JOINED:
        return  # it may be the path on which there is a 1 that is squeezed here
    if axes[0].size.names is None and not _may_be_batch(axes):
        return
    first = f"`{size_text(axes[0].size)}`" if axes[0].size.names is not None else "the axis of unknown size"
    ones = tuple(i - len(axes) for i, axis in enumerate(axes) if axis.is_one)
    text = shape_text(axes)
    if not ones:
        if all(axis.size.names is not None for axis in axes) and is_batch(axes[0]):
            yield Finding(
                f"`squeeze()` of {text} names no axis to drop, and drops {first} when its size is 1",
                (Shown(event.shape, (-len(axes),)),),
                "leave it out, or name the axis that is meant",
            )
        return
    dims = str(ones[0]) if len(ones) == 1 else str(ones)
    yield Finding(
        f"`squeeze()` of {text} drops {first} as well when its size is 1",
        (Shown(event.shape, ones),),
        f"name the axis: `.squeeze({dims})`",
        Repair(Argument("dim", dims), f"drops the {'axis' if len(ones) == 1 else 'axes'} of size 1 only"),
    )


def _may_be_batch(axes: tuple[Axis, ...]) -> bool:
    """Whether an axis that nothing names is the batch: a layer took it for one, or there is one score for each of its items."""
    return is_batch(axes[0]) or any(axis.is_one and axis.origin in ONE_SCORE for axis in axes)


def _is_picked(shape: Shape) -> bool:
    """Whether one entry was picked for each item of an axis in front; axes that are not known may follow."""
    _, *others = shape.leading or (None,)
    return bool(others) and others[0].origin is Origin.GATHERED and not shape.leading[0].is_one


def _is_of_layer(shape: Shape) -> bool:
    """Whether all that is known of the shape is the one output of a layer, or an axis that was reduced and kept.

    It may also be the channels of a convolution in front of axes of size 1, which pooling leaves.
    """
    last = shape.axis(-1)
    if last is None or shape.leading:
        return False
    channels, *pooled = shape.trailing
    if channels.origin is Origin.FEATURES:
        return bool(pooled) and all(axis.is_one for axis in pooled)
    return not pooled and last.origin in (Origin.LAYER, Origin.KEPT)


def _is_state(shape: Shape) -> bool:
    """Whether the shape is that of the last state of one layer: `(1, batch, features)`, whose batch may be any."""
    count, features = shape.axis(0), shape.axis(-1)
    if count is None or features is None or count.origin is not Origin.LAYER or not count.is_one or features.is_one:
        return False
    batch = shape.axis(1)
    return shape.rank is None if batch is None else shape.rank == 3 and batch.size.value is None


@rule("SHP403", "squeeze-without-effect", severity="warning", fix="unsafe")
def squeeze_without_effect(event: SqueezeNothing) -> Iterator[Finding]:
    """`squeeze(dim)` names an axis that is never 1, so it does nothing.

    ## Why is this bad?
    Whoever wrote it expected the axis to disappear; what follows works on a shape that is not there. It is another axis
    that has size 1; where none has, the call is superfluous and not reported.

    ## Example
    ```python
    import torch

    scores = torch.randn(16, 5, 1)
    best = scores.squeeze(1).argmax(dim=1)
    ```

    ## Use instead
    ```python
    import torch

    scores = torch.randn(16, 5, 1)
    best = scores.squeeze(2).argmax(dim=1)
    ```
    """
    shape, dim = event.shape, event.dim
    axis = shape.axis(dim)
    assert axis is not None
    if not any(other.is_one for other in (*shape.leading, *shape.trailing)):
        return  # it is done already
    advice, repair = None, None
    ones = [i for i, other in enumerate(shape.leading) if other.is_one]
    if shape.run is None and len(ones) == 1:
        only = ones[0] if dim >= 0 else ones[0] - len(shape.leading)
        gain = "drops the axis of size 1"
        advice, repair = f"`.squeeze({only})` {gain}", Repair(Argument("dim", str(only)), gain)
    yield Finding(
        f"`squeeze({dim})` does nothing: that axis of {shape_text(shape)} is {size_text(axis.size)}",
        (Shown(shape, (dim if dim < 0 else dim - shape.minimum_rank - (shape.run is not None),)),),
        advice,
        repair,
    )
