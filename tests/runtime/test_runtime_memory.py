"""Nothing is left of a call, whichever way it goes."""

from typing import Any

import pytest
from memory import ALLOWED, CASES, growth


@pytest.mark.parametrize("name", CASES)
def test_calls_leave_nothing_behind(name: Any) -> None:
    _, run = CASES[name]
    blocks, _ = growth(run, 500)
    assert blocks < ALLOWED


def test_what_is_left_behind_is_seen() -> None:
    kept: list[object] = []
    blocks, _ = growth(lambda count: kept.extend(object() for _ in range(count)), 500)
    assert blocks >= ALLOWED
