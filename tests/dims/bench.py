"""How long the arithmetic of sizes takes: `python -m tests.dims.bench`.

`first` is with every memory emptied before each call, `again` for sizes that were combined before.
"""

from __future__ import annotations

from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

from shapeguard.dims import Facts, broadcast_size, largest, symbol
from shapeguard.dims import _dim as dims
from shapeguard.dims._bounds import STRUCTURAL

if TYPE_CHECKING:
    from collections.abc import Callable

B, T, C, H, d, h, w, n = (symbol(name) for name in ("B", "T", "C", "H", "d", "h", "w", "n"))
batch, heads = symbol("batch", value=4), symbol("heads", value=4)
HEADS = Facts.EMPTY.divides(C, H).divides(h, 16).equal(w, 2 * d)
CASES: dict[str, tuple[Callable[[], Any], Facts]] = {
    "d + 1": (lambda: d + 1, Facts.EMPTY),
    "2*d + B*T": (lambda: 2 * d + B * T, Facts.EMPTY),
    "B*T * C": (lambda: B * T * C, Facts.EMPTY),
    "C // H": (lambda: C // H, Facts.EMPTY),
    "(h + 2 - 3)//2 + 1": (lambda: (h + 2 - 3) // 2 + 1, Facts.EMPTY),
    "h % 8": (lambda: h % 8, Facts.EMPTY),
    "max(h, w)": (lambda: largest(h, w), Facts.EMPTY),
    "broadcast d, h": (lambda: broadcast_size(d, h, Facts.EMPTY), Facts.EMPTY),
    "compare d, d": (lambda: Facts.EMPTY.compare(d, d), Facts.EMPTY),
    "compare d, h": (lambda: Facts.EMPTY.compare(d, h), Facts.EMPTY),
    "compare B*T, B*T + 1": (lambda x=B * T, y=B * T + 1: Facts.EMPTY.compare(x, y), Facts.EMPTY),
    "compare 3*d, 2*h + 1": (lambda x=3 * d, y=2 * h + 1: Facts.EMPTY.compare(x, y), Facts.EMPTY),
    "compare batch, heads": (lambda: Facts.EMPTY.compare(batch, heads), Facts.EMPTY),
    "compare h//2, w//2": (lambda x=h // 2, y=w // 2: Facts.EMPTY.compare(x, y), Facts.EMPTY),
    "given facts: H*(C//H), C": (lambda x=H * (C // H): HEADS.compare(x, C), HEADS),
    "given facts: B*w, 2*B*d": (lambda x=B * w, y=2 * B * d: HEADS.compare(x, y), HEADS),
    "learn H | C": (lambda: Facts.EMPTY.divides(C, H), Facts.EMPTY),
    "learn w == 2*d": (lambda x=2 * d: Facts.EMPTY.equal(w, x), Facts.EMPTY),
}


def forget(facts: Facts) -> None:
    for table in (dims._sums, dims._differences, dims._products, dims._quotients, dims._maxima, STRUCTURAL._known):
        table.clear()
    for known in (facts._verdicts, facts._same, facts.broadcasts, facts.state._normal, facts.state.bounds._known):
        known.clear()


def first(call: Callable[[], Any], facts: Facts, repeats: int = 300) -> float:
    times = []
    for _ in range(repeats):
        forget(facts)
        start = perf_counter_ns()
        call()
        times.append(perf_counter_ns() - start)
    return sorted(times)[repeats // 2] / 1000


def again(call: Callable[[], Any], repeats: int = 20_000) -> float:
    call()
    start = perf_counter_ns()
    for _ in range(repeats):
        call()
    return (perf_counter_ns() - start) / repeats / 1000


def main() -> None:
    print(f"{'':28}{'first us':>10}{'again us':>10}")
    for name, (call, facts) in CASES.items():
        print(f"{name:28}{first(call, facts):10.2f}{again(call):10.2f}")


if __name__ == "__main__":
    main()
