"""What is left of a million calls: `python -m tests.runtime.memory [--calls 1000000]`.

For every way a call can go: by how much Python's allocated blocks and the process' resident memory grow. Slow ways get
a fraction of the calls. A leak grows by a block a call at least; what does not grow with the calls is none.
"""

import argparse
import asyncio
import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from jaxtyping import Float
from torch import Tensor, zeros

import shapeguard
from shapeguard.runtime import scope

ALLOWED = 400  # blocks: what caches and the interpreter itself come and go with
BD = Float[Tensor, "b d"]
X = zeros(2, 3)


@shapeguard.check
def generated(x: BD, y: BD | None = None) -> BD:
    return x


@shapeguard.check
def binding(x: BD) -> bool:
    return isinstance(x, Float[Tensor, "b e"])


@shapeguard.check
def through_jaxtyping(x: dict[int, BD]) -> dict[int, BD]:
    return x


@shapeguard.check
def raising(x: BD) -> BD:
    raise KeyError


@shapeguard.check
def rows(x: BD) -> Iterator[Float[Tensor, " d"]]:
    yield x[0]


@shapeguard.check
async def awaited(x: BD) -> BD:
    await asyncio.sleep(0)
    return x


def refused() -> None:
    with suppress(shapeguard.ShapeError):
        generated(X[0])


def raised() -> None:
    with suppress(KeyError):
        raising(X)


def sanitized() -> None:
    with shapeguard.sanitize():
        X + X


def decorated_anew() -> None:
    @shapeguard.check
    def fresh(x: BD) -> BD:
        return x

    fresh(X)


def asynchronous(count: int) -> None:
    async def run() -> None:
        for _ in range(count):
            await awaited(X)

    asyncio.run(run())


def repeated(call: Callable[[], Any]) -> Callable[[int], None]:
    def run(count: int) -> None:
        for _ in range(count):
            call()

    return run


CASES: dict[str, tuple[int, Callable[[int], None]]] = {  # one in how many calls is made
    "accepted": (1, repeated(lambda: generated(X))),
    "accepted, with bindings in the body": (10, repeated(lambda: binding(X))),
    "through jaxtyping": (100, repeated(lambda: through_jaxtyping({1: X}))),
    "refused": (100, repeated(refused)),
    "the body raises": (10, repeated(raised)),
    "generators": (100, repeated(lambda: list(rows(X)))),
    "coroutines": (100, asynchronous),
    "sanitized": (10, repeated(sanitized)),
    "decorated anew": (2000, repeated(decorated_anew)),
}


def growth(run: Callable[[int], None], count: int) -> tuple[int, int]:
    """Blocks and KiB that `count` calls leave behind, after enough of them to fill caches and free lists."""
    run(max(count // 5, 1000))
    gc.collect()
    blocks, memory = sys.getallocatedblocks(), resident()
    run(count)
    gc.collect()
    return sys.getallocatedblocks() - blocks, resident() - memory


def resident() -> int:
    """In KiB; 0 where the system does not say."""
    statistics = Path("/proc/self/statm")
    return int(statistics.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024 if statistics.exists() else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000_000)
    options = parser.parse_args()
    leaks = 0
    for name, (share, run) in CASES.items():
        count = max(options.calls // share, 500)
        blocks, memory = growth(run, count)
        leaks += blocks > ALLOWED
        print(
            f"{name:38} {count:9,} calls  {blocks:+6} blocks  {memory:+7} KiB{'  LEAK' * (blocks > ALLOWED)}",
            flush=True,
        )
    assert not scope.STACKS.stack
    raise SystemExit(bool(leaks))


if __name__ == "__main__":
    main()
