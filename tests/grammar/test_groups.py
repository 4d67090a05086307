"""Axes in groups."""

import pytest

from shapeguard.grammar import GrammarError, parse_axes, parse_grouped


@pytest.mark.parametrize(
    ("text", "axes"),
    [
        ("b t (h d)", ["b", "t", "h*d"]),
        ("( h  d ) c", ["h*d", "c"]),
        ("(2 h d)", ["2*h*d"]),
        ("(h d+1)", ["h*(d+1)"]),
        ("(n=4 d)", ["4*d"]),
        ("({self.h} d)", ["{self.h}*d"]),
        ("*v (a b) (c d)", ["*v", "a*b", "c*d"]),
    ],
)
def test_group_is_the_product(text: str, axes: list[str]) -> None:
    parsed = parse_grouped(text)
    assert [str(axis.expression) if axis.expression else axis.text for axis in parsed] == axes
    assert [text[axis.offset :].startswith(axis.text) for axis in parsed] == [True] * len(axes)


@pytest.mark.parametrize("text", ["", "a b", "(a+b)*2 c", "min(a,b)", "...", "#b _ 3", "2*(a+b)"])
def test_anything_else_is_read_as_ever(text: str) -> None:
    assert parse_grouped(text) == parse_axes(text)


@pytest.mark.parametrize(
    ("text", "message", "offset"),
    [
        ("a (b *c)", r"`\*c` is no size that a group", 5),
        ("a (b _)", "`_` is no size that a group", 5),
        ("(a #b)", "`#b` is no size that a group", 3),
        ("(a b) *c *d", "only one axis may stand", 9),
    ],
)
def test_mistakes_are_shown_where_they_are(text: str, message: str, offset: int) -> None:
    with pytest.raises(GrammarError, match=message) as caught:
        parse_grouped(text)
    assert caught.value.offset == offset
