"""What looks like a mistake and is meant, beside the mistakes that look like it."""

import textwrap

import pytest

HEAD = "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n"
CASES = {
    "an example of one item has its axes named": ("""
        batch = 32
        image = torch.randn(1, 3, 8, 8)  # (batch, channels, height, width)
        """, []),
    "a batch is named where there is another number of items": ("""
        batch = 32
        images = torch.randn(16, 3, 8, 8)  # (batch, channels, height, width)
        """, ["ClaimMismatch"]),
    "a batch is whatever it is where it is used once": ("""
        model = nn.Linear(8, 1)
        data = torch.load("data")
        class Error:
            def __call__(self, x, target):
                return (x.squeeze() - target).pow(2).mean()
        for epoch in range(100):
            scores = model(data).squeeze()
            error = Error()(model(data), torch.load("target"))
        """, []),
    "batches may be of one item": ("""
        model = nn.Linear(8, 1)
        for epoch in range(100):
            for index, (data, target) in enumerate(torch.load("batches")):
                scores = model(data).squeeze()
        scores = model(data).squeeze()
        """, ["SqueezeAll"]),
    "a function may be called with one item": ("""
        model = nn.Linear(8, 1)
        def score(data):
            return model(data).squeeze()
        """, ["SqueezeAll"]),
    "numbers in a list have an axis that nobody needs": ("""
        def tangent(x: torch.Tensor, step: torch.Tensor):
            slopes = torch.tensor([torch.zeros(1).exp(), torch.zeros(1).sin()])
            return torch.zeros(2).dot(slopes)
        """, []),
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
    "widths are as many as there are axes": ("""
        def grow(x, widths):
            for i, width in enumerate(widths):
                padding = [0] * len(x.shape) * 2
                padding[-2 * i - 1] = width
                x = torch.constant_pad_nd(x, padding)
            return x
        """, []),
    "one of two arguments is None": ("""
        class Kind(torch.distributions.OneHotCategorical):
            def __init__(self, logits=None, probs=None):
                super().__init__(logits=logits, probs=probs)

        def kind(probs: torch.Tensor | None = None, logits: torch.Tensor | None = None):
            return torch.distributions.Categorical(probs=probs, logits=logits)
        """, []),
    "both of two arguments of which one must be None": ("""
        def kind(x):
            return torch.distributions.Categorical(probs=x.softmax(-1), logits=torch.log(x))
        """, ["InvalidArgument"]),
    "a table comes before the entries that are looked up": ("""
        def bags(function):
            table = function.apply(torch.randn(10, 3))
            return F.embedding_bag(table, torch.tensor([1, 2, 4, 5]), torch.tensor([0, 2]))
        """, []),
    "arrays of numpy are changed by methods that tensors have too": ("""
        import numpy as np

        def fill(n, x: torch.Tensor):
            table = np.zeros((n, 4))
            table.T.fill(1)
            for row in table:
                row.sort()
            x.cpu().numpy().fill(0)
        """, []),
    "the device is woken up, and a layer is tried": ("""
        def start(layer: nn.Linear):
            torch.zeros(1).cuda()
            layer(torch.zeros(1, layer.in_features)).sum()
        """, []),
    "a model is moved that is said to have no gradients": ("""
        def load(kind, loss, engine):
            model = kind.load("name").requires_grad_(False)
            model.to("cuda")
            engine.backward(loss)
            engine.clone()
        """, []),
    "what is kept stays as it was": ("""
        def start(x: torch.Tensor):
            x.float().clamp(min=0)
            rows = [torch.zeros(3)]
            rows[0].add(1)
        """, ["Discarded", "Discarded"]),
    "a list is empty until an object has some": ("""
        class Log:
            def __init__(self, runs):
                self.results = [[] for _ in range(runs)]
                self.best = []

            def show(self, run):
                print(torch.tensor(self.results[run])[:, 1].argmax(), torch.tensor(self.best)[:, 0])

        log = Log(3)
        print(torch.tensor(log.results)[:, 1])
        """, []),
    "arrays that look like tensors are multiplied": ("""
        def solve(model, scale):
            rows = model.rows[:, None].T
            return rows.dot(scale).dot(model.rows) + model.rows.T.dot(model.rows[:, :2])
        """, []),
    "vectors are multiplied that are none": ("""
        x = torch.randn(3, 4)
        y = x.dot(x)
        """, ["RankMismatch"]),
    "one of several matrices is given": ("""
        class Cut(torch.distributions.MultivariateNormal):
            def __init__(self, loc, covariance_matrix=None, precision_matrix=None, scale_tril=None):
                super().__init__(loc, covariance_matrix, precision_matrix, scale_tril)
        """, []),
    "a learned table is read in another order": ("""
        class Bias(nn.Module):
            def __init__(self, dim, heads):
                super().__init__()
                self.bias = nn.Parameter(torch.empty(dim, heads))
                self.dim, self.heads = dim, heads

            def forward(self, x):
                return x + self.bias.view(1, 1, self.heads, self.dim)
        """, []),
    "what was pooled has one entry": ("""
        class Net(nn.Module):
            def __init__(self, points):
                super().__init__()
                self.conv, self.pool = nn.Conv1d(3, 64, 1), nn.MaxPool1d(points)

            def forward(self, x):
                batch, _, count = x.shape
                return self.pool(self.conv(x)).view(-1, 64)
        """, []),
    "channels are merged into the batch": ("""
        def merge(x):
            batch, channels, time = x.shape
            return x.view(-1, channels)
        """, ["ViewReorders"]),
    "an attribute is another one after a call": ("""
        def extend(table):
            before = table.weight
            assert tuple(before.size()) == (4, 3)
            table.extend()
            after = table.weight
            assert tuple(after.size()) == (5, 3)
            return after[4, :]
        """, []),
    "calls are wrong in ways that torch alone says": ("""
        def wrong(x: torch.Tensor):
            x[()] = 1
            torch.broadcast_shapes()
            torch.cartesian_prod()
            torch.func.grad(x, -1)()
            return torch.einsum(x, [0], [1])
        """, []),
    "images have a size and are resized": ("""
        import numpy as np

        def read(image, factor):
            width, height = image.size
            table = torch.from_numpy(np.array(image.resize((width // factor, height // factor), 0)))
            _, rows, columns = table.unsqueeze(0).size()
            return table
        """, []),
    "an array is read as numbers of another kind": ("""
        import numpy as np

        def bytes_of(x):
            assert len(x.shape) == 2
            y = np.array(x, dtype=np.float32).reshape(x.shape)
            y.dtype = np.uint8
            return y.reshape(x.shape + (4,))
        """, []),
    "bytes are a mask": ("""
        def pairs(x: torch.Tensor):
            n, n = x.shape
            above = torch.triu(torch.ones(n, n), 1).byte()
            return x[above].repeat(5, 1) + x[torch.ones(n, n, dtype=torch.uint8)].repeat(5, 1)
        """, []),
    "what is said to be a tensor may be a list": ("""
        def width(states):
            '''Measure.

            Args:
                states (torch.Tensor): of shape (batch, length, dim)
            '''
            if type(states) == list:
                batch, length, dim = states[0].shape
            else:
                batch, length, dim = states.shape
            return states
        """, []),
    "sizes that may be as many as axes": ("""
        def invert(x, shape):
            return torch.fft.irfft2(x, s=shape)
        """, []),
    "an axis of unknown size is counted by another": ("""
        import numpy as np

        def table(first, second):
            n = len(first)
            found = np.zeros((2 * n, 2 * len(second)))
            for i in range(2 * n):
                found[0, i] = 1
        """, []),
    "a number is compared with one of one axis": ("""
        loss = nn.MSELoss()(nn.Linear(5, 1)(torch.ones(1, 5)), torch.Tensor([9]))
        """, []),
    "blocks after the first get more": ("""
        class Flow(nn.Module):
            def __init__(self):
                super().__init__()
                self.first, self.second = nn.Conv2d(6, 4, 3, padding=1), nn.Conv2d(10, 4, 3, padding=1)

            def forward(self, x):
                flow = None
                blocks = [self.first, self.second]
                for i in range(2):
                    if flow != None:
                        flow = blocks[i](torch.cat((x[:, :6], flow), 1))
                    else:
                        flow = blocks[i](x[:, :6])
                return flow
        """, []),
    "axes are numbered by mistake": ("""
        def far(x, y: torch.Tensor):
            assert y.dim() == 1000000000
            return x.transpose(1, 1000000000), torch.zeros(1000000000).split(1)
        """, []),
    "what was squeezed is looked at, added to what has a batch, or one item": ("""
        def score(x, y: torch.Tensor):
            batch, dim = x.shape
            one, two = nn.Linear(dim, 1)(x).squeeze(), nn.Linear(dim, 1)(x).squeeze()
            if one.dim() == 0:
                one = one[None]
            three = nn.Linear(dim, 1)(y.view(batch, 7, dim))[0]
            return one, y[:, 0] - 2 * two, three.squeeze()
        """, []),
    "what was squeezed stays without a batch": ("""
        def score(x):
            batch, dim = x.shape
            return nn.Linear(dim, 1)(x).squeeze().sigmoid() * 2
        """, ["SqueezeAll"]),
}  # fmt: skip


@pytest.mark.parametrize(("source", "events"), CASES.values(), ids=CASES)
def test_events(understand, source, events) -> None:
    assert understand(HEAD + textwrap.dedent(source)).events == events
