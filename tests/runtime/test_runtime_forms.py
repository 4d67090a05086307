import functools
import pickle
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest
import torch
from jaxtyping import Float, Int, Shaped
from torch import Tensor, nn, zeros

import shapeguard
from shapeguard import ContractError, ShapeError, check

BD = Float[Tensor, "b d"]


def refuses(call: Any, *args: Any, **kwargs: Any) -> None:
    with pytest.raises(ShapeError):
        call(*args, **kwargs)


@check
def same(x: BD, y: BD, /, scale: float = 1.0, *, bias: float = 0.0) -> BD:
    """Add."""
    return x + y


def test_function() -> None:
    assert same(zeros(2, 3), zeros(2, 3), bias=1.0).shape == (2, 3)
    refuses(same, zeros(2, 3), zeros(2, 4))


def test_wrapper_looks_like_the_function() -> None:
    assert (same.__name__, same.__doc__, same.__module__) == ("same", "Add.", __name__)
    assert pickle.loads(pickle.dumps(same)) is same


def test_wrong_number_of_arguments_is_pythons_own_error() -> None:
    with pytest.raises(TypeError, match=r"missing a required argument|missing 1 required") as caught:
        same(zeros(2, 3))
    assert not isinstance(caught.value, ShapeError)


@check
class Layer(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width

    def forward(self, x: Float[Tensor, "b {self.width}"]) -> Float[Tensor, "b {self.width}"]:
        return self.helper(x)

    def helper(self, x):  # noqa: ANN201 - that is its point
        return x

    @staticmethod
    def static(x: Float[Tensor, "b 3"]) -> None: ...

    @classmethod
    def made(cls, x: Float[Tensor, "b 3"]) -> "Layer":
        return cls(x.shape[1])

    @property
    def bias(self) -> Float[Tensor, " 3"]:
        return zeros(self.width)

    @bias.setter
    def bias(self, value: Float[Tensor, " 3"]) -> None: ...

    @functools.cached_property
    def cached(self) -> Float[Tensor, " 3"]:
        return zeros(self.width)


def test_class_has_every_annotated_method_checked() -> None:
    layer, wide = Layer(3), Layer(4)
    assert layer(zeros(2, 3)).shape == (2, 3)
    assert Layer.made(zeros(2, 3)).bias.shape == layer.cached.shape == (3,)
    layer.bias = zeros(3)
    refuses(layer, zeros(2, 4))
    refuses(Layer, 3.5)
    refuses(Layer.static, zeros(2, 4))
    refuses(layer.static, zeros(2, 4))
    refuses(Layer.made, zeros(2, 4))
    refuses(lambda: wide.bias)
    refuses(lambda: wide.cached)
    refuses(setattr, layer, "bias", zeros(4))


def test_method_without_annotations_is_left_alone() -> None:
    assert not hasattr(Layer.helper, "__wrapped__")


class Single:
    @check
    @classmethod
    def of_class(cls, x: BD, y: BD) -> None: ...

    @classmethod
    @check
    def inside(cls, x: BD, y: BD) -> None: ...

    @check
    @property
    def prop(self) -> BD:
        return zeros(2)


@pytest.mark.parametrize("method", [Single.of_class, Single.inside, Single().of_class])
def test_decorated_class_method(method: Any) -> None:
    method(zeros(2, 3), zeros(2, 3))
    refuses(method, zeros(2, 3), zeros(2, 4))


def test_decorated_property() -> None:
    refuses(lambda: Single().prop)


@check
@dataclass(frozen=True)
class Pair:
    images: Float[Tensor, "n c"]
    labels: Int[Tensor, " n"] = field(default_factory=lambda: torch.arange(2))

    def select(self, index: Int[Tensor, " k"]) -> Float[Tensor, "k c"]:
        return self.images[index]


def test_dataclass_fields_and_methods() -> None:
    pair = Pair(zeros(2, 3))
    assert pair.select(torch.tensor([0])).shape == (1, 3)
    refuses(Pair, zeros(3, 3), torch.arange(2))
    refuses(pair.select, torch.zeros(1, 1, dtype=torch.int64))


@check
class Point(NamedTuple):
    x: Float[Tensor, " n"]
    y: Float[Tensor, " n"]


def test_named_tuple() -> None:
    assert Point(zeros(2), zeros(2)).y.shape == (2,)
    refuses(Point, zeros(2), zeros(3))


def test_decorating_twice_checks_once() -> None:
    once = check(lambda x: x)
    assert check(once) is once


@pytest.mark.parametrize("batch", ["(batch, channels)", "[batch, channels]", "batch, channels", "batch channels"])
def test_contracts_without_annotations(batch: Any) -> None:
    @check(x=batch, returns="(batch,)")
    def f(x: Any, y: Any = None) -> Any:
        return x.sum(1) if y is None else y

    assert f(zeros(2, 3)).shape == (2,)
    refuses(f, zeros(2))
    refuses(f, zeros(2, 3), zeros(3))
    refuses(f, "text")


@pytest.mark.parametrize(
    ("contract", "shape", "fits"),
    [
        ("(b, 2*h)", (1, 2), True),
        ("()", (), True),
        ("", (), True),
        ("(b,)", (3,), True),
        ("(..., c)", (3, 4, 5), True),
        ("*batch 3", (2, 3), True),
        ("*batch 3", (2, 4), False),
        ("(_, 3)", (1, 3), True),
        ("min(h,4)", (1,), True),
    ],
)
def test_contract_notations(contract: Any, shape: Any, fits: Any) -> None:
    @check(size="(h,)", x=contract)
    def f(size: Any, x: Any) -> None: ...

    if fits:
        f(zeros(1), zeros(shape))
    else:
        refuses(f, zeros(1), zeros(shape))


def test_contract_goes_with_the_annotated_class() -> None:
    @check(x="(b, c)", y="(b, c)")
    def f(x: Tensor, y: Tensor | None = None, n: int = 1) -> None: ...

    f(zeros(2, 3), None)
    f(zeros(2, 3), zeros(2, 3), 2)
    refuses(f, zeros(2, 3).numpy())
    refuses(f, zeros(2, 3), zeros(3, 2))
    refuses(f, zeros(2, 3), None, 1.5)


def test_contract_may_be_an_annotation() -> None:
    @check(x=Int[Tensor, " n"])
    def f(x: Any) -> None: ...

    f(torch.arange(2))
    refuses(f, zeros(2))


@pytest.mark.parametrize(
    ("decorate", "message"),
    [
        (lambda: check(z="(b, c)")(lambda x, y: x), "has no parameter 'z' .its parameters: x, y."),
        (lambda: check(x="(b, c")(lambda x: x), "x='.b, c' is no shape"),
        (lambda: check(x="*a *b")(lambda x: x), "is no shape"),
        (lambda: check(x="(b)")(Layer), "Layer is a class"),
        (lambda: check(3), "takes a function or a class, not int"),
        (lambda: check(same, typechecker="pyright"), "typechecker='pyright' is no checker"),
    ],
)
def test_mistakes_in_the_contract_show_where_it_is_written(decorate: Any, message: Any) -> None:
    with pytest.raises(ContractError, match=message):
        decorate()


def test_contract_beside_an_annotation_with_axes_is_refused() -> None:
    @check(x="(b, c)")
    def f(x: BD) -> None: ...

    with pytest.raises(ContractError, match="has axes already"):
        f(zeros(2, 3))


def test_strings_are_resolved_at_the_first_call() -> None:
    @check
    def f(x: "Later", y: "list[Later]") -> None: ...

    globals()["Later"] = Float[Tensor, " n"]
    f(zeros(2), [zeros(2)])
    refuses(f, zeros(2), [zeros(3)])


def test_string_that_names_a_local_of_the_enclosing_function() -> None:
    local = Float[Tensor, " n"]

    @check
    def f(x: "local", y: "local") -> int:
        return len([local])

    refuses(f, zeros(2), zeros(3))


def test_array_annotation_that_cannot_be_resolved_is_reported() -> None:
    @check
    def f(x: "Missing[Tensor, 'b c']") -> None: ...

    with pytest.warns(UserWarning, match="f: the annotation .* of 'x' is not checked: name 'Missing'"):
        f(zeros(2))


def test_bindings_are_shared_with_the_body() -> None:
    @check
    def f(x: Shaped[Tensor, "b"]) -> tuple[bool, bool]:
        return isinstance(zeros(2), Shaped[Tensor, "b"]), isinstance(zeros(3), Shaped[Tensor, "b"])

    assert f(zeros(2)) == (True, False)


def test_bindings_do_not_outlive_the_call() -> None:
    @check
    def f(x: Shaped[Tensor, "b"]) -> Shaped[Tensor, "b"]:
        if x.shape == (2,):
            f(zeros(3))
        return x

    f(zeros(2))
    f(zeros(4))


def test_lazy_names() -> None:
    assert {"check", "reveal_shape", "ShapeError", "ContractError", "__version__"} <= set(dir(shapeguard))
    assert shapeguard.__version__[0].isdigit()
    with pytest.raises(AttributeError, match="no attribute 'chekc'"):
        shapeguard.chekc  # noqa: B018
