"""What `torchvision` does with boxes: tables of one row of four numbers a box."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.conversion import Unresolved
from shapeguard.ops.registry import op
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import Tensor

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.shapes.values import Value


def names(*functions: str) -> tuple[str, ...]:
    """Where the library has functions on boxes."""
    return tuple(f"torchvision.ops.{place}{name}" for name in functions for place in ("", "boxes."))


def _rows(call: Call, boxes: Tensor) -> Axis:
    """The axis of the boxes; what is not known to be a table is assumed to be one by `infer` alone."""
    axes = call.axes(boxes)
    if axes is None and call.assume:
        fixed = call.store.fix_rank(boxes.shape, 2)
        axes = None if fixed is None else fixed.axes
    if axes is None or len(axes) != 2:
        raise Unresolved("boxes that are no table")
    if call.assume:
        call.store.learn_equal(axes[1].size, constant(4))
    return axes[0]


@op(*names("box_area"))
def box_area(call: Call, boxes: Tensor) -> Tensor:
    return Tensor(Shape((_rows(call, boxes),)), boxes.dtype)


@op(*names("box_iou", "generalized_box_iou", "complete_box_iou", "distance_box_iou"))
def box_iou(call: Call, boxes1: Tensor, boxes2: Tensor, *rest: Value, **options: Value) -> Tensor:
    """How much each box of one table overlaps each one of the other."""
    return Tensor(Shape((_rows(call, boxes1), _rows(call, boxes2))), "float")


@op(*names("box_convert", "clip_boxes_to_image"))
def box_convert(call: Call, boxes: Tensor, *rest: Value, **options: Value) -> Tensor:
    return Tensor(boxes.shape, boxes.dtype)


@op(*names("nms", "batched_nms", "remove_small_boxes"))
def nms(call: Call, boxes: Tensor, *rest: Value, **options: Value) -> Tensor:
    """The numbers of the boxes that are kept."""
    return Tensor(Shape((Axis(call.fresh(0)),)), "int")
