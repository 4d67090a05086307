"""Patterns of einops, held against einops."""

import pytest

from tests.ops.held import Outcome, hold, hold_refused, with_numbers

CASES: list[tuple[object, ...]] = [
    # rearrange
    ("einops.rearrange(x0, 'b n c -> b c n')", (2, 3, 5)),
    ("einops.rearrange(x0, 'b n (h d) -> b h n d', h=4)", (2, 3, 12)),
    ("einops.rearrange(x0, 'b n (h d) -> (b h) n d', d=4)", (2, 3, 12)),
    ("einops.rearrange(x0, 'b n (h d) -> b n h d', h=3, d=4)", (2, 3, 12)),
    ("einops.rearrange(x0, 'b c (h p) (w q) -> b (h w) (p q c)', p=2, q=3)", (2, 3, 8, 9)),
    ("einops.rearrange(x0, 'b ... d -> b (...) d')", (2, 3, 4, 5)),
    ("einops.rearrange(x0, '... -> (...)')", (2, 3, 4)),
    ("einops.rearrange(x0, '(b t) ... -> b t ...', t=3)", (6, 4, 5)),
    ("einops.rearrange(x0, '... h d -> ... (h d)')", (2, 3, 4)),
    ("einops.rearrange(x0, 'b n -> b 1 n ()')", (2, 3)),
    ("einops.rearrange(x0, 'b 1 n () -> b n')", (2, 1, 3, 1)),
    ("einops.rearrange(x0, '... () -> ...')", (2, 3, 1)),
    ("einops.rearrange([x0, x1], 'k b n -> b n k')", (2, 3), (2, 3)),
    ("einops.rearrange(x0, 'b n -> (b n)')", (2, 3)),
    ("einops.rearrange(x0, '->')", ()),
    ("einops.rearrange(tensor=x0, pattern='a x -> x a', a=2)", (2, 3)),
    # reduce
    ("einops.reduce(x0, 'b c h w -> b c', 'mean')", (2, 3, 4, 5)),
    ("einops.reduce(x0, 'b c (h p) (w q) -> b c h w', 'max', p=2, q=3)", (2, 3, 8, 9)),
    ("einops.reduce(x0, 'b c (h 2) (w 3) -> b c h w', 'sum')", (2, 3, 8, 9)),
    ("einops.reduce(x0, 'b c h w -> b c 1 1', 'min')", (2, 3, 4, 5)),
    ("einops.reduce(x0, 'b ... -> b', 'prod')", (2, 3, 4)),
    ("einops.reduce(x0, '... -> ', 'sum')", (2, 3)),
    # repeat
    ("einops.repeat(x0, 'h w -> b h w', b=7)", (2, 3)),
    ("einops.repeat(x0, 'h w -> h (w k)', k=4)", (2, 3)),
    ("einops.repeat(x0, '... d -> b ... d', b=5)", (2, 3)),
    ("einops.repeat(x0, 'h w -> h w 3')", (2, 5)),
    ("einops.repeat(x0, '1 n d -> b n d', b=x1.shape[0])", (1, 3, 4), (2, 6)),
    ("einops.repeat(x0, 'b ... -> (b k) ...', k=2)", (3, 4, 5)),
    # layers
    ("Rearrange('b c (h p) w -> b (h w) (p c)', p=4)(x0)", (2, 3, 8, 5)),
    ("Reduce('b c (h 2) w -> b c h w', 'max')(x0)", (2, 3, 8, 5)),
    ("nn.Sequential(Rearrange('b n (h d) -> b h n d', h=2), nn.Linear(3, 5), Reduce('b h n d -> b n d', 'sum'))(x0)",
     (2, 4, 6)),
    ("EinMix('b n c -> b n o', weight_shape='c o', c=3, o=5)(x0)", (2, 4, 3)),
    ("EinMix('b n (h c) -> b n (h o)', 'h c o', bias_shape='o', h=2, c=3, o=5)(x0)", (2, 4, 6)),
    ("EinMix('b ... c -> b ... c', weight_shape='c', c=3)(x0)", (2, 4, 5, 3)),
    # sums
    ("einops.einsum(x0, x1, 'batch row inner, batch inner column -> batch row column')", (2, 3, 4), (2, 4, 5)),
    ("einops.einsum(x0, x1, '... i d, ... j d -> ... i j')", (2, 3, 4, 5), (2, 3, 6, 5)),
    ("einops.einsum(x0, 'i j -> ')", (3, 4)),
    # several tensors in one
    ("einops.pack([x0, x1], 'b * d')[0]", (2, 3, 5), (2, 5)),
    ("einops.pack([x0, x1], '* n')[0]", (2, 3, 5), (4, 5)),
    ("einops.pack([x0], 'b *')[0]", (2, 3, 5)),
    ("einops.unpack(einops.pack([x0, x1], 'b * d')[0], einops.pack([x0, x1], 'b * d')[1], 'b * d')",
     (2, 3, 4, 5), (2, 5)),
    ("einops.unpack(x0, [(2, 3), (4,), ()], '* d')", (11, 5)),
    ("einops.unpack(x0, [[2], [5]], 'b * d')[1]", (3, 7, 4)),
    ("torch.zeros(einops.parse_shape(x0, 'b _ c')['c'], 2)", (2, 3, 5)),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[str(case[0]) for case in CASES])
