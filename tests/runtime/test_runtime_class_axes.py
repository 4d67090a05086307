"""Axes that belong to an instance: `check(class_axes="d_model")`."""

import asyncio
import copy
import io
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from beartype import beartype
from jaxtyping import Float
from torch import Tensor, nn, zeros

from shapeguard import ContractError, ShapeError, check
from shapeguard.runtime import prepare

T = Float[Tensor, "t d_model"]


@check(class_axes="d_model heads")
class Layer(nn.Module):
    def embed(self, n: int, d: int) -> T:
        return zeros(n, d)

    def forward(self, x: T) -> T:
        return x

    def wide(self, x: Float[Tensor, "2*d_model"]) -> Float[Tensor, "2*d_model"]:
        return x

    def split(self, x: Float[Tensor, "heads d_model"]) -> bool:
        return isinstance(zeros(3, 5), T)

    @property
    def weight(self) -> Float[Tensor, "d_model d_model"]:
        return zeros(4, 4)

    @staticmethod
    def free(x: T) -> None: ...

    async def later(self, x: T) -> T:
        return x


STEPS = [
    ("what an argument binds is held", [("forward", zeros(2, 4)), ("forward", zeros(3, 4))], None),
    ("what an argument binds is held", [("forward", zeros(2, 4)), ("forward", zeros(2, 5))], "'d_model' of argument"),
    ("by other methods", [("forward", zeros(2, 4)), ("split", zeros(8, 5))], "bound by an earlier call"),
    ("what the result binds is held", [("embed", 2, 4), ("forward", zeros(2, 5))], "'d_model' of argument 'x'"),
    ("and holds for results", [("forward", zeros(2, 4)), ("embed", 2, 5)], "'d_model' of the return value"),
    ("computed from it", [("forward", zeros(2, 4)), ("wide", zeros(8))], None),
    ("computed from it", [("forward", zeros(2, 4)), ("wide", zeros(9))], r"'2\*d_model' of argument 'x' has size 9"),
    ("other names are the call's", [("forward", zeros(2, 4)), ("forward", zeros(3, 4))], None),
    ("a static method has no instance", [("forward", zeros(2, 4)), ("free", zeros(2, 5))], None),
    ("a refused call binds nothing", [("refused", zeros(2)), ("forward", zeros(2, 5))], None),
]


@pytest.mark.parametrize(("why", "calls", "error"), STEPS)
@pytest.mark.parametrize("generated", [True, False])
def test_calls_on_one_instance(monkeypatch: Any, why: Any, calls: Any, error: Any, generated: Any) -> None:
    cls = Layer
    if not generated:
        monkeypatch.setattr(prepare, "acceptor", lambda _: None)
        cls = check(class_axes="d_model heads")(type("Layer", (nn.Module,), _plain(Layer)))
    layer = cls()
    *before, (name, *last) = calls
    for each, *arguments in before:
        if each == "refused":
            with pytest.raises(ShapeError):
                layer.forward(*arguments)
        else:
            getattr(layer, each)(*arguments)
    if error is None:
        getattr(layer, name)(*last)
    else:
        with pytest.raises(ShapeError, match=error):
            getattr(layer, name)(*last)


def _plain(cls: Any) -> dict[str, Any]:
    """What was decorated."""
    names = ("embed", "forward", "wide", "split")
    return {name: vars(cls)[name].__wrapped__ for name in names} | {"free": staticmethod(cls.free.__wrapped__)}


def test_instances_are_apart_and_copies_are_alike() -> None:
    layer, other = Layer(), Layer()
    layer(zeros(2, 4))
    other(zeros(2, 5))
    buffer = io.BytesIO()
    torch.save(layer, buffer)
    buffer.seek(0)
    for same in (copy.deepcopy(layer), torch.load(buffer, weights_only=False)):
        same(zeros(2, 4))
        with pytest.raises(ShapeError):
            same(zeros(2, 5))


def test_property_and_coroutine() -> None:
    layer = Layer()
    assert layer.weight.shape == (4, 4)
    asyncio.run(layer.later(zeros(2, 4)))
    with pytest.raises(ShapeError, match="bound by an earlier call"):
        asyncio.run(layer.later(zeros(2, 5)))
    layer = Layer()
    layer(zeros(2, 5))
    with pytest.raises(ShapeError, match="'d_model' of the return value has size 4, expected 5"):
        layer.weight  # noqa: B018


def test_bound_in_the_scope_of_the_body() -> None:
    layer = Layer()
    assert layer.split(zeros(2, 5))
    assert not (other := Layer()).split(zeros(2, 4))
    assert vars(other)["__shapeguard_axes__"] == {"heads": 2, "d_model": 4}


def test_constructor_of_a_dataclass_binds() -> None:
    @check(class_axes="d", typechecker=beartype)
    @dataclass
    class Affine:
        weight: Float[Tensor, "d d"]

        def __call__(self, x: Float[Tensor, "n d"]) -> Float[Tensor, "n d"]:
            return x @ self.weight

    affine = Affine(zeros(3, 3))
    affine(zeros(2, 3))
    with pytest.raises(ShapeError, match="'d' of argument 'x' has size 4, expected 3, bound by an earlier call"):
        affine(zeros(2, 4))


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        ("*batch", "is no name of a single axis"),
        (["d", "2*d"], "is no name of a single axis"),
        ("b,c", "are no axes: axes are separated by spaces"),
    ],
)
def test_mistakes(axes: Any, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        check(class_axes=axes)


def test_instance_without_a_place_to_keep_them() -> None:
    @check(class_axes="d")
    class Slotted:
        __slots__ = ()

        def f(self, x: Float[Tensor, " d"]) -> None: ...

    with pytest.raises(ContractError, match="Slotted has no __dict__"):
        Slotted().f(zeros(2))
    with pytest.raises(ContractError, match=r"belong to an instance, and .* takes none"):
        check(class_axes="d")(lambda: None)
