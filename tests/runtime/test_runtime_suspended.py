import asyncio
import copy
import inspect
import pickle
from collections.abc import AsyncIterator, Generator, Iterator
from typing import Any

import pytest
from jaxtyping import Float
from torch import Tensor, no_grad, zeros

from shapeguard import ShapeError, check
from shapeguard.runtime import scope

D = Float[Tensor, " d"]
BD = Float[Tensor, "b d"]


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    yield
    assert not scope.STACKS.stack


@check
async def echo(x: BD, wrong: bool = False) -> BD:
    for _ in range(3):
        await asyncio.sleep(0)
        assert isinstance(zeros(x.shape), BD)
        assert not isinstance(zeros(99, 99), BD)
    return x[0] if wrong else x


def test_coroutine_keeps_its_bindings_among_others() -> None:
    async def run() -> None:
        results = await asyncio.gather(*[echo(zeros(n, n + 1)) for n in range(2, 12)])
        assert [len(each) for each in results] == list(range(2, 12))

    asyncio.run(run())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((zeros(2),), "^echo: argument 'x' has 1 axis"),
        ((zeros(2, 3), True), "^echo: the return value has 1 axis"),
    ],
)
def test_coroutine_is_refused(arguments: Any, message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        asyncio.run(echo(*arguments))


def test_coroutine_is_cancelled_and_thrown_into() -> None:
    events = []

    @check
    async def f(x: BD) -> BD:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            events.append(isinstance(zeros(9, 9), BD))
            raise
        return x

    async def run() -> None:
        task = asyncio.create_task(f(zeros(2, 3)))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert events == [False]


@check
def rows(x: BD, cut: int = 0) -> Generator[D, D | None, Float[Tensor, " b"]]:
    for row in x:
        assert not isinstance(zeros(99), D)
        yield row[: len(row) - cut]
    return x.sum(1)


def test_generator_yields_sends_and_returns() -> None:
    def collect() -> Generator[Any, Any, Any]:
        return (yield from rows(zeros(2, 3)))

    generator = collect()
    assert next(generator).shape == (3,)
    assert generator.send(zeros(3)).shape == (3,)
    with pytest.raises(StopIteration) as stop:
        next(generator)
    assert stop.value.value.shape == (2,)


def test_generator_is_refused() -> None:
    with pytest.raises(ShapeError, match="argument 'x' has 1 axis"):
        rows(zeros(2))
    with pytest.raises(ShapeError, match=r"^rows: axis 'd' of the yielded value has size 2, expected 3, bound by"):
        next(rows(zeros(2, 3), 1))
    generator = rows(zeros(2, 3))
    next(generator)
    with pytest.raises(ShapeError, match="the sent value"):
        generator.send(zeros(4))


def test_generators_take_turns() -> None:
    pairs = zip(rows(zeros(4, 3)), rows(zeros(4, 5)), strict=True)
    assert [(len(a), len(b)) for a, b in pairs] == [(3, 5)] * 4


def test_generator_is_thrown_into_and_closed() -> None:
    events = []

    @check
    def f(x: BD) -> Iterator[D]:
        try:
            yield x[0]
        except KeyError:
            events.append("thrown")
            yield x[1]
        finally:
            events.append("closed")

    generator = f(zeros(2, 3))
    next(generator)
    generator.throw(KeyError())  # type: ignore[attr-defined]
    generator.close()  # type: ignore[attr-defined]
    assert events == ["thrown", "closed"]


def test_asynchronous_generator() -> None:
    @check
    async def f(x: BD, cut: int = 0) -> AsyncIterator[D]:
        for row in x:
            await asyncio.sleep(0)
            assert not isinstance(zeros(99), D)
            yield row[: len(row) - cut]

    async def collect(cut: int) -> list[int]:
        return [len(row) async for row in f(zeros(2, 3), cut)]

    async def run() -> None:
        assert await asyncio.gather(collect(0), collect(0)) == [[3, 3]] * 2
        with pytest.raises(ShapeError, match="the yielded value"):
            await collect(1)
        with pytest.raises(ShapeError, match="argument 'x'"):
            f(zeros(2))

    asyncio.run(run())


class Batches:
    @check
    def each(self, x: BD) -> Iterator[D]:
        yield from x

    @staticmethod
    @check
    async def later(x: BD) -> AsyncIterator[D]:
        yield x[0]


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        (echo, inspect.iscoroutinefunction),
        (rows, inspect.isgeneratorfunction),
        (Batches.each, inspect.isgeneratorfunction),
        (Batches().each, inspect.isgeneratorfunction),
        (Batches.later, inspect.isasyncgenfunction),
        (check(Batches).each, inspect.isgeneratorfunction),
    ],
)
def test_function_is_what_it_was(function: Any, kind: Any) -> None:
    kinds = (inspect.iscoroutinefunction, inspect.isgeneratorfunction, inspect.isasyncgenfunction)
    assert [each for each in kinds if each(function)] == [kind]
    assert list(inspect.signature(function).parameters)[-1] in {"x", "wrong", "cut"}
    assert inspect.isroutine(function)


def test_generator_method_is_bound() -> None:
    assert [row.shape for row in Batches().each(zeros(2, 3))] == [(3,), (3,)]
    with pytest.raises(ShapeError, match="argument 'x' has 1 axis"):
        Batches().each(zeros(2))


def test_generator_function_is_copied_by_name() -> None:
    assert pickle.loads(pickle.dumps(rows)) is copy.deepcopy(rows) is rows


def test_generator_function_runs_without_gradients() -> None:
    @no_grad()
    @check
    def f(x: BD) -> Iterator[D]:
        yield x[0] * 2

    assert not next(f(zeros(2, 3, requires_grad=True))).requires_grad


@pytest.fixture
@check
def batch() -> Iterator[BD]:
    x = zeros(2, 3)
    yield x
    x.zero_()


def test_fixture_may_yield(batch: Tensor) -> None:
    assert batch.shape == (2, 3)