def test_agrees_with_einops(case) -> None:
    call, *shapes = case
    hold(call, *shapes, strict=True)


REFUSED = [
    "einops.rearrange(torch.zeros(2, 3), 'a b -> a')",
    "einops.rearrange(torch.zeros(2, 3), 'a b -> a b c')",
    "einops.rearrange(torch.zeros(2, 3), 'a b -> a b', c=3)",
    "einops.rearrange(torch.zeros(2, 3), 'a a -> a')",
    "einops.rearrange(torch.zeros(2, 3), 'a (b -> a b')",
    "einops.rearrange(torch.zeros(2, 3), 'a b a b')",
    "einops.rearrange(torch.zeros(2, 6), 'a (b c) -> a b c')",
    "einops.rearrange(torch.zeros(2, 6), 'a 6 -> a')",
    "einops.rearrange(torch.zeros(2, 6), 'a b -> ... a b')",
    "einops.rearrange(torch.zeros(2, 6), '(... a) b -> a b')",
    "einops.repeat(torch.zeros(2, 3), 'a b -> a b c')",
    "einops.repeat(torch.zeros(2, 3), 'a b -> a', c=2)",
    "einops.reduce(torch.zeros(2, 3), 'a b -> a c', 'max')",
    "einops.einsum(torch.zeros(2, 3), 'a b -> c')",
    "einops.pack([torch.zeros(2, 3)], 'a b')",
]


@pytest.mark.parametrize("call", REFUSED)
def test_what_einops_refuses_is_reported(call) -> None:
    hold_refused(call)


UNDERSTOOD = {
    "a pattern tells the rank of what nothing was known of, and names its sizes": (
        "y = rearrange(x, 'b n (h d) -> b h n d', h=heads)",
        {"arg:x": "(b, n, heads*d)", "y": "(b, heads, n, d)"},
    ),
    "what is put together as it was taken apart is as before": (
        "y = rearrange(x, 'b (h w) c -> b c h w', h=14)\nz = rearrange(y, 'b c h w -> b (h w) c')",
        {"z": "(b, 14*w, c)"},
    ),
    "an ellipsis stands for axes that stay unknown": (
        "y = rearrange(x, 'b ... d -> b d ...')\nz = rearrange(x, 'b ... d -> b (...) d')",
        {"arg:x": "(b, ..., d)", "y": "(b, d, ...)", "z": "(b, ?, d)"},
    ),
    "the parts of a layer's output share what is learned of one": (
        "q, k, v = map(lambda t: rearrange(t, 'b n (h d) -> b h n d', h=heads), nn.Linear(9, 3 * 64)(x).chunk(3, -1))",
        {"arg:x": "(b, n, 9)", "q": "(b, heads, n, 64//heads)", "v": "(b, heads, n, 64//heads)"},
    ),
    "lengths may be sizes of other tensors": (
        "b, t, c = x.shape\ny = rearrange(x, 'b (k s) c -> (b k) s c', k=c)",
        {"y": "(b*c, t//c, c)"},
    ),
}


@pytest.mark.parametrize(("body", "expected"), UNDERSTOOD.values(), ids=UNDERSTOOD.keys())
def test_unknown_tensors_are_understood(understand, body, expected) -> None:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    found = understand(f"import torch\nfrom torch import nn\nfrom einops import rearrange\ndef f(x, heads):\n{lines}")
    assert {name: found[name] for name in expected} == expected
    assert found.events == []


def test_a_diagonal_is_of_a_square_matrix() -> None:
    assert with_numbers("einops.einsum(x0, 'i i -> i')", ((3, 3),)).outcome is Outcome.EXACT
