"""Docstrings in the styles in use, and the shapes they give."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapeguard.grammar import Claim, docstring_claims, to_jaxtyping


def short(claim: Claim | None) -> str | None:
    return None if claim is None else f"{to_jaxtyping(claim.axes)}{'' if claim.exact else ' ?'}"


def parameters(text: str) -> dict[str, str | None]:
    return {name: short(claim) for name, claim in docstring_claims(text).parameters.items()}


def returns(text: str) -> str | None:
    return short(docstring_claims(text).returns)


def test_google() -> None:
    claims = docstring_claims("""Attend.

    Args:
        query: Queries of shape (B, T, C),
            one for each token.
        key (torch.Tensor): (B, S, C)
        mask (Tensor, optional): Attention mask [B, T, S]
        scale: a number in (0, 1).

    Returns:
        torch.Tensor: attended values with shape `(B, T, C)`.

    Raises:
        ValueError: if key is not of shape (B, S, C).
    """)
    assert {name: short(claim) for name, claim in claims.parameters.items()} == {
        "query": "B T C",
        "key": "B S C",
        "mask": "B T S ?",
    }
    assert short(claims.returns) == "B T C"


def test_numpy() -> None:
    text = """Attend.

    Parameters
    ----------
    logits : Tensor, shape = (n_batch, vocab_size)
        per-token logits
    tokens : ndarray, shape (n_batch, length)

    Returns
    -------
    out : (n_batch, dim) array

    Examples
    --------
    x : (n_batch, 3)
    """
    assert parameters(text) == {"logits": "n_batch vocab_size", "tokens": "n_batch length"}
    assert returns(text) == "n_batch dim"


def test_sphinx() -> None:
    text = """Attend.

    :param x: the input of shape ``[batch, seq, dim]``
    :param torch.Tensor y: is the target, with shape
        `[batch, seq]`
    :return: a tensor of shape `[batch]`
    """
    assert parameters(text) == {"x": "batch seq dim", "y": "batch seq"}
    assert returns(text) == "batch"


def test_a_shape_section() -> None:
    text = r"""Blur.

    Shape:
        - Input: :math:`(*, C, H_{in}, W_{in})`
        - output: :math:`(*, C, \text{out height}, 2 \times W)`
    """
    assert parameters(text) == {"Input": "... C H_in W_in"}
    assert returns(text) == "... C out_height 2*W"


def test_without_any_section() -> None:
    text = """
    hidden_states (`torch.FloatTensor` of shape `(batch_size, num_choices, hidden_size)`, *optional*):
        The hidden states, see [`Model`]. Selected in `[0, 1]`.
    boxes (Tensor[N, 4]): boxes in (x1, y1, x2, y2) format
    * `x` is the input of shape `[batch_size, channels, *]`
    imgs: (N, 3, H, W)
    znear, zfar: FloatTensor of shape (N,)
    vad: [batch, time, 1] -> [batch, dim]
    """
    assert parameters(text) == {
        "hidden_states": "batch_size num_choices hidden_size",
        "boxes": "N 4",
        "x": "batch_size channels ...",
        "imgs": "N 3 H W",
        "znear": "N",
        "zfar": "N",
        "vad": "batch time 1",
    }


@pytest.mark.parametrize(
    ("formula", "axes"),
    [
        (r"(N, C_{\text{in}}, H')", "N C_in H_prime"),
        (r"(\text{batch\_size}, D)", "batch_size D"),
        (r"(|\mathcal{V}|, F_{in})", "V F_in"),
        (r"(N, \ast)", "N ..."),
        (r"(N, d_1 \times d_2)", "N d_1*d_2"),
        (r"N \times F", "N F"),
    ],
)
def test_formulas(formula: str, axes: str) -> None:
    assert parameters(f"x: with shape :math:`{formula}`") == {"x": axes}


@pytest.mark.parametrize(
    "entry",
    [
        "x: a list of tensors of shape (B, T)",
        "x (tuple(Tensor)): each of shape (B, T)",
        "x: of shape (B, T) or (B, T, C)",
        "x: of shape (B, T) if batched",
        "x: of shape (B, T), the mask of shape (B, S)",
        "x: reshaped from ... returns a tensor of shape (B, T)",
        "x: in the range [0, 1]",
        "x: pair (mean, std)",
        "x: the sample shape. (Default: `torch.Size([])`)",
        "x (int): number of channels of an input of size (N, C, H, W)",
        "x: a [`BatchFeature`]",
        "x: the size (height, width)",
        "x: 3 x 3 kernel",
        "x: words. The second dimension (sequence_length) is that of the longest text",
    ],
)
def test_no_claim(entry: str) -> None:
    assert parameters(f"Args:\n    {entry}\n") == {}


@pytest.mark.parametrize(
    "text",
    [
        "Returns:\n    a: (B, T)\n    b: (B, T)\n",
        "Returns:\n    A tuple of tensors of shape (B, T)\n",
        "Returns the sum.\n\nExample:\n    Returns: (B, T)\n",
        ":return: (B, T)\n:return: (B, S)\n",
        "Nothing of the kind.",
    ],
)
def test_no_result(text: str) -> None:
    assert returns(text) is None


def test_a_first_line_stands_behind_the_quotes() -> None:
    text = "Returns the loss.\n\n    Args:\n        x: Tensor with shape (batch, dim).\n    "
    assert returns(text) is None
    assert set(docstring_claims(text).parameters) == {"x"}


def test_examples_are_not_read() -> None:
    text = "Go.\n\nExample:\n    x: (B, T)\n\n>>> f(x)\n    y: (B, T)\n"
    assert parameters(text) == {}


def test_offsets_count_from_the_start_of_the_docstring() -> None:
    text = "Go.\n\nArgs:\n    x: with shape :math:`(N, H_{in}, 3)`\n"
    claim = docstring_claims(text).parameters["x"]
    assert text[claim.offset :].startswith("(N")
    assert [text[axis.offset] for axis in claim.axes] == ["N", "H", "3"]


LINES = [
    "Args:",
    "Returns:",
    "Shape:",
    "-----",
    "\n",
    "\n    ",
    "x: ",
    ":param x: ",
    "- `y` is ",
    "(B, T)",
    "of shape ",
    "[",
]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=25).map("".join) | st.text(max_size=60))
def test_any_docstring_is_read(text: str) -> None:
    claims = docstring_claims(text)
    for claim in [*claims.parameters.values(), claims.returns]:
        assert claim is None or 0 <= claim.offset < len(text)
