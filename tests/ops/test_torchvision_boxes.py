"""What `torchvision` does with boxes, as its documentation says."""

import pytest

HEAD = "import torch\nfrom torchvision import ops\nfrom torchvision.ops.boxes import box_area\n"
CASES = {
    "box_area(boxes)": "(n,)",
    "ops.box_iou(boxes, torch.zeros(2, 4))": "(n, 2)",
    "ops.generalized_box_iou(boxes, boxes)": "(n, n)",
    "ops.box_convert(boxes, 'xyxy', 'xywh')": "(n, 4)",
    "ops.clip_boxes_to_image(boxes, (4, 4))": "(n, 4)",
    "ops.nms(boxes, boxes[:, 0], 0.5)": "(?,)",
    "boxes[ops.boxes.batched_nms(boxes, boxes[:, 0], boxes[:, 0].long(), 0.5)]": "(?, 4)",
}


@pytest.mark.parametrize(("call", "shape"), CASES.items())
def test_shapes(understand, call, shape) -> None:
    found = understand(f"{HEAD}def f(n):\n    boxes = torch.zeros(n, 4)\n    z = {call}\n")
    assert found["z"] == shape


def test_boxes_are_a_table_of_four_columns_by_assumption_only(understand) -> None:
    source = f"{HEAD}def f(boxes: torch.Tensor):\n    z = ops.box_area(boxes)\n"
    assert understand(source)["z"] == "(...,)"
    assert understand(source, assume=True)["arg:boxes"] == "(?, 4)"
