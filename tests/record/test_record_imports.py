"""Where imports go: one of each, among those of the arrays, and where the running program sees them."""

import pytest

from tests.record.observed import annotated


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import torch\n", "import torch\nfrom jaxtyping import Float\n"),
        ("import torch\nfrom torch import nn\n", "import torch\nfrom jaxtyping import Float\nfrom torch import nn\n"),
        ("from torch import nn\n", "from jaxtyping import Float\nfrom torch import Tensor, nn\n"),
        (
            "import os\n\nfrom torch import nn\n\nfrom mine import this\n",
            "import os\n\nfrom jaxtyping import Float\nfrom torch import Tensor, nn\n\nfrom mine import this\n",
        ),
        (
            "import os\n\n# arrays\nfrom torch import Tensor\n",
            "import os\n\nfrom jaxtyping import Float\n# arrays\nfrom torch import Tensor\n",
        ),
        ("from jaxtyping import Int\nimport torch\n", "from jaxtyping import Float, Int\nimport torch\n"),
        ("from jaxtyping import Bool\nimport torch\n", "from jaxtyping import Bool, Float\nimport torch\n"),
        (
            "from jaxtyping import (\n    Bool,\n    Int,\n)\nimport torch\n",
            "from jaxtyping import (\n    Bool,\n    Float,\n    Int,\n)\nimport torch\n",
        ),
        (
            "from jaxtyping import (\n    Bool,\n    Complex,\n)\nimport torch\n",
            "from jaxtyping import (\n    Bool,\n    Complex,\n    Float,\n)\nimport torch\n",
        ),
        (
            '"""Doc."""\n\nfrom __future__ import annotations\n',
            '"""Doc."""\n\nfrom __future__ import annotations\n\nfrom jaxtyping import Float\nfrom torch import Tensor\n',
        ),
        ('"""Doc."""\n', '"""Doc."""\n\nfrom jaxtyping import Float\nfrom torch import Tensor\n'),
        ("", "from jaxtyping import Float\nfrom torch import Tensor\n"),
    ],
)
def test_an_import_is_added(before: str, after: str) -> None:
    text = annotated("def f(x): ...\n", {"x": (2,)}, header=before).text
    assert text.partition("def f")[0] == after


@pytest.mark.parametrize(
    ("header", "annotation"),
    [
        ("import torch as th\nimport jaxtyping as jt\n", 'jt.Float[th.Tensor, " n"]'),
        ("from torch import Tensor as T\nfrom jaxtyping import Float as F\n", 'F[T, " n"]'),
        ("import torch\nimport jaxtyping\nFloat = 3\n", 'jaxtyping.Float[torch.Tensor, " n"]'),
    ],
)
def test_names_that_the_module_has_are_used(header: str, annotation: str) -> None:
    text = annotated("def f(x): ...\n", {"x": (2,)}, header=header).text
    assert text == f"{header}def f(x: {annotation}): ...\n"


def test_a_name_that_means_something_else_is_left_alone() -> None:
    header = "import torch\nfrom sqlalchemy import Float\n"
    text = annotated("def f(x): ...\n", {"x": (2,)}, header=header).text
    assert 'def f(x: jaxtyping.Float[torch.Tensor, " n"])' in text
    assert "import jaxtyping\n" in text


def test_what_only_type_checkers_import_is_imported() -> None:
    header = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from torch import Tensor\n\n\n"
    text = annotated("def f(x: Tensor): ...\n", {"x": (2,)}, header=header).text
    assert text.startswith(
        "from typing import TYPE_CHECKING\n\nfrom jaxtyping import Float\nfrom torch import Tensor\n\nif TYPE_CHECKING:\n"
    )


SOURCE = """\
def f(  # why
    x,    # the input
    *,
    y = None,  # more
):
    return x;   # done
"""


def test_comments_and_formatting_are_kept() -> None:
    header = "import torch\nfrom jaxtyping import Float\n"
    text = annotated(SOURCE, {"x": (2, 3), "y": (2,), "return": (2, 3)}, header=header).text
    assert text == header + (
        "def f(  # why\n"
        '    x: Float[torch.Tensor, "n m"],    # the input\n'
        "    *,\n"
        '    y: Float[torch.Tensor, " k"] | None = None,  # more\n'
        ') -> Float[torch.Tensor, "p q"]:\n'
        "    return x;   # done\n"
    )


def test_line_ends_are_kept() -> None:
    header = "import torch\r\nfrom torch import nn\r\n"
    text = annotated("def f(x): ...\r\n", {"x": (2,)}, header=header).text
    assert text.count("\n") == text.count("\r\n") == 4


def test_a_second_time_changes_nothing() -> None:
    call = {"x": (2, 3), "y": [(2,), (4,)], "return": (2, 3)}
    once = annotated("def f(x, y): return x\n", call, header="import torch\n").text
    header, _, rest = once.partition("def f")
    again = annotated(f"def f{rest}", call, header=header)
    assert again.text == once
    assert not again.functions


def test_nothing_stands_before_what_changes_the_language() -> None:
    header = "from __future__ import annotations\nimport torch\nFloat = 3\n"
    text = annotated("def f(x): ...\n", {"x": (2,)}, header=header).text
    assert text.startswith("from __future__ import annotations\nimport jaxtyping\nimport torch\n")
