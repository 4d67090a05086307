"""Code that runs as it was meant to, and what is next to it and does not."""

import textwrap

import pytest

HEAD = "import math\n\nimport torch\nfrom torch import nn\n"
CASES = {
    "a fraction is rounded up": ("""
        def pages(keys, size=128):
            count, heads, d = keys.shape
            cache = torch.zeros(math.ceil(count / size), size, heads, d)
            cache.view(-1, heads, d)[:count].copy_(keys)
            return cache

        pages(torch.randn(129, 1, 128))
        """, []),
    "a fraction is rounded down": ("""
        def pages(keys, size=128):
            count, heads, d = keys.shape
            cache = torch.zeros(int(count / size), size, heads, d)
            cache.view(-1, heads, d)[:count].copy_(keys)
            return cache

        pages(torch.randn(129, 1, 128))
        """, ["BroadcastMismatch"]),
    "axes change places in a statement, wherever they are": ("""
        class Block(nn.Module):
            def __init__(self, dim):
                super().__init__()
                self.conv = nn.Conv1d(dim, dim, 3)
                self.norm = nn.LayerNorm(dim)

            def forward(self, x):
                y = self.conv(x)
                y.transpose_(1, 2)
                return self.norm(y)
        """, []),
    "axes do not change places": ("""
        class Block(nn.Module):
            def __init__(self, dim):
                super().__init__()
                self.conv = nn.Conv1d(dim, dim, 3)
                self.norm = nn.LayerNorm(dim)

            def forward(self, x):
                y = self.conv(x)
                return self.norm(y)
        """, ["Crossed"]),
    "a size is no list of numbers": ("""
        def table(a, b):
            return torch.cuda.FloatTensor(torch.Size((a.shape[0], b.shape[0]))).sum(1)
        """, []),
    "a list of numbers is no size": ("""
        def table(a, b):
            return torch.cuda.FloatTensor([a.shape[0], b.shape[0]]).sum(1)
        """, ["AxisOutOfRange"]),
    "the first round does not come to what lies behind a condition": ("""
        def steer(items, steps):
            energies = torch.empty(items, 0)
            for step in range(steps):
                energies = torch.cat((energies, torch.randn(items, 1)), dim=1)
                if step > 0:
                    change = energies[:, -2] - energies[:, -1]
        """, []),
    "the first round comes to what always follows": ("""
        def steer(items, steps):
            energies = torch.empty(items, 0)
            for step in range(steps):
                energies = torch.cat((energies, torch.randn(items, 1)), dim=1)
                change = energies[:, -2] - energies[:, -1]
        """, ["InvalidArgument"]),
    "no round comes to what lies behind a condition in an inner loop": ("""
        def steer(items, steps, retries):
            energies = torch.empty(items, 0)
            for step in range(steps):
                if step > 0:
                    for retry in range(retries):
                        change = energies[:, -1]
                energies = torch.cat((energies, torch.randn(items, 1)), dim=1)
        """, []),
    "what is wrong in every round is wrong behind a condition": ("""
        def steer(items, steps):
            total = torch.zeros(items, 1)
            for step in range(steps):
                total = torch.cat((total, torch.randn(items, 1)), dim=1)
                if step > 0:
                    change = torch.randn(items, 3) + torch.randn(items, 4)
        """, ["BroadcastMismatch"]),
    "an index counts fewer entries than there are": ("""
        def plans(steps: int, ahead: int, d: int):
            table = torch.zeros(steps, steps + ahead, d)
            return [table[:, step] for step in range(steps)]
        """, []),
    "rows and columns get a new order": ("""
        class Hessian:
            def __init__(self, columns):
                self.sum = torch.zeros(columns, columns)

            def add(self, x):
                self.sum += x @ x.t()

            def ordered(self):
                total = self.sum
                del self.sum
                order = torch.argsort(torch.diag(total))
                return total[order][:, order]
        """, []),
    "one action for each row is taken of all of them": ("""
        def chosen(values: torch.Tensor, actions: torch.Tensor):
            batch, count = values.shape
            return values[:, torch.zeros(batch, dtype=torch.long)]
        """, ["PicksForAll"]),
    "what nothing names may be one": ("""
        class Pooled(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(259, 1024, 1)

            def forward(self, points):
                b, _, _ = points.shape
                grouped = torch.load("grouped").permute(0, 3, 2, 1)
                return self.conv(grouped).max(2)[0].view(b, 1024)
        """, []),
    "the caller and the function have a name each for one size": ("""
        def order(steps, neighbours):
            size = neighbours.shape[1]
            place = nn.functional.one_hot(steps, num_classes=size).float()
            return torch.einsum("ij,biq,bjp->bqp", torch.ones(size, size), place, place)

        def run(names):
            longest = max(len(name) for name in names)
            steps = torch.argsort(torch.randn(4, longest))
            return order(steps, torch.load("neighbours"))
        """, []),
    "products lie otherwise in memory, where some are made": ("""
        def merged(x: torch.Tensor, change: bool):
            b, t, h, d = x.shape
            y = x = x.transpose(1, 2)
            if change:
                y = x @ torch.randn(d, d)
            return y.transpose(1, 2).view(b, t, h * d)
        """, []),
    "products lie otherwise in memory": ("""
        def merged(x: torch.Tensor):
            b, t, h, d = x.shape
            y = x.transpose(1, 2) @ torch.randn(d, d)
            return y.transpose(1, 2).view(b, t, h * d)
        """, ["NotContiguous"]),
    "a list of shapes is not the shape of a list": ('''
        def assign(anchors):
            """
            Args:
                anchors: [(N, 7), ...]
            """
            for anchor in anchors:
                anchor.permute(3, 4, 0, 1, 2, 5)
        ''', []),
    "a part of a shape may be left out": ('''
        def marked(image):
            """
            Args:
                image: ([N,] B, C, H, W) in range [0, 1]
            """
            n, b, c, h, w = image.shape
        ''', []),
    "a tuple holds what is said of its first item": ('''
        def loss(features: tuple):
            """
            Args:
                features: scores in shape (batch, length, tags, tags), lengths of sentences
            """
            scores, lengths = features
            return scores[:, 0, :, 0], lengths[0]
        ''', []),
    "two words are two axes": ("""
        def widened(rank, n):
            return torch.cat([torch.zeros(1, n), torch.zeros(rank - 1, n)], dim=0)  # (rank N)
        """, []),
    "a product is one axis": ("""
        def flat(overlaps):
            every = torch.full_like(overlaps, 0).t().contiguous().view(-1)  # (MxN)
            return every
        """, []),
    "numbers explain an index": ("""
        def inverse():
            precisions = torch.randn(1, 1, 2, 2)
            found = precisions[0, 0]  # (batch=1, component=1, dim, dim)
        """, []),
    "numbers of another tensor": ("""
        def inverse():
            precisions = torch.randn(1, 3, 2, 2)
            found = precisions[0, 0]  # (batch=1, component=1, dim, dim)
        """, ["ClaimMismatch"]),
}  # fmt: skip


@pytest.mark.parametrize(("source", "events"), CASES.values(), ids=CASES)
def test_events(understand, source, events) -> None:
    assert understand(HEAD + textwrap.dedent(source)).events == events
