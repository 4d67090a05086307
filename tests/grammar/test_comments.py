"""Comments as people write them, and the shapes they state."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapeguard.grammar import Claim, comment_claims, to_jaxtyping
from shapeguard.grammar.comments import LONGEST


def told(text: str) -> list[str]:
    """Claims in short: `name: axes`, with a question mark where they can only be assumed."""
    return [short(claim) for claim in comment_claims(text)]


def short(claim: Claim) -> str:
    name = f"{claim.name}: " if claim.name else ""
    return f"{name}{to_jaxtyping(claim.axes)}{'' if claim.exact else ' ?'}"


@pytest.mark.parametrize(
    ("comment", "axes"),
    [
        ("# (B, T, C)", "B T C"),
        ("#(B,T,C)", "B T C"),
        ("#: (B, T, C).", "B T C"),
        ("# [B, T, C]", "B T C"),
        ("# `(B, T, C)`", "B T C"),
        ("# :math:`(B, T, C)`", "B T C"),
        ("# B x T x C", "B T C"),
        ("# B \u00d7 T \u00d7 C", "B T C"),
        ("# BxTxC", "B T C"),
        ("# bxtxc", "b t c"),
        ("# HxW", "H W"),
        ("# Nx3x3", "N 3 3"),
        ("# [batch_size x 3 x H x W]", "batch_size 3 H W"),
        ("# N x 64 x 73 x 73", "N 64 73 73"),
        ("# bs x n_q*n_pat x #classes", "bs n_q*n_pat classes"),
        ("# B x (T*C) x (n + 1)", "B T*C n+1"),
        ("# b c h w", "b c h w"),
        ("# B, T, C", "B T C"),
        ("# batch_size, num_heads, seq_len", "batch_size num_heads seq_len"),
        ("# torch.Size([2, 2])", "2 2"),
        ("# torch.Size([])", ""),
        ("# shape: (B, T)", "B T"),
        ("# Shape (B, T)", "B T"),
        ("# shape = [B, T]", "B T"),
        ("# tensor of shape (B, T)", "B T"),
        ("# the output shape is (B, T)", "B T"),
        ("# new shape: torch.Size([8, 3])", "8 3"),
        ("# shape (3,)", "3"),
        ("# returns (B, T)", "B T"),
        ("# (B,)", "B"),
        ("# (N)", "N"),
        ("# (batch size)", "batch_size"),
        ("# [batch pos d_head]", "batch pos d_head"),
        ("# [Batch Sensor Time]", "Batch Sensor Time"),
        ("# (B T C)", "B T C"),
        ("# (B, ..., C)", "B ... C"),
        ("# (*, C)", "... C"),
        ("# (*batch, C)", "*batch C"),
        ("# (B, ?, -1, None)", "B _ _ _"),
        ("# (batch, seq=64, 16)", "batch seq=64 16"),
        ("# (B, H*W, T//2, 3*C, H/2, C//nh)", "B H*W T//2 3*C H/2 C//nh"),
        ("# [src len, batch size, hid dim * n directions]", "src_len batch_size hid_dim*n_directions"),
        ("# (N, C, H', W')", "N C H_prime W_prime"),
        ("# [|V| x 3]", "V 3"),
        ("# (B, config.n_embd)", "B {config.n_embd}"),
        ("# (B, T) float32", "B T"),
        ("# (B, T)  # noqa: E501", "B T"),
        ("# type: ignore  # (B, T)", "B T"),
        ("# (B, N, H) torch.Size([3, 768, 8])", "B N H"),
    ],
)
def test_the_comment_is_a_shape(comment: str, axes: str) -> None:
    assert told(comment) == [axes]


@pytest.mark.parametrize(
    ("comment", "axes"),
    [
        ("# (B, T, C) -> (B, C, T)", "B C T"),
        ("# [B, T] => [B, 1, T]", "B 1 T"),
        ("# (B,T,C)\u2192(B,C)", "B C"),
        ("# (B, T) --> (B, 1, T) --> (B, T, T)", "B T T"),
        ("# -> (B, T)", "B T"),
        ("# b t c -> b c t", "b c t"),
        ("# B x T x C -> B x C", "B C"),
        ("# (B, nh, T, T) x (B, nh, T, hs) -> (B, nh, T, hs)", "B nh T hs"),
        ("# (B, d) @ (d, n) -> (B, n)", "B n"),
        ("# (T, 1) * (1, d) = (T, d)", "T d"),
        ("# B x S x E, B x 1 x E -> B x S", "B S"),
        ("# (N, C, H, W) -> transpose -> (N, H, W, C)", "N H W C"),
        ("# (B, C, H, W) to (B, H, W, C)", "B H W C"),
        ("# reshape: (B, T) -> (B, T, C)", "B T C"),
        ("# (2, 3) -> (3, 2)", "3 2"),
    ],
)
def test_the_last_shape_behind_an_arrow_is_the_claim(comment: str, axes: str) -> None:
    assert told(comment) == [axes]


@pytest.mark.parametrize(
    ("comment", "claims"),
    [
        ("# |x| = (n, c, h, w)", ["x: n c h w"]),
        ("# |x| = |y| = (batch_size, length)", ["x: batch_size length", "y: batch_size length"]),
        ("# |h[0]| = (n_layers, batch_size)", ["h[0]: n_layers batch_size"]),
        ("# x: (B, T)", ["x: B T"]),
        ("# x = [B, T]", ["x: B T"]),
        ("# a: [B, d]", ["a: B d"]),
        ("# x: BxTxC", ["x: B T C"]),
        ("# self.w: (C, C)", ["self.w: C C"]),
        ("# x.shape = (B, T)", ["x: B T"]),
        ("# x.size() == (B, T)", ["x: B T"]),
        ("# `x` has shape (B, T)", ["x: B T"]),
        ("# x is of shape (B, T)", ["x: B T"]),
        ("# shape of x: (B, T)", ["x: B T"]),
        ("# q: (B, T, d), k: (B, S, d)", ["q: B T d", "k: B S d"]),
        ("# (B, T), (B, S)", ["B T", "B S"]),
        ("# x (N, D), y (M, D)", ["x: N D", "y: M D"]),
        ("# x [B, L, D]", ["x: B L D ?"]),
        ("# logps [B, T] and advantages [B]", ["logps: B T", "advantages: B"]),
        ("# pred, target: (B, N); tau: (N,)", ["pred: B N", "target: B N", "tau: N"]),
        ("# q, k and v have shape (B, T, d)", ["q: B T d", "k: B T d", "v: B T d"]),
        ("# q: (B, T) -> k: (B, S)", ["k: B S"]),
        ("# logits: (B, T); padded on the left", ["logits: B T ?"]),
        ("# then `cond_mask` has the shape (B, T) and the dtype bool", ["cond_mask: B T ?"]),
    ],
)
def test_the_comment_names_tensors(comment: str, claims: list[str]) -> None:
    assert told(comment) == claims


@pytest.mark.parametrize(
    ("comment", "axes"),
    [
        ("# token embeddings of shape (b, t, n_embd)", "b t n_embd"),
        (
            "# reshape to (batch_size * num_heads, seq_len, head_dim) before the product",
            "batch_size*num_heads seq_len head_dim",
        ),
        ("# logits (B, T, V)", "B T V"),
        ("# (B, T, C) where B is the batch size", "B T C"),
        ("# flatten: (N, C, H, W) -> (N, H*W, C), then project all of it", "N H*W C"),
        ("# single image H x W", "H W"),
        ("# (height, width)", "height width"),
        ("# height, width", "height width"),
        ("# N, d_out", "N d_out"),
        ("# size (height, width)", "height width"),
        ("# (batch, src, tgt)", "batch src tgt"),
    ],
)
def test_shapes_in_sentences_are_only_assumed(comment: str, axes: str) -> None:
    assert [claim.removesuffix(" ?") for claim in told(comment)] == [axes]
    assert not comment_claims(comment)[0].exact


@pytest.mark.parametrize(
    "comment",
    [
        "#",
        "# plain words",
        "# values in [0, 1]",
        "# [0, 1]",
        "# [-1, 1]",
        "# (0, H)",
        "# [1, 2]",
        "# [12]",
        "# [10, 20],",
        "# the range [-shift, shift]",
        "# (-H, H)",
        "# in (0, 1]",
        "# [0, H)",
        "# see (Smith, 2017)",
        "# (x, y)",
        "# (x1, y1, x2, y2)",
        "# (cx, cy, w, h)",
        "# (mean, std)",
        "# (q, k, v)",
        "# (h, c)",
        "# (Q, K, V)",
        "# (images, labels)",
        "# (batch_id, token_id)",
        "# (batch_mask, seq_weights)",
        "# [OPEN_TOKEN, CLOSE_TOKEN]",
        "# (dec_features, layer_state, dec_hidden, dec_attn)",
        "# hidden_states, attentions, mask",
        "# loss, logits",
        "# tokens_over_slots, mask_groups, channel_first",
        "# CHAIN, DEPOSITION, RESOLUTION, HASH",
        "# apply linear transformation to feature -> W h",
        "# B X N",
        "# (optional)",
        "# (EMA)",
        "# [CLS]",
        "# take the [CLS] token",
        "# [NO]",
        "# HWC, BGR",
        "# [B*L H]",
        "# (train, eval, and later calls)",
        "# (e.g., padding frames)",
        "# type: (Tensor, int) -> float",
        "# f(B, T)",
        "# y = f(B, T, C)",
        "# x[b, t]",
        "# x = torch.zeros(B, T)",
        "# t = [1, 2, 4]",
        "# alpha=(3, 4)",
        "# v, x = (1, 2, 3), (4, 5, 6)",
        "# axis = (1 / n, 2 / n, 3 / n)",
        "# for b in (B, T): pass",
        "# (B, T).sum()",
        "# (B, ``)",
        "# (h, w order)",
        "# (B, T) = x.shape",
        "# (B, T) if batch_first else (T, B)",
        "# (B, T) or (B, T, C)",
        "# (B, T) vs (B,)",
        "# (B, N) x (N, M)",
        "# (B, T) -> something else (really, unparsable!)",
        "# input shape must be (B, T)",
        "# left + right [B, T]",
        "# flatten to (B*T)",
        "# instead of (B, T)",
        "# a list of (B, T)",
        "# 3x3 conv",
        "# 3 x 3",
        "# 2 x faster",
        "# exp, max and text",
        "# scale x and y",
        "# per-device \u00d7 steps",
        "# (1.5, B)",
        "# (B, [T])",
        "# (B, 'T')",
        "# [1, ..., 1]",
        "# (N, d_1, ..., d_k)",
        "# a b c d",
        "# b is the batch",
        "# (a + b, c + d)",
        "# " + "(" * 400,
        "# (B, T)" + " " * LONGEST,
    ],
)
def test_no_claim(comment: str) -> None:
    assert told(comment) == []


@pytest.mark.parametrize(
    "comment", ["# LSTM (x, (h, c))", "# pad (left, right)", "# boxes [x1, y1, x2, y2]", "# crop (H, W)"]
)
def test_a_word_before_what_is_no_sure_shape_names_nothing(comment: str) -> None:
    assert told(comment) == []


@pytest.mark.parametrize("comment", ["# (2, 3)", "# size: (32, 32)", "# 16x14x14", "# 5 x 4 x 4", "# [8, 3, 32, 32]"])
def test_bare_numbers_may_be_values_or_leave_out_the_batch(comment: str) -> None:
    (claim,) = comment_claims(comment)
    assert claim.exact
    assert not claim.complete


@pytest.mark.parametrize("comment", ["# torch.Size([2, 3])", "# shape: (2, 3)", "# |x| = (2, 3)", "# (6,) -> (2, 3)"])
def test_numbers_that_are_called_a_shape_are_one(comment: str) -> None:
    (claim,) = comment_claims(comment)
    assert claim.exact
    assert claim.complete


def test_offsets_count_from_the_start_of_the_comment() -> None:
    text = "# |x| = (n, hid dim)"
    (claim,) = comment_claims(text)
    assert text[claim.offset :] == "(n, hid dim)"
    assert [text[axis.offset :][: len(axis.text)] for axis in claim.axes] == ["n", "hid dim"]


WORDS = [*"()[]|`=:+-*/x #13B", "T", "num_heads", " x ", ", ", " -> ", "...", "-1", "'", "shape", " of ", "is ", "to "]
MARKUP = ["torch.Size([", ":math:`", "\\times", "{", "}"]


@settings(max_examples=800, deadline=None)
@given(st.lists(st.sampled_from(WORDS + MARKUP), max_size=30).map("".join) | st.text(max_size=40))
def test_any_comment_is_read_and_every_axis_stands_where_it_says(text: str) -> None:
    for claim in comment_claims(text):
        assert 0 <= claim.offset < len(text)
        assert claim.axes or "Size" in text
        for axis in claim.axes:
            assert not axis.broadcastable
            if "`" not in text and "\\" not in text:
                assert text.startswith(axis.text, axis.offset)
