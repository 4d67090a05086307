"""Notebooks: what of their cells is code, where findings are, and what becomes of the file when they are mended."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapeguard.lint import Edit, Position, Settings, Span, check
from shapeguard.lint.files import MOST_NOTEBOOK_BYTES
from shapeguard.lint.fixing import fixed
from shapeguard.lint.notebooks import notebook
from shapeguard.lint.notebooks.magics import plain

HEAD = "import torch\ncolumn, row, table = torch.randn(7, 1), torch.randn(7), torch.randn(7, 9)"


def cell(source: object, kind: str = "code", **metadata: object) -> dict[str, object]:
    return {"cell_type": kind, "metadata": metadata, "source": source}


def written(*cells: object, indent: int | None = 1, **others: object) -> bytes:
    """A notebook, as Jupyter writes it; a cell may be given by its source."""
    whole = [cell(each.splitlines(keepends=True)) if isinstance(each, str) else each for each in cells]
    document = {"cells": whole, "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | others
    return json.dumps(document, indent=indent, ensure_ascii=False).encode()


def found(content: bytes, *, select: str = "") -> list[str]:
    """Places and codes of what is found."""
    from shapeguard.lint.configuration import Configuration

    chosen = Configuration({"extend-select": [select]} if select else {}, here="/work", isolated=True).settings("/work")
    findings = check(content, "/work/a.ipynb", chosen)
    places = notebook(content).places
    return [f"{places.place(finding.span)}: {finding.code}" for finding in findings]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # magics, shell lines and help
        ("%matplotlib inline", "0                 "),
        ("!pip install torch\nx = 1", "0                 \nx = 1"),
        ("!!ls", "0   "),
        ("!cp a \\\n   b\nx", "0      \n    \nx"),
        ("if x:\n    !ls\n    y = 1\r\n", "if x:\n    0  \n    y = 1\r\n"),
        ("files = !ls *.pt", "files = __      "),
        ("a, b.c = %sx ls", "a, b.c = __    "),
        ("?torch", "0     "),
        ("torch.nn?", "0        "),
        ("torch.nn??  # what is it", "0                       "),
        ("/print 1", "0       "),
        ("pip install torch", "0                "),
        ("cd ../data", "0         "),
        ("%time x = f(\n    y)", "0;    x = f(\n    y)"),
        ("%time for x in y: z(x)", "0                     "),
        ("%timeit f(x)", "0           "),
        # what looks like that and is Python
        ("x = a\\\n% b", "x = a\\\n% b"),
        ("x = (a\n% b)", "x = (a\n% b)"),
        ("x = '''\n%matplotlib\n!ls\n'''", "x = '''\n%matplotlib\n!ls\n'''"),
        ("x = 'what?'", "x = 'what?'"),
        ("x = y  # why?", "x = y  # why?"),
        ("x = 'a' % b", "x = 'a' % b"),
        ("x %= y", "x %= y"),
        ("x != y", "x != y"),
        ("f(x=1, y='!')", "f(x=1, y='!')"),
        ("pip = 1\npip - 1\ncat in x", "pip = 1\npip - 1\ncat in x"),
        ("f'{x!r}'", "f'{x!r}'"),
    ],
)
def test_what_only_ipython_reads_is_blanked_in_its_place(source: str, expected: str) -> None:
    assert plain(source) == expected
    assert len(expected) == len(source)


BROADCAST = "column - row"
CASES: dict[str, tuple[list[object], list[str]]] = {
    "names flow from cell to cell, and cells without code count": (
        [cell("# Title", "markdown"), HEAD, f"\nx = {BROADCAST}\n", f"y = 2 * ({BROADCAST})"],
        ["cell 3:2:5: SHP101", "cell 4:1:10: SHP101"],
    ),
    "source is one string, or several lines of one": (
        [cell(HEAD), cell(["x = 1\ny", " = 2\nz = ", BROADCAST])],
        ["cell 2:3:5: SHP101"],
    ),
    "rows hold below magics": (
        [HEAD, f"%matplotlib inline\n!ls \\\n  here\nx = !ls\nx = {BROADCAST}"],
        ["cell 2:5:5: SHP101"],
    ),
    "some cell magics run the cell as it is": ([HEAD, f"\n%%time\nx = {BROADCAST}"], ["cell 2:3:5: SHP101"]),
    "others run something else": (
        [HEAD, f"%%writefile a.py\nx = {BROADCAST}", f"%%bash\n{BROADCAST}", f"x = {BROADCAST}"],
        ["cell 4:1:5: SHP101"],
    ),
    "nobody knows what an unknown one does with names": (
        [HEAD, "%%unheard of\nrow = torch.zeros(7, 1)\n", BROADCAST.replace("row", "table"), BROADCAST],
        [],
    ),
    "a cell that is no Python does not hide the others": (
        [HEAD, "x = 1\nprint 'old'\n", f"x = {BROADCAST}", "y = (", "z = 1"],
        ["cell 2:2:1: SHP001", "cell 3:1:5: SHP101", "cell 4:1:5: SHP001"],
    ),
    "its names are not known any more, its imports are": (
        ["import torch\ncolumn = torch.randn(7, 1)", "import torch\nprint 1\nrow = torch.randn(7)\nfor column in x: pass",
         "x = torch.randn(7) - column", "y = torch.randn(7) - torch.randn(7, 1)"],
        ["cell 2:2:1: SHP001", "cell 4:1:5: SHP101"],
    ),
    "what it may do to objects is not known either": (
        [HEAD, "from torch import nn\nlayer = nn.Linear(9, 4)\nlayer(table) @ table", "layer.weight = nn.Parameter(table)\nprint 1",
         "torch.no_grad()\nlayer(table) @ table", "table @ table"],
        ["cell 2:3:1: SHP202", "cell 3:2:1: SHP001", "cell 5:1:1: SHP202"],
    ),
    "a cell may be indented": ([HEAD, f"  x = {BROADCAST}\n  y = 1", "z = 1"], ["cell 2:1:7: SHP101"]),
    "a cell may await": ([HEAD, f"await x\nx = {BROADCAST}"], ["cell 2:2:5: SHP101"]),
    "what a cell shows at its end is not thrown away": (
        [HEAD, "row.clamp(min=0)\nrow.clamp(min=1)", "row.clamp(\n    min=1\n)  # look\n# so\n", "row.clamp(min=1);",
         "if True:\n    row.clamp(min=1)"],
        ["cell 2:1:1: SHP404", "cell 5:2:5: SHP404"],
    ),
    "a cell may be there to raise": (
        [HEAD, cell("table @ table", tags=["raises-exception"]), cell("table @ table", tags=["x"])],
        ["cell 3:1:1: SHP202"],
    ),
    "comments silence": (
        [HEAD, f"x = {BROADCAST}  # shapeguard: ignore[SHP101]", f"%%time\nx = (\n{BROADCAST}\n)  # noqa"],
        [],
    ),
    "one for the whole notebook": (["# shapeguard: ignore-file", HEAD, f"x = {BROADCAST}"], []),
    "cells without code": ([HEAD, "", "\n\n", "# no code", cell([]), cell(None), cell(3), 5, BROADCAST], ["cell 9:1:1: SHP101"]),
    "line ends, and characters that end no line": (
        [HEAD, f"a = '\u2028\x0c\x1d'\r\nx = {BROADCAST}\r\n", f"x = {BROADCAST}"],
        ["cell 2:2:5: SHP101", "cell 3:1:5: SHP101"],
    ),
    "what no text may hold": (
        [HEAD, "a = '\ud800'", "b = '\0'", f"x = {BROADCAST}"],
        ["cell 2:1:1: SHP001", "cell 4:1:5: SHP101"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "expected"), CASES.values(), ids=CASES)
def test_findings(cells: list[object], expected: list[str]) -> None:
    content = json.dumps(json.loads(written(*map(_without_surrogates, cells)))).encode()
    assert found(content.replace(b"SURROGATE", rb"\ud800")) == expected


def _without_surrogates(each: object) -> object:
    return each.replace("\ud800", "SURROGATE") if isinstance(each, str) else each


@pytest.mark.parametrize("language", ["python", "ipython", "julia", "R"])
def test_only_python_is_read(language: str) -> None:
    for metadata in ({"kernelspec": {"language": language}}, {"language_info": {"name": language}}):
        expected = ["cell 1:3:1: SHP101"] if "python" in language else []
        assert found(written(f"{HEAD}\n{BROADCAST}", metadata=metadata)) == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"cells": [torch', "the file is not valid JSON: expecting value"),
        (b'{"cells": [],} torch', "the file is not valid JSON: illegal trailing comma"),
        (b'{"cells" "torch"}', "the file is not valid JSON: expecting ':' delimiter"),
        (b'{3: "torch"}', "the file is not valid JSON: expecting property name enclosed in double quotes"),
        (b'["torch"]', "the file is no notebook: its JSON is no object"),
        (b'{"torch": 1}', "the file is no notebook: it has no cells"),
        (b'{"cells": "torch"}', "the file is no notebook: it has no cells"),
        (b'{"nbformat": 3, "worksheets": ["torch"]}', "the file is a notebook of format 3, which is not read; save it anew with Jupyter"),
        (b"\xff torch", "the file is not utf-8: cannot decode byte 0xff; save it as UTF-8"),
    ],
)  # fmt: skip
def test_what_is_no_notebook_is_said_once(content: bytes, message: str) -> None:
    [finding] = check(content, "a.ipynb", Settings())
    assert (finding.code, finding.message) == ("SHP002", message)


def test_what_is_too_much() -> None:
    [deep] = check(b'{"torch": ' + b"[" * 200_000, "a.ipynb", Settings())
    [large] = check(b" torch" + b" " * MOST_NOTEBOOK_BYTES, "a.ipynb", Settings())
    assert {deep.code, large.code} == {"SHP005"}
    assert large.message == "the file is larger than 20 MB"


def test_outputs_are_not_code() -> None:
    assert found(written(cell("# torch", "markdown"), cell("x = (", outputs=["torch"]))) == []


# -- fixes ---------------------------------------------------------------------------------------------------------

MENDED = BROADCAST.replace("column", "column.squeeze(-1)")


@pytest.mark.parametrize(
    "source",
    [
        [f"x = {BROADCAST}"],
        ["# Grüße 😀\n", f"x = {BROADCAST}  # 'quoted \"twice\"' \\ \t\n", "y = 1"],
        f"x = {BROADCAST}",
        [f"s = '😀'; x = {BROADCAST}"],
        ["x = col", "umn - row"],
    ],
)
@pytest.mark.parametrize("indent", [1, 4, None])
def test_nothing_but_the_characters_of_a_fix_changes(source: object, indent: int | None) -> None:
    outputs = [{"text": ["1.0 \u00e9 \\u00e9"], "n": 1.50}]
    content = written(HEAD, cell(source) | {"outputs": outputs, "id": "a"}, indent=indent, zzz=1e5) + b"\n"
    after = fixed(content, "a.ipynb", Settings(), unsafe=True)
    assert len(after.mended) == 1
    assert after.content == content.replace(b"umn - row", b"umn.squeeze(-1) - row")
    assert fixed(after.content, "a.ipynb", Settings(), unsafe=True).content == after.content


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_escapes_and_the_byte_order_mark_stay(mark: bytes) -> None:
    document = {"cells": [cell(HEAD), cell(f"s = 'é😀'; x = {BROADCAST}")], "nbformat": 4}
    content = mark + json.dumps(document).replace("column -", r"\u0063olumn \u002d").encode()
    assert rb"\ud83d\ude00" in content
    after = fixed(content, "a.ipynb", Settings(), unsafe=True).content
    assert after == content.replace(rb"\u0063olumn ", rb"\u0063olumn.squeeze(-1) ")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["x = 1  # shapeguard: ignore\n", "y = 2"], ["x = 1\n", "y = 2"]),
        (["# shapeguard: ignore\n", "y = 2"], ["y = 2"]),
        (["x = 1\n", "# shapeguard: ignore\n", "y = 2"], ["x = 1\n", "y = 2"]),
        (["x = 1\n", "# shapeguard: ignore"], ["x = 1\n"]),
        (["# shapeguard: ignore"], [""]),
        (["# shapeguard: ignore\n", "x = 1\n", "# shapeguard: ignore"], ["x = 1\n"]),
    ],
)
def test_lines_that_are_removed_leave_nothing_behind(lines: list[str], expected: list[str]) -> None:
    from shapeguard.lint.configuration import Configuration

    chosen = Configuration({"extend-select": ["SHP006"]}, isolated=True).settings("/")
    after = fixed(written(HEAD, cell(lines), "z = 1"), "/a.ipynb", chosen, unsafe=False).content
    assert after == written(HEAD, cell(expected), "z = 1")


def test_cells_that_cannot_be_read_are_no_hindrance() -> None:
    content = written(HEAD, "print 1", f"x = {BROADCAST}")
    after = fixed(content, "a.ipynb", Settings(), unsafe=True)
    assert after.content == content.replace(b"column - row", MENDED.encode())
    assert [finding.code for finding in after.remaining] == ["SHP001"]


# -- places --------------------------------------------------------------------------------------------------------

TEXT = st.text(st.sampled_from('ab\n\t"\\ é😀\r\u2028\x7f'), max_size=12)


@settings(max_examples=200)
@given(cells=st.lists(st.lists(TEXT, max_size=4), max_size=4), ascii_only=st.booleans())
def test_every_character_of_the_code_has_its_place_in_the_file(cells: list[list[str]], ascii_only: bool) -> None:
    raw = json.dumps({"cells": [cell(lines) for lines in cells]}, ensure_ascii=ascii_only, indent=2)
    opened = notebook(raw.encode())
    rows = raw.split("\n")
    for number, text in opened.places.texts().items():
        for row, line in enumerate(re.split(r"\r\n?|\n", text), start=1):
            above = opened.places.row(number, row)
            assert above is not None
            for column, character in enumerate(line, start=1):
                span = Span.at(above, column, 1)
                assert opened.places.place(span) == (number, Span.at(row, column, 1))
                start = opened.places.stored(span).start
                escaped = json.dumps(character, ensure_ascii=ascii_only)[1:-1]
                assert rows[start.row - 1][start.column - 1 :].startswith(escaped)


def test_an_edit_may_reach_over_several_strings() -> None:
    opened = notebook(written(cell(["abc\n", "def\n", "ghi"]), "jkl", indent=None))
    after = opened.written([Edit(Span(Position(1, 2), Position(3, 2)), 'X"')])
    assert after == written(cell(['aX"', "hi"]), "jkl", indent=None)
    after = opened.written([Edit(Span(Position(3, 3), Position(4, 2)), "")])
    assert after == written(cell(["abc\n", "def\n", "gh"]), "kl", indent=None)


@settings(max_examples=150)
@given(st.data())
def test_no_content_is_a_crash(data: st.DataObject) -> None:
    content = written(cell("# a", "markdown"), HEAD, f"%%time\nx = {BROADCAST}", "y = (", cell([]))
    at = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(at, min(len(content), at + 20)))
    put = data.draw(st.sampled_from([b"", b'"', b"{", b"[", b",", b"null", b"\\", b"\xff", b"%", b"\n", b'"source":']))
    for finding in check(content[:at] + put + content[end:], "a.ipynb", Settings()):
        assert finding.code != "SHP003"


# -- around --------------------------------------------------------------------------------------------------------


def test_a_notebook_imports_the_files_beside_it(tmp_path: Path) -> None:
    (tmp_path / "data.py").write_text("import torch\n\ndef load():\n    return torch.randn(7, 1)\n")
    content = written("import torch\nfrom data import load", "x = load() - torch.randn(7)")
    [finding] = check(content, str(tmp_path / "a.ipynb"), Settings())
    assert finding.code == "SHP101"
