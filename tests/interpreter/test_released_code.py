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
    "a case says which number the size is": ("""
        from jaxtyping import Float

        def lengths(edges: Float[torch.Tensor, "n 1 d"]) -> Float[torch.Tensor, "n"]:
            return edges[:, 0].norm(dim=-1)

        def sizes(edges: Float[torch.Tensor, "n m d"]) -> Float[torch.Tensor, "n"]:
            match edges.shape[-2]:
                case 1:
                    return lengths(edges)
                case _:
                    return edges.sum((1, 2))
        """, []),
    "another number is declared": ("""
        from jaxtyping import Float

        def lengths(edges: Float[torch.Tensor, "n 1 d"]) -> Float[torch.Tensor, "n"]:
            return edges[:, 0].norm(dim=-1)

        def sizes(edges: Float[torch.Tensor, "n m d"]) -> Float[torch.Tensor, "n"]:
            return lengths(edges)
        """, ["ArgumentMismatch"]),
    "a name is bound by no argument that is left out": ("""
        from jaxtyping import Float

        def turned(angle: float, axis: Float[torch.Tensor, "d"] | None) -> Float[torch.Tensor, "d d"]:
            if axis is None:
                return torch.zeros(2, 2)
            return torch.diag(axis)
        """, []),
    "what is said to be empty": ("""
        def pairs(bonds):
            if bonds.dim() == 1:
                bonds = bonds.reshape(0, 2)
            return bonds[:, 0]
        """, []),
    "every entry of a vector of length 1 is multiplied with every other": ("""
        def mirrors(q: torch.Tensor):
            n, d = q.shape
            v = q / q.norm(p=2, dim=1, keepdim=True)
            return torch.bmm(v.unsqueeze(2), v.unsqueeze(1))
        """, []),
    "nothing names the axes": ("""
        def stored(t: torch.Tensor):
            if t.dim() == 4:
                return t.permute(0, 2, 3, 1).contiguous().view(*t.shape)
            return t
        """, []),
    "nor need anything name them where they are merged": ("""
        def stored(t: torch.Tensor):
            if t.dim() == 4:
                return t.reshape(t.shape[0] * t.shape[3], t.shape[1], t.shape[2])
            return t
        """, ["ViewReorders"]),
    "an axis is added by a view": ("""
        class Decoder(nn.Module):
            def __init__(self, d):
                super().__init__()
                self.d = d
                self.project = nn.Linear(8, d)

            def forward(self, x, batch: int):
                return self.project(torch.load(x)).view(batch, self.d, -1)
        """, []),
    "derived classes set what is negative": ("""
        class Layer:
            def __init__(self):
                self.width = -1

            def forward(self, x: torch.Tensor, out: torch.Tensor):
                return x + out.view(-1, self.width)
        """, []),
    "axes are counted from the right": ("""
        class Layer:
            def __init__(self):
                self.dim = -1

            def forward(self):
                return torch.randn(3, 4).sum(self.dim) + torch.randn(4)
        """, ["BroadcastMismatch"]),
    "a method of another object has the name of a tensor's": ("""
        def chosen(items, index):
            part = items.select(index)
            if isinstance(index, torch.Tensor):
                return part, index.size(0)
        """, []),
    "an array is repeated entry by entry": ("""
        import numpy as np

        class Colours:
            def __init__(self, base=[255, 255, 0]):
                self.base = np.array(base)

            def __call__(self, h, w):
                colours = self.base.copy()
                colours = colours[None][None].repeat(h, 0).repeat(w, 1)  # (h, w, 3)
                return np.concatenate((colours, np.zeros((h, w, 1))), axis=-1)
        """, []),
    "an array is no tensor": ("""
        import numpy as np

        def column(x):
            if not isinstance(x, torch.Tensor):
                x = torch.from_numpy(x)
            return x.transpose(0, 1) + torch.zeros(3, 2)

        column(np.zeros((2, 3)))
        """, []),
    "the type of a size": ('''
        def mask(shape: torch.Size):
            """
            Args:
                shape (torch.Size): The shape of the images.
            """
            b, c, h, w = shape
        ''', []),
    "what is a tensor by an annotation alone is no container": ("""
        class Cache:
            def merged(self, past: tuple[tuple[torch.Tensor, torch.Tensor]]):
                b, n, d, s = past[0][0].shape
                return [(items[0].view(b * n, d, s), items[1].view(b * n, s, d)) for items in past]

            def prepare(self, past: torch.Tensor | None = None):
                if past is not None and past[0][0].shape[0] == 4:
                    past = self.merged(past)
                return past
        """, []),
    "a comment's word for a size is a property of the object": ("""
        class Mesh:
            def __init__(self, points: torch.Tensor, cells: torch.Tensor):
                self.points = points
                self.cells = cells

            @property
            def dims(self) -> int:
                return self.points.shape[-1]

            def flat(self, normals):
                assert self.points.shape[-1] == self.cells.shape[-1]
                corners = self.cells.shape[-1]
                found = normals  # (count, dims)
                return found.unsqueeze(1).expand(-1, corners, -1).reshape(-1, self.dims)
        """, []),
    "an object of a class that is not known has an indexing of its own": ("""
        from elsewhere import Labelled

        def entries(data, labels):
            x = Labelled(data, labels)
            assert x[0, 0, :].shape == (1, 2)
            return x[0, :, 1]
        """, []),
    "what a function that is not known returns has none": ("""
        from elsewhere import labelled

        def entries(data, labels):
            x = labelled(data, labels)
            assert x[0, 0, :].shape == (1, 2)
            return x[0, :, 1]
        """, ["InvalidArgument"]),
    "several of one shape": ('''
        def scaled(maps):
            """
            Args:
                maps: features of all scales 3*[B C H W]
            """
            b, c, h, w = maps[0].size()
        ''', []),
}  # fmt: skip


@pytest.mark.parametrize(("source", "events"), CASES.values(), ids=CASES)
def test_events(understand, source, events) -> None:
    assert understand(HEAD + textwrap.dedent(source)).events == events
