"""What lies on either side of a rule: code that it reports, and code as like it as possible that it does not."""

import textwrap

import pytest

from shapeguard.lint import Settings, check

HEAD = "import random\nimport torch\nfrom torch import nn\nfrom torch.nn import functional as F\n"
CASES = [
    # SHP101: a row and a column that become a matrix
    ("x = torch.randn(9, 4)\nsums = x.sum(1)\nshares = sums / x.sum(1, keepdim=True)", "SHP101"),
    ("x = torch.randn(9, 4)\nn = x.norm(dim=1)\ncosine = x @ x.T / (n * x.norm(dim=1, keepdim=True))", None),
    ("x = torch.randn(9, 4)\nd = x.square().sum(1) + x.square().sum(1, True) - 2 * x @ x.T", None),
    ("x = torch.randn(9, 4)\nd = x.sum(1) - x.sum(1, True)\nhuber = d * d.abs()", "SHP101"),
    # SHP107: products of every entry with every other, all added up
    ("losses = torch.randn(32)\nweights = torch.rand(32)[:, None]\nloss = (0.5 * (losses * weights)).mean()", "SHP107"),
    ("errors = torch.randn(32)\ncounts = torch.rand(32).unsqueeze(1)\nloss = torch.sum(errors / counts)", "SHP107"),
    ("a = torch.randn(32)\nb = torch.rand(32)[:, None]\ntable = (a * b).sum(dim=0)", None),
    ("a = torch.randn(32)\nb = torch.rand(32)[:, None]\ntotal = (a * b * torch.ones(32, 32)).sum()", None),
    ("a = torch.randn(32)\nb = torch.rand(32)[:, None]\ntotal = (a - b).abs().mean()", None),
    ("a = torch.randn(32)\nb = torch.rand(32)[:, None]\nloss = ((a - b) ** 2).mean()", "SHP107"),
    ("a = torch.randn(32)\nb = torch.rand(32)[:, None]\nloss = (a - b).square().mean(dim=1)", None),
    # SHP108: what one axis was merged from
    ("x = torch.ones(3, 5)\ny = x.repeat_interleave(4, dim=0) + x.repeat(4, 1)", "SHP108"),
    ("def f(y):\n    b, t = y.shape\n    return F.cross_entropy(torch.ones(t, b, 9).view(-1, 9), y.reshape(-1))", "SHP108"),
    ("def f(y):\n    b, t = y.shape\n    return F.cross_entropy(torch.ones(t, b, 9).view(-1, 9), y.t().reshape(-1))", None),
    ("def f(y):\n    b, t = y.shape\n    return F.cross_entropy(torch.ones(b, t, 9).view(-1, 9), y.reshape(-1))", None),
    ("x = torch.ones(3, 5)\ny = x.repeat_interleave(4, dim=0) + x.repeat_interleave(4, dim=0)", None),
    ("x = torch.ones(3, 5)\ny = x.repeat(4, 1) + x[None].expand(4, -1, -1).reshape(12, 5)", None),
    # SHP310: what is said to be a number stays one, whatever its description has in brackets
    (
        """
        def plan(patch: int):
            '''Plan.

            Args:
                patch: Spatial dimension (height/width) of input patches
            '''
            return torch.linspace(0, torch.log(torch.tensor(patch * patch)), 4)
        """,
        None,
    ),
    # SHP401: numbers alone
    ("x = torch.randn(2, 64, 7, 7)\ny = x.view(2, 49, 64)", "SHP401"),
    ("x = torch.randn(2, 4, 5, 4)\ny = x.reshape(2, 5, 16)", "SHP401"),
    ("x = torch.randn(2, 5, 16)\ny = x.view(2, 4, 5, 4)", "SHP401"),
    ("x = torch.randn(2, 16, 4, 4)\ny = x.view(2, 4, 64)", None),  # the channels in 4 groups
    ("x = torch.randn(2, 5, 16)\ny = x.view(2, 5, 4, 4)", None),
    ("x = torch.randn(2, 12, 10)\ny = x.view(2, 15, 8)", None),  # other sizes: the memory is meant
    ("x = torch.randn(2, 32, 6, 6)\ny = x.view(2, -1, 8)", "SHP401"),  # capsules of 8 pixels, not of 8 channels
    ("x = torch.randn(2, 32, 6, 6)\ny = x.permute(0, 2, 3, 1).reshape(2, -1, 8)", None),
    ("x = torch.randn(50, 30)\ny = x.view(-1, 20)", None),
    (
        """
        def merge(x, heads):
            batch, length, width = x.shape
            x = x.view(batch, length, heads, width // heads).transpose(1, 2)
            return x.reshape(batch, length, width)
        """,
        "SHP401",
    ),
    (
        """
        def windows(x, w):
            batch, height, width, channels = x.shape
            x = x.view(batch, height // w, w, width // w, w, channels)
            return x.view(-1, w, w, channels)
        """,
        "SHP401",
    ),
    (
        """
        def windows(x, w):
            batch, height, width, channels = x.shape
            x = x.view(batch, height // w, w, width // w, w, channels)
            return x.transpose(2, 3).contiguous().view(-1, w, w, channels)
        """,
        None,
    ),
    # SHP402: a squeeze that must not drop anything, or drops what was kept
    (
        """
        class Sampler(nn.Module):
            def __init__(self, words, dim):
                super().__init__()
                self.embed, self.head = nn.Embedding(words, dim), nn.Linear(dim, words)

            def forward(self, idx):
                b, t = idx.shape
                for _ in range(8):
                    probs = self.head(self.embed(idx))[:, -1].softmax(dim=-1).squeeze()
                    idx = torch.cat([idx, torch.multinomial(probs, num_samples=1)], dim=1)
                return idx
        """,
        "SHP402",
    ),
    (
        """
        class Chooser(nn.Module):
            def __init__(self, words, dim):
                super().__init__()
                self.embed, self.head = nn.Embedding(words, dim), nn.Linear(dim, words)

            def forward(self, idx):
                b, t = idx.shape
                probs = self.head(self.embed(idx))[:, -1].softmax(dim=-1).squeeze()
                return torch.multinomial(probs, num_samples=1)
        """,
        None,
    ),
    ("def norms(x):\n    return torch.norm(x, dim=-1, keepdim=True).squeeze()", "SHP402"),
    ("def norms(x):\n    return torch.norm(x, dim=-1, keepdim=True).squeeze(-1)", None),
    # SHP105: a sum of everything where there was to be one for each item
    ("mask = torch.ones(8)\nx = torch.randn(8, 6)\ny = x.sum() * mask", "SHP105"),
    ("target = torch.ones(8)\nx = torch.randn(8, 6)\ny = target - x.sum()", "SHP105"),
    ("x = torch.randn(8, 6)\nothers = x.sum() - x.sum(dim=1)", None),
    ("scale = torch.ones(2)\nx = torch.randn(2, 6)\ny = x.sum() * scale", None),
    ("x = torch.randn(9, 12)\ny = -nn.Linear(12, 6)(x).sum() - x @ torch.zeros(12)", "SHP105"),
    ("x = torch.randn(9, 12)\ny = -nn.Linear(12, 6)(x).sum(1) - x @ torch.zeros(12)", None),
    # SHP104: entries of a table in their order, looked up or cut out
    ("def f(ids):\n    b, t = ids.shape\n    return nn.Embedding(9, 4)(ids) + nn.Embedding(9, 4)(torch.arange(b)[:, None])", "SHP104"),
    ("def f(ids):\n    b, t = ids.shape\n    return nn.Embedding(9, 4)(ids) + nn.Embedding(9, 4)(torch.arange(t))", None),
    # SHP407: the layer before says which axis is the batch
    ("x = nn.Conv1d(1, 8, 3)(torch.randn(3, 1, 30)).transpose(1, 2)\ny = nn.MultiheadAttention(8, 2)(x, x, x)", "SHP407"),
    ("x = nn.Conv1d(1, 8, 3)(torch.randn(3, 1, 30)).permute(2, 0, 1)\ny = nn.MultiheadAttention(8, 2)(x, x, x)", None),
    ("def f(x):\n    batch, length, _ = x.shape\n    return nn.TransformerEncoderLayer(8, 2)(x)", "SHP407"),
    ("def f(x):\n    length, batch, _ = x.shape\n    return nn.TransformerEncoderLayer(8, 2)(x)", None),
    ("x = nn.Conv2d(1, 8, 3)(torch.randn(9, 1, 7, 7)).mean((2, 3))\ny = nn.LSTM(8, 8)(x.unsqueeze(1))", None),
    ("def f(tokens):\n    batch = tokens.size(0)\n    return nn.LSTM(8, 8)(nn.Embedding(9, 8)(tokens))", "SHP407"),
    # SHP402: one score of many, picked for each item
    ("def f(net, x, actions):\n    return net(x).gather(1, actions.unsqueeze(1)).squeeze()", "SHP402"),
    ("def f(net, x, actions):\n    return net(x).gather(1, actions.unsqueeze(1)).squeeze(1)", None),
    ("def f(net, x, actions):\n    return net(x).gather(0, actions.unsqueeze(0)).squeeze()", None),
    ("def f(scores, y: torch.Tensor):\n    return y - scores.gather(1, y.unsqueeze(1)).squeeze()", None),  # nothing is lost
    # SHP402: the last state of a layer
    ("def f(x):\n    _, h = nn.GRU(6, 8, batch_first=True)(x)\n    return h.squeeze()", "SHP402"),
    ("def f(x):\n    _, h = nn.GRU(6, 8, batch_first=True)(x)\n    return h.squeeze(0)", None),
    # SHP402: an axis that is 1 on the path to where it is squeezed
    (
        """
        def table(batch_size, width):
            found = torch.zeros(batch_size, 1, width)
            return found.squeeze()
        """,
        "SHP402",
    ),
    (
        """
        def table(batch_size, width):
            count = 1 if batch_size is None else batch_size
            found = torch.zeros(count, 1, width)
            return found.squeeze() if batch_size is None else found
        """,
        None,
    ),
    # SHP403: another axis has size 1
    ("x = torch.randn(4, 5, 1).squeeze(1)", "SHP403"),
    ("x = torch.randn(4, 5)[:, 2:4].squeeze(1)", None),
    # SHP210: what torch takes
    ("loss = F.mse_loss(torch.randn(3), torch.randn(3), reduction='elementwise_mean')", None),
    ("loss = F.mse_loss(torch.randn(3), torch.randn(3), reduction='average')", "SHP210"),
    ("x = nn.ConstantPad2d((0, 0, 1, 0, 0, 0, 0, 0), 1.0)(torch.randn(2, 3, 4, 5)) + torch.randn(2, 3, 5, 5)", None),
    ("x = nn.ReflectionPad2d((1, 1))(torch.randn(2, 3, 4, 5))", "SHP207"),
    # SHP401: layers and directions of last states, whatever the batch
    ("def f(x, n):\n    _, h = nn.GRU(6, n, 2)(x)\n    return h.view(-1, 2 * n)", "SHP401"),
    ("def f(x, n):\n    _, h = nn.GRU(6, n, 2)(x)\n    return h.transpose(0, 1).reshape(-1, 2 * n)", None),
    ("def f(x, n):\n    _, h = nn.GRU(6, n, 2)(x)\n    return h.view(-1, n)", None),
    ("def f(x, n):\n    _, h = nn.GRU(6, n)(x)\n    return h.view(-1, n)", None),
    ("def f(x, n):\n    _, h = nn.GRU(6, n, bidirectional=True)(x)\n    return h.view(1, 2, -1, n)", None),
    ("def f(x, n):\n    _, (h, c) = nn.LSTM(6, n, bidirectional=True)(x)\n    return h.view(x.size(1), 2 * n)", "SHP401"),
    ("_, h = nn.GRU(6, 8, bidirectional=True)(torch.randn(5, 3, 6))\ny = h.view(3, 16)", "SHP401"),
    ("_, h = nn.GRU(6, 8, bidirectional=True)(torch.randn(5, 3, 6))\ny = h.view(1, 2, 3, 8)", None),
    # SHP401: an axis cut across the next one's items is no accident of the sizes that one call gives
    (
        """
        def patches(x, p: int, channels: int = 3):
            n, c, h, w = x.shape
            return x.unfold(2, p, p).unfold(3, p, p).reshape(n, -1, p * p * channels)

        y = patches(torch.randn(2, 3, 16, 16), 4)
        """,
        "SHP401",
    ),
    (
        """
        def patches(x, p: int, channels: int = 3):
            n, c, h, w = x.shape
            return x.unfold(2, p, p).unfold(3, p, p).permute(0, 2, 3, 1, 4, 5).reshape(n, -1, p * p * channels)

        y = patches(torch.randn(2, 3, 16, 16), 4)
        """,
        None,
    ),
    # SHP401: across axes that are not known
    ("def f(x, h, d):\n    b = x.size(0)\n    return nn.Linear(9, h * d)(x).view(b, h, -1, d)", "SHP401"),
    ("def f(x, h, d):\n    b = x.size(0)\n    return nn.Linear(9, h * d)(x).view(b * h, -1, d)", "SHP401"),
    ("def f(x, h, d):\n    b = x.size(0)\n    return nn.Linear(9, h * d)(x).view(b, -1, h, d)", None),
    ("def f(x, h, d):\n    b = x.size(1)\n    return nn.Linear(9, h * d)(x).view(-1, b, h, d)", None),
    ("def f(x, b, n, d):\n    return nn.Embedding(9, d)(x).reshape(b, -1, n, d)", None),
    ("def f(x, b):\n    return torch.zeros(9, 8)[x[:, 2:].long()].reshape(b, -1, 4, 8)", None),
    ("def f(x, s):\n    b, h, w, c = x.shape\n    y = x.view(b, h // s, s, w // s, s, c).transpose(2, 3)\n"
     "    return y.reshape(-1, s, s, c).view(-1, s * s)", None),
    ("def f(x, h, d):\n    b = x.size(1)\n    return nn.Linear(9, h * d)(x).view(-1, b * h, d)", None),
    ("def f(x, h, d):\n    b = x.size(0)\n    return nn.Linear(9, h * d)(x).view(b * h, d)", None),  # of two axes
    # SHP101: a number that is written out is any size that has its value
    ("n = 12\nlosses, mask = nn.Linear(4, 1)(torch.randn(n, 4)), torch.ones(12)\ny = losses * mask", "SHP101"),
    ("n, m = 12, 12\na, b = nn.Linear(4, 1)(torch.randn(n, 4)), torch.ones(m)\ny = a * b", None),
    # SHP408: along the keys, or not
    ("s = torch.randn(2, 4, 7, 7)\nm = torch.ones(2, 7) > 0\nw = s.masked_fill(m[:, None, :, None], 0.0).softmax(-1)", "SHP408"),
    ("s = torch.randn(2, 4, 7, 7)\nm = torch.ones(2, 7) > 0\nw = torch.where(m[:, None, :, None], s, -1e9).softmax(-1)", "SHP408"),
    ("s = torch.randn(2, 4, 7, 7)\nm = torch.ones(2, 7) > 0\nw = s.masked_fill(m[:, None, :, None], 0.0).softmax(-2)", None),
    ("s = torch.randn(2, 7, 1)\nm = torch.ones(2, 7, 1) > 0\nw = s.masked_fill(m, 0.0)", None),
    # SHP406: in a product of batches
    ("def f(q):\n    b, n, d = q.shape\n    return torch.bmm(torch.bmm(q, q.mT).softmax(1), q)", "SHP406"),
    ("def f(q):\n    b, n, d = q.shape\n    return torch.bmm(torch.bmm(q, q.mT).softmax(2), q)", None),
    # SHP412: what a loop counts
    ("def f(x):\n    b, t = x.shape\n    for i in range(x.size(0)):\n        x[:, i] = 0", "SHP412"),
    ("def f(x):\n    b, t = x.shape\n    for i in range(x.size(1)):\n        x[:, i] = 0", None),
    ("def f(x, y):\n    b, t = x.shape\n    n, m = y.shape\n    for i in range(n):\n        x[:, i] = 0", None),
    ("def f(n, m):\n    x = torch.zeros(n, m)\n    for i in range(m):\n        x[i, i] = 1", None),
    ("def f(n, m):\n    x = torch.zeros(n, m)\n    for i in range(m):\n        x[i] = 1", "SHP412"),
    # SHP409: the batch among several axes
    ("def f(x):\n    batch, classes = x.shape\n    return x.softmax(dim=0)", "SHP409"),
    ("def f(x):\n    batch, batch = x.shape\n    return x.softmax(dim=0)", None),
    # SHP102: batches that a loader puts together
    (
        """
        from torch.utils.data import DataLoader, TensorDataset

        for x, y in DataLoader(TensorDataset(torch.randn(64, 6), torch.randn(64)), batch_size=16):
            loss = F.mse_loss(nn.Linear(6, 1)(x), y)
        """,
        "SHP102",
    ),
    (
        """
        from torch.utils.data import DataLoader, Dataset

        class Points(Dataset):
            def __getitem__(self, index):
                return {"x": torch.zeros(6), "y": 1.0}

        for batch in DataLoader(Points(), batch_size=16):
            loss = F.mse_loss(nn.Linear(6, 1)(batch["x"]), batch["y"])
        """,
        "SHP102",
    ),
    (
        """
        from torch.utils.data import DataLoader, TensorDataset

        for x, y in DataLoader(TensorDataset(torch.randn(64, 6), torch.randn(64)), 16):
            loss = F.mse_loss(nn.Linear(6, 1)(x).squeeze(1), y)
        """,
        None,
    ),
    (
        """
        from torch.utils.data import DataLoader, Dataset, random_split

        class Points(Dataset):
            def __init__(self, n):
                self.x, self.y = torch.randn(n, 6), torch.randn(n)

            def __getitem__(self, index):
                return self.x[index], self.y[index]

        train, _ = random_split(Points(64), [48, 16])
        x, y = next(iter(DataLoader(train, batch_size=16)))
        loss = F.mse_loss(nn.Linear(6, 1)(x), y)
        """,
        "SHP102",
    ),
    # SHP102: columns of one sample have one length
    (
        """
        memory = [(torch.randn(1, 4), random.randrange(3), 1.0) for _ in range(50)]
        batch = random.sample(memory, 20)
        states = torch.cat([s for s, _, _ in batch])
        actions = torch.tensor([a for _, a, _ in batch])
        rewards = torch.tensor([r for _, _, r in batch])
        loss = F.mse_loss(nn.Linear(4, 3)(states).gather(1, actions.unsqueeze(1)), rewards)
        """,
        "SHP102",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("source", "code"), CASES)
def test_what_is_reported(source: str, code: str | None) -> None:
    found = check((HEAD + textwrap.dedent(source)).encode(), "case.py", Settings())
    assert [d.code for d in found] == ([] if code is None else [code])


def test_both_modes_of_a_module_count() -> None:
    """What runs while a module is trained, and only then, runs for certain."""
    source = """
    class Norm(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.register_buffer("mean", torch.zeros(dim))

        def forward(self, x):
            if self.training:
                self.mean.add_(x.mean(-1, keepdim=True))
            return x - self.mean

    Norm(6)(torch.randn(10, 6))
    """
    found = check((HEAD + textwrap.dedent(source)).encode(), "case.py", Settings())
    assert [d.code for d in found] == ["SHP201"]
