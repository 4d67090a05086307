"""What lies on either side of the rules for batches and sequences: tables of positions, steps, directions, padding."""

import textwrap

import pytest

from shapeguard.lint import Settings, check

HEAD = "import random\nimport torch\nfrom torch import nn\nfrom torch.nn import functional as F\n"
TABLES = [
    ("torch.randn(longest, 1, dim)", "self.table[:batch]", ["SHP104"]),
    ("torch.randn(longest, 1, dim)", "self.table[:length].transpose(0, 1)", []),
    ("torch.randn(batch_size, 1, dim)", "self.table", []),  # a state of each item
    ("torch.randn(1, longest, dim)", "self.table[:, :length]", []),
    ("torch.randn(1, longest, dim)", "self.table[:, :batch].transpose(0, 1)", ["SHP104"]),
]


@pytest.mark.parametrize(("table", "part", "codes"), TABLES)
def test_a_module_need_not_register_its_tables(table: str, part: str, codes: list[str]) -> None:
    source = f"""
    class Positions(nn.Module):
        def __init__(self, longest, batch_size, dim):
            super().__init__()
            self.table = {table}

        def forward(self, x: torch.Tensor):
            batch, length, dim = x.shape
            return x + {part}
    """
    found = check((HEAD + textwrap.dedent(source)).encode(), "case.py", Settings())
    assert [d.code for d in found] == codes


def test_what_calls_inside_functions_tell_is_not_hidden_by_an_example() -> None:
    """At one place, the first call that a rule has anything to say of counts."""
    source = """
    class Positions(nn.Module):
        def __init__(self, dim, longest=50):
            super().__init__()
            self.register_buffer("table", torch.zeros(longest, 1, dim))

        def forward(self, x):
            return x + self.table[: x.size(0)]

    class Encoder(nn.Module):
        def __init__(self, dim=16):
            super().__init__()
            self.embed, self.positions = nn.Embedding(10, dim), Positions(dim)

        def forward(self, tokens):
            batch, steps = tokens.shape
            return self.positions(self.embed(tokens))

    Encoder()(torch.zeros(3, 6, dtype=torch.long))
    """
    found = check((HEAD + textwrap.dedent(source)).encode(), "case.py", Settings())
    assert [d.code for d in found] == ["SHP104"]


BEHIND = [("self.table[:, :length].transpose(0, 1)", []), ("self.table[:, : x.size(1)]", ["SHP104"])]


@pytest.mark.parametrize(("part", "codes"), BEHIND)
def test_a_batch_may_be_the_second_axis(part: str, codes: list[str]) -> None:
    source = f"""
    class Positions(nn.Module):
        def __init__(self, longest, dim):
            super().__init__()
            self.register_buffer("table", torch.zeros(1, longest, dim))

        def forward(self, x: torch.Tensor):
            length, batch, dim = x.shape
            return x + {part}
    """
    found = check((HEAD + textwrap.dedent(source)).encode(), "case.py", Settings())
    assert [d.code for d in found] == codes


STEPS = [
    ("length, batch, dim = x.shape", "x[0].unsqueeze(0)", []),
    ("length, batch, dim = x.shape", "x[0].unsqueeze(1)", ["SHP407"]),  # every item another step of one sequence
    ("length, n, dim = x.shape", "x[0].unsqueeze(1)", []),
]


@pytest.mark.parametrize(("names", "step", "codes"), STEPS)
def test_one_step_of_a_sequence(names: str, step: str, codes: list[str]) -> None:
    source = f"""
    def decode(x: torch.Tensor):
        {names}
        return nn.LSTM(dim, dim)({step})
    """
    found = check((HEAD + textwrap.dedent(source)).encode(), "case.py", Settings())
    assert [d.code for d in found] == codes


DIRECTIONS = [
    ("F.normalize(u, dim=-1)", []),
    ("F.normalize(u)", ["SHP410"]),  # over the items, not their features
    ("F.normalize(u[:, 0])", []),
    ("F.normalize(u.transpose(1, 2))", []),
    ("F.normalize(nn.Conv1d(6, 8, 3)(u.transpose(1, 2)))", []),
    ("F.normalize(u.view(b, n, 2, 3))", []),
    ("F.normalize(x)", []),
    ("F.cosine_similarity(u, u.flip(1))", ["SHP410"]),
    ("F.cosine_similarity(u, u.flip(1), dim=2)", []),
    ("nn.CosineSimilarity()(u, u)", ["SHP410"]),
]


@pytest.mark.parametrize(("call", "codes"), DIRECTIONS)
def test_directions_of_what_a_linear_layer_gives(call: str, codes: list[str]) -> None:
    source = f"""
    def compare(x: torch.Tensor):
        b, n, d = x.shape
        u = torch.relu(nn.Linear(9, 6)(x))
        return {call}
    """
    found = check((HEAD + textwrap.dedent(source)).encode(), "case.py", Settings())
    assert [d.code for d in found] == codes


PADDED = [
    ("torch.zeros(1, longest, 16)", "self.table[:, : x.size(1)]", []),
    ("torch.zeros(longest, 1, 16)", "self.table[: x.size(0)]", ["SHP104"]),
]


@pytest.mark.parametrize(("table", "part", "codes"), PADDED)
def test_sequences_that_are_padded_are_a_batch(table: str, part: str, codes: list[str]) -> None:
    source = f"""
    class Positions(nn.Module):
        def __init__(self, longest=50):
            super().__init__()
            self.register_buffer("table", {table})

        def forward(self, x):
            return x + {part}

    rows = [torch.randn(6, 16), torch.randn(9, 16), torch.randn(4, 16)]
    y = Positions()(nn.utils.rnn.pad_sequence(rows, batch_first=True))
    """
    found = check((HEAD + textwrap.dedent(source)).encode(), "case.py", Settings())
    assert [d.code for d in found] == codes
