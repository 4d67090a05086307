"""How much is known of the shapes in a file: values that may be tensors, tensors, known axes, known sizes."""

from pathlib import Path

import pytest

from shapeguard.lint import Settings
from shapeguard.lint.cache import Cache
from shapeguard.lint.checking import checked
from shapeguard.lint.coverage import Coverage
from shapeguard.lint.files import File
from shapeguard.lint.run import NoMemory, run

HEAD = "import torch, other\n"
WANTED = Settings(coverage=True)
CASES = [
    ("x = torch.zeros(2, 3)", (1, 1, 1, 1)),
    ("def f(n):\n    x = torch.zeros(n, 3)", (1, 1, 1, 1)),  # a size that has a name is known
    ("x = torch.zeros(2, 3).nonzero()", (1, 1, 1, 0)),
    ("x = other.encode(text)", (1, 0, 0, 0)),  # it may be a tensor
    ("x = other.encode(text).softmax(-1)", (1, 1, 0, 0)),
    ("x = 3\ny = 'text'\nz = torch.nn.Linear(2, 3)", (0, 0, 0, 0)),
    ("def f(x: torch.Tensor):\n    b, c = x.shape\n    return x.mT", (2, 2, 2, 2)),  # x, and what f returns
]


@pytest.mark.parametrize(("source", "counts"), CASES)
def test_counts(source: str, counts: tuple[int, int, int, int]) -> None:
    assert checked((HEAD + source + "\n").encode(), "a.py", WANTED).coverage == Coverage(*counts)


def test_it_is_counted_where_it_is_wanted() -> None:
    assert checked(b"import torch\nx = torch.zeros(2)\n", "a.py", Settings()).coverage is None
    assert checked(b"x = 2\n", "a.py", WANTED).coverage is None


def test_the_cache_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("import torch\nx = torch.zeros(2) @ torch.zeros(3)\n")
    seen: list[dict[str, Coverage]] = []
    for settings in (WANTED, WANTED, Settings()):
        counts: dict[str, Coverage] = {}
        files = [File(str(path), settings)]
        found = run(files, lambda: Cache(str(tmp_path / "cache")), covered=counts.__setitem__)
        assert [finding.code for finding in found] == ["SHP202"]
        seen.append(counts)
    assert seen == [{str(path): Coverage(1, 1, 0, 0)}] * 2 + [{}]
    assert run([File(str(path), WANTED)], NoMemory)
