"""What `infer` shows as assumed: shapes that say more than the operations prove, not those that say it in other names."""

import textwrap

import pytest

from shapeguard.lint.inference import infer, is_proven

HEAD = "import torch\nfrom torch import nn\n\n"
CASES = {
    "what operations tell": ("def f(n):\n    y = torch.zeros(n, 3)\n", (("n", 3), "inferred")),
    "a comment about an unknown value": ("def f(x):\n    y = x.load()  # (B, T)\n", (("B", "T"), "assumed")),
    "a size that only a comment gives": (
        "def f(x):\n    b, t = x.shape\n    y = x[x > 0].view(b, -1)  # (B, 8)\n",
        (("b", 8), "assumed"),
    ),
}


@pytest.mark.parametrize(("source", "expected"), CASES.values(), ids=CASES)
def test_evidence(source: str, expected: object) -> None:
    rows = infer(HEAD + textwrap.dedent(source), "/project/model.py")
    assert [(row.shape, row.evidence) for row in rows if row.name == "y"] == [expected]


ASSUMED_AND_PROVEN = [
    (("B", "H", 8), ("B", "config.heads", 8), True),  # other names
    (("B", "n"), ("B", 8), True),  # a name for a number
    (("B", None), ("B", 8), True),  # less
    (("B", 8), ("B", "n"), False),  # the number that a caller passes
    (("B", 8), ("B", None), False),
    (("B", "n"), ("...", "n"), False),
    (("B", "n"), None, False),
    (None, None, True),
]


@pytest.mark.parametrize(("assumed", "proven", "expected"), ASSUMED_AND_PROVEN)
def test_other_names_are_no_assumption(assumed: tuple[object, ...], proven: tuple[object, ...], expected: bool) -> None:
    assert is_proven(proven, assumed) == expected
