import warnings
from typing import Any

import pytest
import torch
from jaxtyping import Float
from torch import Tensor, nn, randn
from torch.nn import functional

from shapeguard import BroadcastError, BroadcastWarning, ContractError, check, sanitize

p, t = randn(5, 1), randn(5)


@pytest.mark.parametrize(
    "operation",
    [
        lambda: p - t,
        lambda: t - p,
        lambda: torch.sub(p, t, alpha=2),
        lambda: p.mul(t) + 0,
        lambda: torch.mean((p - t) ** 2),
        lambda: (p == t).float().mean(),
        lambda: p > t,
        lambda: torch.where(p > 0, p, t),
        lambda: torch.maximum(p, t) + 0,
        lambda: functional.mse_loss(p, t),
        lambda: nn.MSELoss()(p, t),
        lambda: nn.L1Loss()(p, t),
        lambda: functional.smooth_l1_loss(p, t),
        lambda: randn(4, 3, 1) * randn(3, 5),
        lambda: torch.addcmul(randn(5, 5), p, t),
        lambda: randn(5, 5).lerp_(p, randn(5)),
    ],
)
def test_operands_that_stretch_each_other(operation: Any) -> None:
    with pytest.raises(BroadcastError, match="stretch each other"), sanitize():
        operation()


@pytest.mark.parametrize(
    "operation",
    [
        lambda: randn(4, 8) - randn(8),
        lambda: randn(4, 8) - randn(4, 1),
        lambda: randn(4)[:, None] - randn(6)[None, :],
        lambda: p - 1,
        lambda: 1 - p,
        lambda: p - randn(()),
        lambda: p - t[:, None],
        lambda: p @ t[None],
        lambda: functional.mse_loss(p, t[:, None]),
        lambda: randn(4, 1) - randn(1),
        lambda: torch.distributions.Normal(randn(3, 1), 1.0).log_prob(randn(4)),
        lambda: nn.TransformerEncoderLayer(16, 4, 32, batch_first=True)(randn(2, 5, 16)).sum().backward(),
    ],
)
def test_what_is_meant_or_torchs_own_is_left_alone(operation: Any) -> None:
    with sanitize():
        operation()


def test_torchs_own_errors_stay() -> None:
    with pytest.raises(RuntimeError, match="must match"), sanitize():
        randn(2, 3, 1) - randn(4, 5)


def test_message_names_operation_shapes_and_line() -> None:
    with pytest.raises(BroadcastError) as caught, sanitize():
        p - t
    first, second, _ = str(caught.value).splitlines()
    assert first == "sub: operands (5, 1) and (5,) stretch each other to (5, 5)"
    assert second.startswith(f"  at {__file__}:")


def test_warning_points_at_the_operation() -> None:
    with warnings.catch_warnings(record=True) as seen, sanitize("warn"):
        warnings.simplefilter("always")
        p - t
    assert [(each.category, each.filename) for each in seen] == [(BroadcastWarning, __file__)]


def test_unknown_action() -> None:
    with pytest.raises(ValueError, match="can `raise` or `warn`"), sanitize("log"):  # type: ignore[arg-type]
        pass


def test_decorator_sanitizes_the_body() -> None:
    @check(sanitize=True)
    def loss(x: Float[Tensor, "n 1"], y: Float[Tensor, " n"]) -> Float[Tensor, ""]:
        return ((x - y) ** 2).mean()

    with pytest.raises(BroadcastError):
        loss(p, t)
    p - t

    with pytest.raises(ContractError, match="cannot follow"):

        @check(sanitize=True)
        async def f(x: Float[Tensor, " n"]) -> None: ...


def test_torch_compile_is_left_alone_with_a_warning() -> None:
    torch._dynamo.reset()
    function = torch.compile(lambda x, y: x - y, backend="eager")
    with pytest.warns(UserWarning, match="does not look into"), sanitize():
        assert function(p, t).shape == (5, 5)
