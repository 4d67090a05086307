"""What a file takes from other files of its project, given as plain text here."""

import libcst as cst

from shapeguard.interpreter import analyse, ir
from shapeguard.interpreter.lower import lower


class Sources:
    """A project whose files are `name.py` in one folder."""

    def __init__(self, **texts: str) -> None:
        self.texts = texts

    def find(self, _importer: str, module: str) -> str | None:
        name = module.lstrip(".")
        return name if name in self.texts else None

    def module(self, path: str) -> ir.Module | None:
        return lower(cst.parse_module(self.texts[path]), path, 1 << 24)[0]


def rows(source: str, **texts: str) -> dict[str, str]:
    analysis = analyse(cst.parse_module(source), "main", project=Sources(**texts))
    assert not analysis.failures, analysis.failures
    return {row.name: str(row.shape) for row in analysis.rows}


def test_an_imported_function_sees_what_its_own_file_imports() -> None:
    helpers = "import torch as t\ndef grid(n):\n    return t.zeros(n, 2)\n"
    found = rows("from helpers import grid\ndef f(n):\n    z = grid(n)\n", helpers=helpers)
    assert found["z"] == "(n, 2)"


def test_the_last_binding_of_an_imported_name_counts() -> None:
    helpers = "import torch\nwidth = 2\nwidth = 3\ndef grid(n):\n    return torch.zeros(n, width)\n"
    found = rows("from helpers import grid\ndef f(n):\n    z = grid(n)\n", helpers=helpers)
    assert found["z"] == "(n, width)"


def test_files_that_import_each_other_as_a_whole() -> None:
    texts = {name: "".join(f"from {other} import *\n" for other in "abcdefgh" if other != name) for name in "abcdefgh"}
    texts["h"] += "def grid(n):\n    return torch.zeros(n, 2)\nimport torch\n"
    source = "from a import *\nfrom a import grid, missing\ndef f(n):\n    z = grid(n)\n    y = missing(z)\n"
    found = rows(source, **texts)
    assert (found["z"], found["y"]) == ("(n, 2)", "None")


def test_files_are_read_when_a_name_of_theirs_is_used() -> None:
    class Watched(Sources):
        def module(self, path: str) -> ir.Module | None:
            read.append(path)
            return super().module(path)

    read: list[str] = []
    source = "from a import f\nfrom b import g\nimport c\ndef h(n):\n    z = g(n)\n"
    project = Watched(a="f = 1\n", b="def g(n):\n    return n\n", c="")
    assert not analyse(cst.parse_module(source), "main", project=project).failures
    assert read == ["b"]


def test_what_is_imported_for_type_checking_is_what_is_meant() -> None:
    package = (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from helpers import grid\nelse:\n    grid = load()\n"
    )
    helpers = "import torch\ndef grid(n):\n    return torch.zeros(n, 2)\n"
    found = rows("from package import grid\ndef f(n):\n    z = grid(n)\n", package=package, helpers=helpers)
    assert found["z"] == "(n, 2)"


def test_an_object_made_in_another_file_keeps_what_it_was_made_with() -> None:
    shared = """
import torch
class Table:
    def __init__(self, width):
        self.width = width
    def row(self):
        return torch.zeros(1, self.width)
TABLE = Table(12)
"""
    assert rows("from shared import TABLE\ndef f():\n    z = TABLE.row()\n", shared=shared)["z"] == "(1, 12)"


def test_what_a_constructor_of_another_file_does_is_told_there() -> None:
    helpers = (
        "import torch\nclass Base:\n    def __init__(self):\n        self.x = torch.zeros(2, 3) @ torch.zeros(2, 3)\n"
    )
    source = "from helpers import Base\nclass Own(Base):\n    def f(self):\n        return self.x\n"
    assert not analyse(cst.parse_module(source), "main", project=Sources(helpers=helpers)).reports
