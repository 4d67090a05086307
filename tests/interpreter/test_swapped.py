"""Height and width asked for in the other order than a tensor in sight has them."""

import pytest

HEAD = "import torch\nimport torch.nn.functional as F\n"
CASES = [
    ("h, w = x.shape[-2:]\n    return F.interpolate(y, size=(h, w))", False),
    ("h, w = x.shape[-2:]\n    return F.interpolate(y, size=(w, h))", True),
    ("w, h = x.shape[-2:]\n    return F.interpolate(y, size=(w, h))", False),  # whatever they are called
    ("b, c, h, w = x.shape\n    return F.interpolate(y, (w, h), mode='bilinear')", True),
    ("h, w = x.shape[-2:]\n    z = x.transpose(2, 3)\n    return F.interpolate(y, size=(w, h))", False),
    ("b, c, h, w = x.shape\n    return F.interpolate(x.transpose(2, 3)[..., ::2], size=(w, h))", False),
    ("h, w = x.shape[-2:]\n    return F.interpolate(y, size=(w // 2, h // 2))", False),
    ("h, w = x.shape[:2]\n    return F.interpolate(y, size=(w, h))", False),
]


@pytest.mark.parametrize(("body", "swapped"), CASES)
def test_sizes(understand, body: str, swapped: bool) -> None:
    source = f"{HEAD}def f(x: torch.Tensor, y: torch.Tensor):\n    {body}\n"
    assert understand(source).events == (["ResizedTo"] if swapped else [])
