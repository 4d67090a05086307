"""Positions in characters, and in the units of the protocol."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position as Outer

from shapeguard.frontends.server.positions import Lines
from shapeguard.lint.diagnostics import Position

TEXT = "é🧭x\r\na\fb\u2028c\rlast"


@pytest.mark.parametrize(
    ("encoding", "inner", "outer"),
    [
        ("utf-16", (1, 1), (0, 0)),
        ("utf-16", (1, 2), (0, 1)),
        ("utf-16", (1, 3), (0, 3)),
        ("utf-16", (1, 4), (0, 4)),
        ("utf-8", (1, 3), (0, 6)),
        ("utf-32", (1, 3), (0, 2)),
        ("utf-16", (2, 4), (1, 3)),
        ("utf-16", (3, 5), (2, 4)),
    ],
)
def test_units(encoding: str, inner: tuple[int, int], outer: tuple[int, int]) -> None:
    lines = Lines(TEXT, encoding)
    assert lines.outer(Position(*inner)) == Outer(*outer)
    assert lines.inner(Outer(*outer)) == Position(*inner)


@pytest.mark.parametrize(("outer", "inner"), [((0, 2), (1, 2)), ((0, 99), (1, 4)), ((9, 9), (4, 1))])
def test_positions_that_are_none(outer: tuple[int, int], inner: tuple[int, int]) -> None:
    assert Lines(TEXT).inner(Outer(*outer)) == Position(*inner)


def test_a_place_after_the_last_row_is_its_end() -> None:
    assert Lines("a\nbc").outer(Position(3, 1)) == Outer(1, 2)


def test_a_byte_order_mark_counts_for_the_client_only() -> None:
    lines = Lines("\ufeffx\ny")
    assert lines.outer(Position(1, 1)) == Outer(0, 1)
    assert lines.inner(Outer(0, 1)) == Position(1, 1)
    assert lines.outer(Position(2, 1)) == Outer(1, 0)


@given(st.text(st.sampled_from("aé🧭\ud800\r\n\f\ufeff")), st.sampled_from(["utf-8", "utf-16", "utf-32"]))
def test_there_and_back(text: str, encoding: str) -> None:
    lines = Lines(text, encoding)
    rows = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for row, line in enumerate(rows, start=1):
        for column in range(1, len(line) + 2):
            assert lines.inner(lines.outer(Position(row, column))) == Position(row, column)
