"""Annotated assignments in the body: `check(locals=True)`."""

import ast
import asyncio
import inspect
import traceback
from typing import Any

import pytest
from beartype import beartype
from jaxtyping import AnnotationError, Float
from torch import Tensor, nn, zeros

from shapeguard import ContractError, ShapeError, ShapeWarning, check, disabled

BD = Float[Tensor, "b d"]
good, bad = zeros(2, 3), zeros(2, 4)


def assigned(x: BD, y: Any) -> Any:
    z: BD = y
    return z


def in_a_list(x: BD, y: Any) -> Any:
    z: list[Float[Tensor, "b d"]] = [x, y]
    return z[1]


def optional(x: BD, y: Any) -> Any:
    z: BD | None = y
    return z


def in_a_branch(x: BD, y: Any) -> Any:
    for _ in range(2):
        if y is not None:
            z: BD = y
    return z


def to_an_attribute(x: BD, y: Any) -> Any:
    holder = nn.Identity()
    holder.z: BD = y
    return holder.z


def by_a_string(x: BD, y: Any) -> Any:
    z: Float[Tensor, "b d"] = y
    return z


FUNCTIONS = [assigned, in_a_list, optional, in_a_branch, to_an_attribute, by_a_string]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    "options", [{}, {"typechecker": beartype}, {"shapes_only": True}], ids=["typeguard", "beartype", "shapes only"]
)
def test_value_is_held_against_the_scope(function: Any, options: Any) -> None:
    checked = check(locals=True, **options)(function)
    assert checked(good, good) is good
    if not (function is in_a_list and "typechecker" in options):  # beartype looks at one item
        with pytest.raises(ShapeError, match=r"has size 4, expected 3, bound by argument 'x'"):
            checked(good, bad)
    assert check(function)(good, bad) is bad, "only where it is asked for"


def test_what_is_no_array_is_left_alone() -> None:
    @check(locals=True)
    def f(x: BD) -> Any:
        n: int = "text"
        m: BD  # noqa: F842
        return n

    assert f(good) == "text"


def enclosed() -> Any:
    outer = 2

    class Layer(nn.Module):
        __private = 3

        @check(locals=True)
        def forward(self, x: BD, *, y: Any = good) -> Any:
            """Text
            that is not indented."""
            assert super().forward
            z: Float[Tensor, "b d"] = y
            return z, outer, self.__private, Layer, [inner + 0 for inner in (x,)]

    return Layer


def test_closures_private_names_defaults_and_super_stay() -> None:
    layer_type = enclosed()
    z, outer, private, layer, items = layer_type()(good)
    assert (outer, private, layer, len(items)) == (2, 3, layer_type, 1)
    assert z is good
    with pytest.raises(ShapeError):
        layer_type()(good, y=bad)
    assert inspect.getsource(layer_type.forward).lstrip().startswith("@check(locals=True)")


def test_functions_within_have_bodies_of_their_own() -> None:
    @check(locals=True)
    def f(x: BD) -> Any:
        z: BD = x  # noqa: F841

        def inner(y: Any) -> Any:
            w: BD = y
            return w

        return inner(bad)

    assert f(good) is bad


def test_coroutine() -> None:
    @check(locals=True)
    async def f(x: BD, y: Any) -> Any:
        await asyncio.sleep(0)
        z: BD = y
        return z

    assert asyncio.run(f(good, good)) is good
    with pytest.raises(ShapeError, match="axis 'd' of 'z' has size 4, expected 3"):
        asyncio.run(f(good, bad))


MESSAGE = """\
assigned: axis 'd' of 'z' has size 4, expected 3, bound by argument 'x'
  at {file}:{line}
  value  annotation            shape           bindings
  z      Float[Tensor, "b d"]  float32 (2, 4)  b=2 d=4
  in scope: b=2 d=3"""


def test_message_and_traceback_name_file_and_line() -> None:
    with pytest.raises(ShapeError) as caught:
        check(assigned, locals=True)(good, bad)
    line = assigned.__code__.co_firstlineno + 1
    assert str(caught.value) == MESSAGE.format(file=__file__, line=line)
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert (__file__, line, "assigned") in [(frame.filename, frame.lineno, frame.name) for frame in frames]


def test_axis_that_cannot_be_computed() -> None:
    @check(locals=True)
    def f(x: BD) -> None:
        z: Float[Tensor, "q+1 d"] = x  # noqa: F841

    with pytest.raises(AnnotationError, match=r"axis 'q\+1' of 'z' cannot be computed: nothing binds 'q'"):
        f(good)


def test_other_switches_hold() -> None:
    checked = check(assigned, locals=True, on_error="warn")
    with pytest.warns(ShapeWarning, match="of 'z' has size 4"):
        assert checked(good, bad) is bad
    checked = check(assigned, locals=True, every=2)
    with pytest.raises(ShapeError):
        checked(good, bad)
    assert checked(good, bad) is bad
    with disabled():
        checked(good, bad)


def test_annotation_that_cannot_be_resolved_is_reported() -> None:
    @check(locals=True)
    def f(x: BD) -> None:
        z: Missing[Tensor, "b d"] = x  # type: ignore[name-defined]  # noqa: F841

    with pytest.warns(UserWarning, match="the annotation .* of 'z' is not checked: name 'Missing'"):
        f(good)


def test_function_without_source() -> None:
    namespace: dict[str, Any] = {}
    exec(compile(ast.parse("def f(x): y: int = x"), "<nowhere>", "exec"), namespace)
    with pytest.raises(ContractError, match="locals=True needs the source of f"):
        check(locals=True)(namespace["f"])
    with pytest.raises(ContractError, match="needs a function with a body of its own"):
        check(locals=True)(lambda x: x)
    with pytest.raises(ContractError, match="needs a function with a body of its own"):
        check(locals=True)(len)
