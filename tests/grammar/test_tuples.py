"""The tuple notation: what it takes, what it says about the rest."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapeguard.grammar import GrammarError, parse_axes, parse_named, parse_tuple, to_jaxtyping

NAMES = st.from_regex(r"[a-z][a-z_0-9]{0,6}", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(batch, channels, h, w)", "batch channels h w"),
        ("batch, channels", "batch channels"),
        ("[N, 3]", "N 3"),
        ("(N)", "N"),
        ("N", "N"),
        ("(N,)", "N"),
        ("N,", "N"),
        ("()", ""),
        ("[]", ""),
        ("torch.Size([])", ""),
        ("torch.Size([2, 3])", "2 3"),
        ("Size([B, T])", "B T"),
        ("(?, -1, None, _, _rest)", "_ _ _ _ _"),
        ("(..., C)", "... C"),
        ("(*, C)", "... C"),
        ("(*batch, C)", "*batch C"),
        ("(B, #heads)", "B #heads"),
        ("(batch, seq=64, width=2*d)", "batch seq=64 width=2*d"),
        ("(H*W, T//2, 3*C, H/2, C//nh)", "H*W T//2 3*C H/2 C//nh"),
        ("((H-1)*2, -(a+b)+c, a**2)", "(H-1)*2 -(a+b)+c a**2"),
        ("(2C, 4C^2, HxW, H x W, H \u00d7 W)", "2*C 4*C**2 H*W H*W H*W"),
        ("(HxWx3, max_x)", "HxWx3 max_x"),
        ("(B x T x 2C)", "B T 2*C"),
        ("[bs x (H*W) x 3]", "bs H*W 3"),
        ("BxTxC", "B T C"),
        ("[|V|, 3]", "V 3"),
        ("[src len, batch-size, hid dim * n directions]", "src_len batch_size hid_dim*n_directions"),
        ("(N-k, T-1, seq-len-1)", "N-k T-1 seq_len-1"),
        ("(H', W')", "H_prime W_prime"),
        ("(B, self.dim, config.n_embd // 2)", "B {self.dim} {config.n_embd}//2"),
        ("(max(a, b), len(x))", "max(a,b) len(x)"),
        (" ( batch size, ) ", "batch_size"),
    ],
)
def test_shapes(text: str, expected: str) -> None:
    assert to_jaxtyping(parse_tuple(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("|x| = (n, c, h, w)", ("x", "n c h w")),
        ("| x |=(n, c)", ("x", "n c")),
        ("x: [n, c]", ("x", "n c")),
        ("self.w = torch.Size([2])", ("self.w", "2")),
        ("(n, c)", (None, "n c")),
        ("n, c", (None, "n c")),
        ("seq=64", (None, "seq=64")),
    ],
)
def test_named_shapes(text: str, expected: tuple[str | None, str]) -> None:
    name, axes = parse_named(text)
    assert (name, to_jaxtyping(axes)) == expected


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("", 0, "no shape is written here: a scalar is `()`"),
        ("(a,,b)", 3, "an axis is missing here: write `?` for any size"),
        ("(,)", 1, "an axis is missing here: write `?` for any size"),
        ("(a, (b)", 0, "this bracket is never closed"),
        ("(a, b]", 5, "`]` closes a bracket of the other kind"),
        ("a, b)", 4, "this bracket was never opened"),
        ("(a, 1.5)", 4, "`1.5` is no size of an axis"),
        ("(a; b)", 2, "`a; b` is no size of an axis"),
        ("(a, b+)", 6, "`b+` is no size of an axis"),
        ("(a, [b, c])", 4, "`[b, c]` is no size of an axis"),
        ("(a, 'b')", 4, "`'b'` is no size of an axis"),
        ("(a, 3x3)", 5, "`3x3` is no size of an axis"),
        ("(a, {b})", 4, "`{b}` is no size of an axis"),
        ("(a) b", 4, "`(a) b` is no size of an axis"),
        ("(*a, *b)", 5, "only one axis may stand for any number of axes, and `*a` does already"),
        ("(*2, b)", 1, "a run of axes has a name, as in `*batch`, not a size"),
        (
            "batch size",
            0,
            "axes are separated by commas: write `(batch, size)`, or `(batch size,)` for a single axis of that name",
        ),
        ("|x| = (n; c)", 8, "`n; c` is no size of an axis"),
    ],
)
def test_refusals_say_what_and_where(text: str, offset: int, message: str) -> None:
    with pytest.raises(GrammarError) as caught:
        parse_named(text)
    assert (caught.value.message, caught.value.offset) == (message, offset)


@settings(max_examples=200, deadline=None)
@given(st.lists(NAMES | st.integers(0, 9999).map(str), min_size=2))
def test_plain_axes_read_as_jaxtyping_reads_them(axes: list[str]) -> None:
    expected = [axis._replace(offset=0) for axis in parse_axes(" ".join(axes))]
    for brackets in ("{}", "({})", "[{}]", "torch.Size([{}])"):
        text = brackets.format(", ".join(axes))
        read = parse_tuple(text)
        assert [axis._replace(offset=0) for axis in read] == expected
        assert all(text.startswith(axis.text, axis.offset) for axis in read)


@settings(max_examples=1000, deadline=None)
@given(st.text("ab12xX ,()[]*+-/.?_#='^{}|\u00d7\n", max_size=20) | st.text(max_size=20))
def test_any_text_gives_axes_that_jaxtyping_takes_or_a_refusal_inside_the_text(text: str) -> None:
    try:
        _, axes = parse_named(text)
    except GrammarError as error:
        offset = error.offset
    else:
        assert len(parse_axes(to_jaxtyping(axes))) == len(axes)
        offset = 0
    assert 0 <= offset <= len(text)
