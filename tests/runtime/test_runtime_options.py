"""`shapes_only`, `on_error`, `every`, and switches for a while."""

import asyncio
import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from jaxtyping import Float, config
from torch import Tensor, zeros

import shapeguard
from shapeguard import ContractError, ShapeError, ShapeWarning, check, disabled
from shapeguard.runtime import prepare, scope

B = Float[Tensor, " b"]
good, bad = zeros(2), zeros(3)


@pytest.mark.parametrize(
    ("annotation", "value", "verdict"),
    [
        (int, "text", True),
        (B, good, True),
        (B, bad, False),
        (B, "text", False),
        (B | None, None, True),
        (B | None, bad, False),
        (B | int, "text", False),
        (B | int, 3, True),
        (list[B], [good, bad], False),
        (list[B], (good,), True),
        (list[B], "text", True),
        (list[B], good, False),
        (list[int], good, True),
        (list[B] | int, [bad], False),
        (list[B] | int, 3, True),
        (tuple[B, int], (good, "text"), True),
        (tuple[B, int], (good,), False),
        (tuple[B, ...], (good, bad), False),
        (dict[str, B], {1: bad}, False),
        (dict[str, B], [bad], True),
        (Any, bad, True),
    ],
)
@pytest.mark.parametrize("generated", [True, False])
def test_shapes_only(monkeypatch: Any, annotation: Any, value: Any, verdict: Any, generated: Any) -> None:
    if not generated:
        monkeypatch.setattr(prepare, "acceptor", lambda _: None)

    def f(bound: B, value: Any, number: int) -> int:
        return "text"  # type: ignore[return-value]

    f.__annotations__["value"] = annotation
    checked = check(f, shapes_only=True)
    if verdict:
        assert checked(good, value, "text") == "text"
    else:
        with pytest.raises(ShapeError, match=r"^f: .*'value"):
            checked(good, value, "text")


def test_shapes_only_never_loads_a_type_checker() -> None:
    code = """
import sys
import shapeguard
from jaxtyping import Float
from numpy import ndarray, zeros

@shapeguard.check(shapes_only=True)
def f(x: Float[ndarray, "b"], y: list[Float[ndarray, "b"]], n: int): ...

f(zeros(2), [zeros(2)], "text")
try:
    f(zeros(2), [zeros(3)], 1)
except shapeguard.ShapeError:
    assert not {"typeguard", "beartype", "torch", "libcst"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"shapes_only": True, "typechecker": None}, "shapes_only=True checks no types"),
        ({"on_error": "ignore"}, "on_error='ignore': a call that does not fit can `raise`, `warn` or `log`"),
        ({"every": 0}, "every=0: pass a number of calls"),
        ({"every": True}, "every=True: pass a number of calls"),
    ],
)
def test_mistakes(options: Any, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        check(**options)


def function(x: B, y: B, wrong: bool = False) -> B:
    assert not isinstance(zeros(9, 9), B)
    return zeros(5) if wrong else x


@pytest.mark.parametrize("generated", [True, False])
@pytest.mark.parametrize(
    ("arguments", "result", "text"),
    [
        ((good, bad), 2, "axis 'b' of argument 'y' has size 3, expected 2"),
        ((good, good, True), 5, "axis 'b' of the return value has size 5, expected 2"),
        ((good, good), 2, None),
    ],
)
def test_going_on_after_an_error(
    monkeypatch: Any, caplog: Any, generated: Any, arguments: Any, result: Any, text: Any
) -> None:
    if not generated:
        monkeypatch.setattr(prepare, "acceptor", lambda _: None)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert len(check(function, on_error="warn")(*arguments)) == result
    with caplog.at_level(logging.WARNING, logger="shapeguard"):
        assert len(check(function, on_error="log")(*arguments)) == result
    expected = [] if text is None else [(ShapeWarning, __file__, function.__code__.co_firstlineno)]
    assert [(each.category, each.filename, each.lineno) for each in seen] == expected
    assert [text in record.getMessage() for record in caplog.records] == [True] * len(expected)
    assert not scope.STACKS.stack


def test_going_on_in_coroutines_and_generators() -> None:
    @check(on_error="warn")
    async def f(x: B, y: B) -> B:
        return y

    @check(on_error="warn")
    def g(x: B, y: B) -> Iterator[B]:
        yield y

    with pytest.warns(ShapeWarning, match="f: axis 'b' of argument 'y'"):
        assert asyncio.run(f(good, bad)) is bad
    with pytest.warns(ShapeWarning, match="g: axis 'b' of argument 'y'"):
        assert next(iter(g(good, bad))) is bad


def test_errors_of_the_body_are_raised_all_the_same() -> None:
    @check
    def inner(x: B, y: B) -> None: ...

    @check(on_error="log")
    def outer(x: B) -> None:
        inner(x, bad)

    with pytest.raises(ShapeError, match=r"^inner"):
        outer(good)


def refusals(call: Any, count: int) -> list[int]:
    """Which of the calls are refused."""
    refused = []
    for turn in range(count):
        try:
            call()
        except ShapeError:
            refused.append(turn)
    return refused


@pytest.mark.parametrize("generated", [True, False])
def test_sampling(monkeypatch: Any, generated: Any) -> None:
    if not generated:
        monkeypatch.setattr(prepare, "acceptor", lambda _: None)
    checked = check(function, every=3)
    assert refusals(lambda: checked(good, bad), 8) == [0, 3, 6]

    async def coroutine(x: B, y: B) -> None: ...

    awaited = check(coroutine, every=3)
    assert refusals(lambda: asyncio.run(awaited(good, bad)), 8) == [0, 3, 6]


@pytest.mark.parametrize("generated", [True, False])
def test_call_that_is_not_checked_has_a_scope_of_its_own(monkeypatch: Any, generated: Any) -> None:
    if not generated:
        monkeypatch.setattr(prepare, "acceptor", lambda _: None)

    class Sized:
        d = 3

    @check(every=2)
    def inner(x: B, sized: Sized) -> bool:
        return isinstance(x, B) and isinstance(bad, Float[Tensor, "{sized.d}"])

    @check
    def outer(x: B) -> bool:
        return inner(bad, Sized())

    assert [outer(good), outer(good), outer(good)] == [True] * 3


def test_disabled_for_a_while() -> None:
    checked = check(function)
    with disabled(), disabled():
        checked(good, bad)
    with pytest.raises(ShapeError):
        checked(good, bad)
    disabled()(checked)(good, bad)
    assert refusals(lambda: checked(good, bad), 1) == [0]


def test_disabled_in_several_threads_ends_with_the_last() -> None:
    checked, entered, leave = check(function), threading.Event(), threading.Event()

    def run() -> None:
        with disabled():
            entered.set()
            leave.wait(20)

    thread = threading.Thread(target=run)
    thread.start()
    entered.wait(20)
    with disabled():
        checked(good, bad)
    checked(good, bad)
    leave.set()
    thread.join()
    assert refusals(lambda: checked(good, bad), 1) == [0]


def test_disabled_leaves_jaxtypings_switch_as_it_was() -> None:
    config.update("jaxtyping_disable", value=True)
    try:
        with shapeguard.disabled():
            pass
        assert config.jaxtyping_disable
    finally:
        config.update("jaxtyping_disable", value=False)
