"""The axis strings, held against jaxtyping's own reading."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jaxtyping import Shaped

from shapeguard.grammar import (
    Attribute,
    Axis,
    AxisKind,
    Binary,
    Embedded,
    GrammarError,
    Name,
    Number,
    Opaque,
    parse_axes,
    to_jaxtyping,
)

FRAGMENTS = [
    *"#*_?=, .-+/%(){}\t",
    "...",
    "4",
    "10",
    "b",
    "foo",
    "2*d",
    "{self.d}",
    "min(a,b)",
    "\u0663",
    "\u00b2",
    "'",
]
TEXTS = st.lists(st.sampled_from(FRAGMENTS), max_size=8).map("".join) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    max_size=12,
)


def read_by_jaxtyping(text: str) -> list[str] | None:
    """Jaxtyping's axes as text, None where it refuses the string."""
    try:
        return [str(dim) for dim in Shaped[np.ndarray, text].dims]
    except ValueError:
        return None


def as_jaxtyping_prints(axis: Axis) -> str:
    last = axis.text.rpartition("=")[2] if axis.text.count("=") == 1 else axis.text
    match axis:
        case Axis(kind=AxisKind.ANONYMOUS, variadic=variadic):
            dims = Shaped[np.ndarray, "..." if variadic else "_"].dims
            return str(dims[0])
        case Axis(kind=AxisKind.NAMED, name=name, variadic=variadic):
            kind = "_NamedVariadicDim" if variadic else "_NamedDim"
            return f"{kind}(name={name!r}, broadcastable={axis.broadcastable}, treepath={axis.treepath})"
        case Axis(kind=AxisKind.FIXED, size=size):
            return f"_FixedDim(size={size}, broadcastable={axis.broadcastable})"
    return f"_SymbolicDim(elem={last.lstrip('#')!r}, broadcastable={axis.broadcastable})"


@settings(max_examples=1500, deadline=None)
@given(TEXTS)
@example("rows=3 #cols=4 b=c a=2*d")
@example("=4 a= # ## * ?* *? *#c #*?c")
@example("#_ _# _4 ?4 *4 _a+b ?a+b *a+b #a+b a==b")
def test_accepts_and_refuses_what_jaxtyping_does(text: str) -> None:
    expected = read_by_jaxtyping(text)
    if expected is None:
        with pytest.raises(GrammarError) as caught:
            parse_axes(text)
        assert 0 <= caught.value.offset < len(text)
    else:
        assert [as_jaxtyping_prints(axis) for axis in parse_axes(text)] == expected


@settings(max_examples=500, deadline=None)
@given(TEXTS)
def test_every_axis_knows_where_it_stands(text: str) -> None:
    try:
        axes = parse_axes(text)
    except GrammarError:
        return
    assert [axis.text for axis in axes] == text.split()
    assert all(text.startswith(axis.text, axis.offset) for axis in axes)


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("batch, channels", 5, 'axes are separated by spaces, not commas: write "batch channels"'),
        ("b,2*c", 1, "axes are separated by spaces, not commas"),
        ("a ##b", 3, "`#` stands twice: once means broadcastable, as in `#batch`"),
        ("a __b", 3, "`_` stands twice: once means anonymous, as in `_`"),
        ("a b#", 3, "`#` stands before the axis that may be 1, as in `#batch`"),
        ("a b...", 3, "`...` is an axis of its own: separate it with spaces"),
        ("*a ...", 3, "only one axis may stand for any number of axes, and `*a` does already"),
        ("a *4", 2, "a fixed size cannot be any number of axes, as in `*batch`"),
        ("a #_b", 2, "an anonymous axis takes any size already: drop `#` or `_`"),
        ("a ?b+1", 2, "a computed size cannot be dependent on the place in a tree, as in `?size`"),
    ],
)
def test_refusals_say_what_to_do(text: str, offset: int, message: str) -> None:
    with pytest.raises(GrammarError) as caught:
        parse_axes(text)
    assert (caught.value.offset, caught.value.message) == (offset, message)
    assert str(caught.value) == f"{message} (character {offset + 1} of {text!r})"


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("2*d", Binary(Number(2), "*", Name("d"))),
        ("#h//2-1", Binary(Binary(Name("h"), "//", Number(2)), "-", Number(1))),
        ("{self.dim}", Embedded(Attribute(("self", "dim")))),
        ("self.dim", Attribute(("self", "dim"))),
        ("{n}+1", Binary(Embedded(Name("n")), "+", Number(1))),
        ("wide=2*d", Binary(Number(2), "*", Name("d"))),
        ("{x!r}", Opaque("{x!r}")),
        ("a==b", Opaque("a==b")),
        ("x[0]", Opaque("x[0]")),
        ("1.5", Opaque("1.5")),
        ("a+" * 4000 + "a", Opaque("a+" * 4000 + "a")),
        ("(" * 4000, Opaque("(" * 4000)),
    ],
)
def test_computed_sizes(text: str, expression: object) -> None:
    (axis,) = parse_axes(text)
    assert (axis.kind, axis.expression) == (AxisKind.SYMBOLIC, expression)


def test_labels_name_the_axis() -> None:
    assert [(axis.name, axis.size) for axis in parse_axes("rows=3 =4 new=old")] == [
        ("rows", 3),
        (None, 4),
        ("old", None),
    ]


@pytest.mark.parametrize(
    "text", ["", "b", "#b *rest 3", "rows=3 _ 2*d", "... wide=2*(d-1)", "?a {self.d}//2", "max(a,b)"]
)
def test_written_back_as_it_was_read(text: str) -> None:
    assert to_jaxtyping(parse_axes(text)) == text


def test_an_attribute_is_written_so_that_jaxtyping_finds_it() -> None:
    assert to_jaxtyping(parse_axes("b max(self.d-1,-c.n)")) == "b max({self.d}-1,-{c.n})"
