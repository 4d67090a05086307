"""Running what is suspended and resumed: its bindings are in place whenever it runs, and nowhere else.

Coroutines of one thread take turns, so a scope that stayed on the thread's stack would be seen by all of them.
"""

import types
from collections.abc import AsyncGenerator, Callable, Generator
from typing import Any, NamedTuple

from shapeguard.runtime.scope import STACKS

Check = Callable[[Any, Any], None]  # a value, the scope


class Checks(NamedTuple):
    """What is done with every value that passes: each raises where the value does not fit."""

    yielded: Check
    sent: Check
    returned: Check


class Scoped:
    """The scope of one call, on the stack while `run` runs."""

    def __init__(self, memo: Any) -> None:
        self.memo = memo

    def run(self, function: Callable[..., Any], *args: Any) -> Any:
        if STACKS is None:
            return function(*args)
        stack = STACKS.stack
        stack.append(self.memo)
        try:
            return function(*args)
        finally:
            self.memo = stack.pop()  # jaxtyping may have put another in its place


@types.coroutine
def drive(awaited: Any, scope: Scoped) -> Generator[Any, Any, Any]:
    """Await `awaited`, step by step."""
    step: tuple[Any, ...] = (awaited.send, None)
    while True:
        try:
            passed_on = scope.run(*step)
        except StopIteration as stop:
            return stop.value
        try:
            step = (awaited.send, (yield passed_on))
        except GeneratorExit:
            awaited.close()
            raise
        except BaseException as error:  # noqa: BLE001 - it belongs to what is awaited
            step = (awaited.throw, error)


def generate(generator: Generator[Any, Any, Any], scope: Scoped, checks: Checks) -> Generator[Any, Any, Any]:
    """What `generator` yields, checked both ways."""
    step: tuple[Any, ...] = (generator.send, None)
    while True:
        try:
            item = scope.run(*step)
        except StopIteration as stop:
            checks.returned(stop.value, scope.memo)
            return stop.value
        try:
            checks.yielded(item, scope.memo)
            value = yield item
            if value is not None:
                checks.sent(value, scope.memo)
            step = (generator.send, value)
        except GeneratorExit:
            generator.close()
            raise
        except BaseException as error:  # noqa: BLE001 - the generator may handle it
            step = (generator.throw, error)


async def generate_async(
    generator: AsyncGenerator[Any, Any], scope: Scoped, checks: Checks
) -> AsyncGenerator[Any, Any]:
    """`generate` for an asynchronous one."""
    step = generator.asend(None)
    while True:
        try:
            item = await drive(step, scope)
        except StopAsyncIteration:
            return
        try:
            checks.yielded(item, scope.memo)
            value = yield item
            if value is not None:
                checks.sent(value, scope.memo)
            step = generator.asend(value)
        except GeneratorExit:
            await generator.aclose()
            raise
        except BaseException as error:  # noqa: BLE001 - the generator may handle it
            step = generator.athrow(error)
