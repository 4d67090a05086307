"""What looks like a mistake and is meant, beside the mistakes that look like it."""

import textwrap

import pytest

HEAD = "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n"
CASES = {
    "rows are shifted against each other by a view, a slice and a view": ("""
        def relative_shift(x: torch.Tensor, shift: int):
            b, h, t, r = x.shape
            x = x.reshape(b, h, r, t)[:, :, shift:, :]
            return x.reshape(b, h, t, r - shift)
        """, []),
    "rows are shifted against each other by padding and a view": ("""
        def shear(x, padding):
            x = F.pad(x, padding)
            return x.view(*x.size()[:-2], x.size(-1), x.size(-2))
        """, []),
    "axes are mixed up by two views with nothing between them": ("""
        def heads(x: torch.Tensor):
            b, t, h, d = x.shape
            return x.view(b, h, t, d).view(b * h, t, d)
        """, ["ViewReorders"]),
    "axes are mixed up, and entries taken": ("""
        def first(x: torch.Tensor):
            b, t, h, d = x.shape
            return x.view(b, h, t, d)[:, :, 0].sum()
        """, ["ViewReorders"]),
    "weights are transposed by hand": ("""
        def project(q: torch.Tensor, k: torch.Tensor):
            b, n, d = q.shape
            weights = (q @ k.view(b, n, d).transpose(1, 2)).softmax(-1)
            return weights.transpose(1, 2) @ q
        """, []),
    "weights are summed along the wrong axis": ("""
        def project(q: torch.Tensor, k: torch.Tensor):
            b, n, d = q.shape
            weights = (q @ k.view(b, n, d).transpose(1, 2)).softmax(-2)
            return weights @ q
        """, ["ContractsOther"]),
    "what is said to be a number is used as a tensor": ("""
        def both(x: torch.Tensor, other: bool | None = None):
            return torch.cat([x, other], dim=0)
        """, []),
    "many tensors are made contiguous at once": ("""
        def forward(q, k, v, a, b, c, d, e, f):
            q, k, v, a, b, c, d, e, f = tuple(t.contiguous() for t in (q, k, v, a, b, c, d, e, f))
            batch, length, dim = q.shape
            batch, heads, length, dim = k.shape
            return v
        """, []),
    "a cache is written to": ("""
        class Cache(nn.Module):
            def __init__(self, batch_size, longest, dim):
                super().__init__()
                self.register_buffer("kept", torch.zeros(batch_size, longest, dim))

            def update(self, x: torch.Tensor):
                batch, length, dim = x.shape
                self.kept[:, :length] = x
                return self.kept
        """, []),
    "sizes are sums of tuples": ("""
        def noise(batch_shape, event_shape):
            x = torch.randn(batch_shape + event_shape + event_shape)
            return x @ x.transpose(-2, -1)
        """, []),
    "a layer that takes nothing gets nothing": ("""
        def forward(x, rest):
            return nn.Linear(0, 8)(rest(x))[..., 0] + nn.Linear(0, 8)(torch.relu(rest))[..., 0]
        """, []),
    "data is None until an object has some": ("""
        class Processor:
            mean = None

            def process(self):
                return torch.tensor(self.mean).view(1, 3, 1, 1)
        """, []),
    "None is passed for what is said to be a tensor": ("""
        class Stop:
            def __call__(self, canvas: torch.Tensor, logits: torch.Tensor):
                return torch.distributions.Categorical(logits=logits)

        def run(criteria: Stop, canvas):
            return criteria(canvas, None)
        """, []),
}  # fmt: skip


@pytest.mark.parametrize(("source", "events"), CASES.values(), ids=CASES)
def test_events(understand, source, events) -> None:
    assert understand(HEAD + textwrap.dedent(source)).events == events
