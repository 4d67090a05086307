"""On a GPU: checks read shapes only, so that nothing waits for the device and no graph breaks."""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn
from training import compare

from shapeguard import BroadcastError, ShapeError, check, sanitize, shaped

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")


@pytest.fixture
def no_waiting() -> Iterator[None]:
    """Whatever makes the host wait for the device raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the mode is a prototype
        torch.cuda.set_sync_debug_mode("error")
    yield
    torch.cuda.set_sync_debug_mode("default")


@check
def residual(
    x: Float[Tensor, "batch width"], scale: Float[Tensor, " width"] | None = None
) -> Float[Tensor, "batch width"]:
    return x if scale is None else x * scale


@check
def picked(
    scores: Float[Tensor, "batch classes"], of: Int[Tensor, " batch"], keep: Bool[Tensor, " batch"]
) -> Float[Tensor, " batch"]:
    return scores.gather(1, of[:, None])[:, 0] * keep


class Scaled(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width
        self.linear = nn.Linear(width, width)

    @check
    def forward(self, x: Float[Tensor, "batch {self.width}"]) -> Float[Tensor, "batch {self.width}"]:
        half = shaped(self.linear(x).relu(), "batch _")
        return residual(x, half.mean(0))


def rand(*sizes: int) -> Tensor:
    return torch.rand(*sizes, device="cuda")


ACCEPTED: dict[str, Callable[[], Any]] = {
    "generated checks": lambda: residual(rand(5, 3), rand(3)),
    "dtypes": lambda: picked(rand(5, 3), torch.zeros(5, dtype=torch.int64, device="cuda"), rand(5) > 0),
    "half precision": lambda: residual(rand(5, 3).bfloat16(), rand(3).half()),
}
REFUSED: dict[str, Callable[[], Any]] = {
    "a size": lambda: residual(rand(5, 3), rand(4)),
    "a rank": lambda: residual(rand(5)),
    "a dtype": lambda: residual(rand(5, 3).long()),
}


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted_without_waiting(name: str) -> None:
    ACCEPTED[name]()


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("name", REFUSED)
def test_refused_without_waiting(name: str) -> None:
    with pytest.raises(ShapeError):
        REFUSED[name]()


@pytest.mark.usefixtures("no_waiting")
def test_the_sanitizer_does_not_wait() -> None:
    with pytest.raises(BroadcastError, match="stretch each other"), sanitize():
        rand(5, 1) - rand(5)
    with sanitize():
        rand(5, 3) - rand(3)


def test_a_checked_module_is_captured_in_a_cuda_graph() -> None:
    module, x = Scaled(3).cuda().requires_grad_(requires_grad=False), rand(5, 3)
    module(x)  # the libraries are loaded before
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        captured = module(x)
    x.copy_(rand(5, 3))
    graph.replay()
    torch.testing.assert_close(captured, module(x))


def test_a_checked_module_is_one_compiled_graph() -> None:
    warnings.simplefilter("ignore")  # the compiler's own
    module, x = Scaled(3).cuda(), rand(5, 3)
    compiled = torch.compile(module, fullgraph=True)
    torch.testing.assert_close(compiled(x), module(x))
    compiled(x).sum().backward()
    assert module.linear.weight.grad is not None


def test_mixed_precision() -> None:
    with torch.autocast("cuda", torch.bfloat16):
        assert Scaled(3).cuda()(rand(5, 3)).shape == (5, 3)


def test_training_is_the_same_to_the_bit() -> None:
    assert compare(4, device="cuda", width=32, depth=2, context=16).identical
