"""What generated checkers promise beyond their verdicts, which `test_runtime_fuzz` holds against jaxtyping's."""

import threading
import traceback
from types import SimpleNamespace
from typing import Any

import pytest
from jaxtyping import Float, Int, Shaped, jaxtyped
from torch import Tensor, nn, zeros

from shapeguard import ShapeError, check
from shapeguard.runtime import prepare, scope

BD = Float[Tensor, "b d"]


def is_generated(function: Any) -> bool:
    return "_sg_stack" in function.__code__.co_varnames


def test_nothing_is_generated_before_the_first_call() -> None:
    @check
    def f(x: BD) -> BD:
        return x

    assert not is_generated(f)
    f(zeros(2, 3))
    assert is_generated(f)


def test_defaults_and_keywords_are_the_functions_own() -> None:
    default = object()

    @check
    def f(x: BD, a: Any = default, *rest: Any, b: Any = default, **more: Any) -> Any:
        return a, rest, b, more

    for _ in range(2):
        assert f(zeros(2, 3)) == (default, (), default, {})
        assert f(zeros(2, 3), 1, 2, b=3, c=4) == (1, (2,), 3, {"c": 4})
    assert is_generated(f)


def test_traceback_ends_at_the_decorated_function() -> None:
    @check
    def f(x: BD) -> BD:
        return x

    f(zeros(2, 3))
    with pytest.raises(ShapeError) as caught:
        f(zeros(2))
    here, last = traceback.extract_tb(caught.value.__traceback__)
    assert (last.filename, last.name) == (here.filename, "f")
    assert caught.value.__suppress_context__


def test_every_line_of_a_traceback_is_the_functions_own() -> None:
    @check
    def f(x: BD) -> BD:
        raise KeyError

    for _ in range(2):  # the first call makes the checker
        with pytest.raises(KeyError) as caught:
            f(zeros(2, 3))
        lines = {frame.line for frame in traceback.extract_tb(caught.value.__traceback__) if frame.name == "f"}
        assert lines == {"@check", "raise KeyError"}


def test_functions_inside_a_wrapper_are_called_as_their_caller_did() -> None:
    received = []

    class Recorder:
        __name__ = __qualname__ = "recorder"
        __annotations__ = {"x": BD}

        def __call__(self, x: BD, y: int = 1) -> None:
            received.append((x.shape, y))

    checked = check(Recorder())
    checked(zeros(2, 3), y=2)
    assert received == [((2, 3), 2)]


@pytest.mark.parametrize(
    "annotation",
    [
        dict[int, BD],
        set[BD],
        BD | list[BD] | list[Int[Tensor, ""]],
        type[BD],
        tuple[BD, ...] | tuple[int, BD],
    ],
)
def test_what_cannot_be_expressed_goes_through_jaxtyping(annotation: Any) -> None:
    def f(x: Any) -> None: ...

    f.__annotations__ = {"x": annotation}
    checked = check(f)
    with pytest.raises(ShapeError):
        checked("text")
    assert not is_generated(checked)


def test_sizes_are_divided_by_sizes() -> None:
    @check
    def f(x: Float[Tensor, "a b"], y: Float[Tensor, "a//b a%b"]) -> None: ...

    f(zeros(7, 3), zeros(2, 1))
    assert is_generated(f)
    for x in (zeros(7, 3), zeros(7, 0)):
        with pytest.raises(ShapeError):
            f(x, zeros(2, 2))


def test_result_that_cannot_be_expressed_goes_through_jaxtyping() -> None:
    @check
    def f(x: BD, y: Any) -> set[int] | dict[int, BD]:
        return y

    f(zeros(2, 3), {1: zeros(2, 3)})
    with pytest.raises(ShapeError):
        f(zeros(2, 3), {1: zeros(2, 4)})
    assert is_generated(f)


def test_public_path_without_jaxtypings_private_stack(monkeypatch: Any) -> None:
    monkeypatch.setattr(prepare, "STACKS", None)

    @check
    def f(x: BD, y: BD) -> BD:
        assert isinstance(zeros(2, 3), BD)
        assert not isinstance(zeros(3, 3), BD)
        return y[:, :2] if x.sum() else y

    f(zeros(2, 3), zeros(2, 3))
    assert not is_generated(f)
    with pytest.raises(ShapeError):
        f(zeros(2, 3), zeros(2, 4))
    with pytest.raises(ShapeError, match="axis 'd' of the return value has size 2, expected 3"):
        f(zeros(2, 3) + 1, zeros(2, 3))


def test_a_stack_that_works_otherwise_is_not_used() -> None:
    elsewhere = SimpleNamespace(stack=[None])  # not where jaxtyping looks
    assert scope._works(scope.STACKS)
    assert not scope._works(elsewhere)


def test_exceptions_leave_no_bindings_behind() -> None:
    @check
    def f(x: BD) -> BD:
        if x.shape[0] == 2:
            raise KeyError("body")
        return x[0]

    for shape, error in [((2, 3), KeyError), ((3, 3), ShapeError), ((3,), ShapeError)] * 2:
        with pytest.raises(error):
            f(zeros(shape))
        assert not scope.STACKS.stack


def test_jaxtypings_own_decorator_nests_in_both_directions() -> None:
    @jaxtyped(typechecker=None)
    def theirs(x: Any) -> bool:
        return isinstance(x, Shaped[Tensor, "b"])

    @check
    def ours(x: Shaped[Tensor, "b"]) -> tuple[bool, bool]:
        return theirs(zeros(7)), isinstance(zeros(7), Shaped[Tensor, "b"])

    assert ours(zeros(3)) == (True, False)
    assert jaxtyped(ours, typechecker=None)(zeros(3)) == (True, False)


def test_threads_keep_their_bindings_apart() -> None:
    wrong: list[Any] = []
    barrier = threading.Barrier(4)

    @check
    def f(x: BD) -> BD:
        barrier.wait(timeout=20)
        if not isinstance(zeros(x.shape), BD) or isinstance(zeros(99, 99), BD):
            wrong.append(x.shape)
        return x

    def run(size: int) -> None:
        for _ in range(20):
            f(zeros(size, size + 1))

    threads = [threading.Thread(target=run, args=(n,)) for n in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_recursion() -> None:
    @check
    def total(x: BD) -> Float[Tensor, " d"]:
        return x[0] if len(x) == 1 else x[0] + total(x[1:])

    assert total(zeros(50, 3)).shape == (3,)


def test_no_type_check_is_honoured_afterwards() -> None:
    from typing import no_type_check

    @no_type_check
    @check
    def f(x: BD) -> BD:
        return x

    f("anything")
    assert no_type_check(check(nn.Identity().forward))


def test_axis_names_that_python_and_we_use_ourselves() -> None:
    @check
    def f(_sg: Float[Tensor, "len type"], out: Float[Tensor, "type isinstance"]) -> Float[Tensor, "len isinstance"]:
        return _sg @ out

    @check
    def g(type: Float[Tensor, "type def"], len: Float[Tensor, "def"]) -> Float[Tensor, "type"]:
        return type @ len

    for function, good, bad in [(f, zeros(3, 4), zeros(4, 4)), (g, zeros(3), zeros(2))]:
        function(zeros(2, 3), good)
        with pytest.raises(ShapeError):
            function(zeros(2, 3), bad)
