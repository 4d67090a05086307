"""What is scaled, reduced or squeezed along the wrong axis, or along all of them."""

import textwrap

import pytest

from shapeguard.lint import Settings, check

HEAD = "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n"
CASES = [
    # SHP415: cosines of vectors along one axis that were scaled along another
    ("a, b = F.normalize(x, dim=1), F.normalize(y, dim=-1)\nreturn a @ b.t()", ["SHP415"]),
    ("a, b = F.normalize(x, dim=-1), F.normalize(y, dim=-1)\nreturn a @ b.t()", []),
    ("a, b = x / x.norm(dim=1, keepdim=True), F.normalize(y, dim=1)\nreturn torch.matmul(a, b.t())", ["SHP415"]),
    ("x /= x.norm(dim=1, keepdim=True)\nreturn x @ F.normalize(y, dim=1).t()", ["SHP415"]),
    ("x = x / (x.norm(dim=1, keepdim=True) + 1e-6)\nreturn x @ F.normalize(y, dim=1).t()", ["SHP415"]),
    ("a = F.normalize(x.transpose(1, 2), dim=-1)\nreturn a @ a.transpose(1, 2)", []),  # channels with channels
    ("return F.normalize(x, dim=1) @ y.t()", []),  # one of them is no direction
    ("a = F.normalize(F.normalize(x, dim=1), dim=-1)\nreturn a @ F.normalize(y, dim=1).t()", []),
    # SHP409: vectors scaled by those of the other items
    ("return F.normalize(x[:, 0], dim=0)", ["SHP409"]),
    ("return F.normalize(x[:, 0], dim=1)", []),
    ("return F.normalize(y, dim=0)", []),
    # SHP105: weights of samples, and a loss that is one number
    ("w = torch.ones(batch)\nreturn (w * F.mse_loss(x.sum((1, 2)), torch.zeros(batch))).mean()", ["SHP105"]),
    ("w = torch.ones(batch)\nreturn w * F.mse_loss(x.sum((1, 2)), torch.zeros(batch), reduction='none')", []),
    ("w = torch.ones(batch)\nreturn nn.MSELoss()(x.sum(2), torch.zeros(batch, length)) * 0.5 * w", ["SHP105"]),
    ("w = torch.ones(batch)\nreturn w + F.mse_loss(x.sum((1, 2)), torch.zeros(batch))", []),  # its mean is the same
    ("w = torch.ones(dim)\nreturn w * F.mse_loss(x.sum((1, 2)), torch.zeros(batch))", []),
]


@pytest.mark.parametrize(("body", "codes"), CASES)
def test_directions_and_losses(body: str, codes: list[str]) -> None:
    function = f"""
def f(x: torch.Tensor, y: torch.Tensor):
    batch, length, dim = x.shape
    count, _ = y.shape
{textwrap.indent(body, "    ")}
"""
    assert codes_of(function) == codes


SQUEEZED = [
    ("nn.Conv2d(3, channels, 3), nn.AdaptiveAvgPool2d(1)", ["SHP402"]),
    ("nn.Conv2d(3, channels, 3), nn.BatchNorm2d(channels), nn.AdaptiveAvgPool2d(1)", ["SHP402"]),
    ("nn.AdaptiveAvgPool2d(1)", []),  # of what may be a single image
    ("nn.Conv2d(3, channels, 3)", []),
]


@pytest.mark.parametrize(("layers", "codes"), SQUEEZED)
def test_pooled_images(layers: str, codes: list[str]) -> None:
    source = f"""
class Net(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        self.features = nn.Sequential({layers})
        self.out = nn.Linear(channels, classes)

    def forward(self, x):
        return self.out(self.features(x).squeeze())
"""
    assert codes_of(source) == codes


TABLES = [
    ("nn.Parameter(torch.randn(batch_size, 1, dim))", ["SHP104"]),
    ("nn.Parameter(torch.randn(1, steps, dim))", []),
    ("torch.zeros(batch_size, 1, dim)", []),  # a state of each item
]


@pytest.mark.parametrize(("table", "codes"), TABLES)
def test_parameters_for_the_items_of_one_batch(table: str, codes: list[str]) -> None:
    source = f"""
class Positions(nn.Module):
    def __init__(self, batch_size, steps, dim):
        super().__init__()
        self.table = {table}

    def forward(self, x):
        batch, length, dim = x.shape
        return x + self.table
"""
    assert codes_of(source) == codes


ORDERS = [
    ("(batch, heads, length, dim // heads)", []),
    ("(batch, length, heads, head_dim)", ["SHP309"]),
    ("(batch, heads, n, head_dim)", []),
]


@pytest.mark.parametrize(("claim", "codes"), ORDERS)
def test_two_axes_that_a_docstring_exchanges(claim: str, codes: list[str]) -> None:
    source = f'''
def split(x: torch.Tensor, heads: int):
    """Split the features.

    Returns:
        torch.Tensor: of shape `{claim}`.
    """
    batch, length, dim = x.shape
    return x.view(batch, length, heads, dim // heads).transpose(1, 2)
'''
    assert codes_of(source) == codes


def codes_of(source: str) -> list[str]:
    return [found.code for found in check((HEAD + source).encode(), "case.py", Settings())]
