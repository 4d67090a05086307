"""Fixes: what they make of a source, and what they leave alone."""

import ast
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapeguard.lint import Diagnostic, Edit, Position, Settings, Span, check
from shapeguard.lint import fixing as fixing_module
from shapeguard.lint.edits import Rows, edited
from shapeguard.lint.files import File, read
from shapeguard.lint.fixing import fixed, is_mended
from shapeguard.lint.mending import mend

HEAD = """\
import torch
from torch import nn
from torch.nn import functional as F

column, row, table = torch.randn(7, 1), torch.randn(7), torch.randn(7, 9)
"""


def mended(source: str, head: str = HEAD) -> str:
    """What becomes of the lines after the head."""
    after = fixed((head + source).encode(), "a.py", Settings(), unsafe=True).content.decode()
    assert after.startswith(head)
    return after.removeprefix(head)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        # operators
        ("x = column - row", "x = column.squeeze(-1) - row"),
        ("x = row > column", "x = row > column.squeeze(-1)"),
        ("x = row - column * 2", "x = row - (column * 2).squeeze(-1)"),
        ("x = row - (column * 2)", "x = row - (column * 2).squeeze(-1)"),
        ("x = row - ((-column))", "x = row - ((-column)).squeeze(-1)"),
        ("x = row - table[:, :1]", "x = row - table[:, :1].squeeze(-1)"),
        ("x = row * table", "x = row * table"),  # 7 and 9 do not fit, whatever was meant
        # functions and methods
        ("x = torch.sub(row, column)", "x = torch.sub(row, column.squeeze(-1))"),
        ("x = row.sub(column)", "x = row.sub(column.squeeze(-1))"),
        ("x = column.sub(row)", "x = column.squeeze(-1).sub(row)"),
        ("x = torch.sub(input=row, other=column)", "x = torch.sub(input=row, other=column.squeeze(-1))"),
        ("x = F.mse_loss(column, row)", "x = F.mse_loss(column.squeeze(-1), row)"),
        ("x = F.mse_loss(target=column, input=row)", "x = F.mse_loss(target=column.squeeze(-1), input=row)"),
        ("x = nn.MSELoss()(column, row)", "x = nn.MSELoss()(column.squeeze(-1), row)"),
        # nobody knows which of them it is
        ("x = torch.where(row > 0, column, row)", "x = torch.where(row > 0, column, row)"),
        ("x = torch.sub(*(column, row))", "x = torch.sub(*(column, row))"),
        ("both = (column, row)\nx = F.mse_loss(*both)", "both = (column, row)\nx = F.mse_loss(*both)"),
        # arguments
        ("x = table.sum(1, keepdim=True).squeeze(0)", "x = table.sum(1, keepdim=True).squeeze(1)"),
        ("x = table[:, :1].squeeze(dim=-2)", "x = table[:, :1].squeeze(dim=-1)"),
        ("x = torch.squeeze(column, 0)", "x = torch.squeeze(column, 1)"),
        # statements
        ("table.clamp(min=0)", "table = table.clamp(min=0)"),
        ("if row.sum():\n    table.relu()", "if row.sum():\n    table = table.relu()"),
        ("table[0].clamp(min=0)", "table[0].clamp(min=0)"),
        ("def f():\n    table.clamp(min=0)", "def f():\n    table.clamp(min=0)"),  # it belongs to the module
        ("def f():\n    own = table + 1\n    own.abs()", "def f():\n    own = table + 1\n    own = own.abs()"),
        # methods
        (
            "x = torch.ones(2, 3, 4).contiguous().transpose(0, 1).view(3, -1)",
            "x = torch.ones(2, 3, 4).contiguous().transpose(0, 1).reshape(3, -1)",
        ),
        (
            "y = torch.ones(2, 3, 4).contiguous().transpose(0, 1)\nsizes = 3, 8\nx = y.view(*sizes)",
            "y = torch.ones(2, 3, 4).contiguous().transpose(0, 1)\nsizes = 3, 8\nx = y.reshape(*sizes)",
        ),
        # what surrounds it
        ("x = (\n    row\n    - column  # why\n)", "x = (\n    row\n    - column.squeeze(-1)  # why\n)"),
        ("x = row - (\n\tcolumn  # c\n\t* 2\n)", "x = row - (\n\tcolumn  # c\n\t* 2\n).squeeze(-1)"),
        ("x = row \\\n  - column", "x = row \\\n  - column.squeeze(-1)"),
        ("x = row - column; y = 'é' ;z = 1", "x = row - column.squeeze(-1); y = 'é' ;z = 1"),
        ("x = 'é', row - column", "x = 'é', row - column.squeeze(-1)"),
        ("x = row - column\r\ny = 1\rz = 2\n", "x = row - column.squeeze(-1)\r\ny = 1\rz = 2\n"),
        ("\x0cx = row - column\n", "\x0cx = row - column\n"),  # libcst loses it, and count
        # several, beside and within each other
        ("x = row - column, row + column", "x = row - column.squeeze(-1), row + column.squeeze(-1)"),
        ("x = row - column - column", "x = row - column.squeeze(-1) - column.squeeze(-1)"),
        # silenced
        ("x = row - column  # noqa: SHP101", "x = row - column  # noqa: SHP101"),
        ("x = row - column  # shapeguard: ignore", "x = row - column  # shapeguard: ignore"),
    ],
)
def test_what_a_fix_makes_of_a_line(source: str, expected: str) -> None:
    assert mended(source) == expected


@pytest.mark.parametrize(
    ("content", "expected"), [(".squeeze(-1)", True), ("", False), (".clone()", False), (".squeeze(", False)]
)
def test_a_fix_is_known_to_mend_its_finding(content: str, expected: bool) -> None:
    text = f"{HEAD}x = row - column\n"
    [finding] = check(text, "a.py", Settings())
    assert finding.fix is not None
    fix = finding.fix._replace(edits=tuple(edit._replace(content=content) for edit in finding.fix.edits))
    assert is_mended(text, finding._replace(fix=fix), "a.py", Settings()) == expected
    assert not is_mended(text, finding._replace(fix=None), "a.py", Settings())


def test_squeeze_gets_its_axis() -> None:
    source = "def f(x: torch.Tensor):\n    n, d = x.shape\n    return {}\n"
    for before, after in [
        ("x[:, :1].squeeze()", "x[:, :1].squeeze(-1)"),
        ("torch.squeeze(x[:, :1])", "torch.squeeze(x[:, :1], -1)"),
        ("torch.squeeze(\n        x[:, :1],\n    )", "torch.squeeze(\n        x[:, :1], -1,\n    )"),
        ("torch.squeeze(input=x[:, :1])", "torch.squeeze(input=x[:, :1], dim=-1)"),
        ("x[:, :1].squeeze(  # why\n    )", "x[:, :1].squeeze(  # why\n    -1)"),
        ("x[:, None, :1].squeeze()", "x[:, None, :1].squeeze((-2, -1))"),
    ]:
        assert mended(source.format(before)) == source.format(after)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1  # shapeguard: ignore[SHP101]\ny = 2\n", "x = 1\ny = 2\n"),
        ("x = 1  # shapeguard: ignore  \r\ny = 2", "x = 1\r\ny = 2"),
        ("x = 1  # shapeguard: ignore", "x = 1"),
        ("# shapeguard: ignore-file[SHP101]\nx = 1\n", "x = 1\n"),
        ("if row:\n    # shapeguard: ignore\n    pass\n", "if row:\n    pass\n"),
        ("x = 1  # why  # shapeguard: ignore\n", "x = 1  # why\n"),
        ("x = 1  # shapeguard: ignore  # why\n", "x = 1  # why\n"),
        (
            "x = 1  # shapeguard: ignore[SHP101] as it is meant\n",
            "x = 1  # shapeguard: ignore[SHP101] as it is meant\n",
        ),
        ("x = row - column  # shapeguard: ignore\n", "x = row - column  # shapeguard: ignore\n"),
        ("x = row - column  # shapeguard: ignore[SHP201]\n", "x = row - column\n"),
    ],
)
def test_comments_that_suppress_nothing_are_removed(source: str, expected: str) -> None:
    after = fixed((HEAD + source).encode(), "a.py", Settings(preview=True), unsafe=False)
    assert after.content.decode() == HEAD + expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return x + torch.ones(1, 99, d)[:, n]", "return x + torch.ones(1, 99, d)[:, :n]"),
        ("e = torch.ones(1, 99, d)[:, n]\n    return x + e", "e = torch.ones(1, 99, d)[:, n]\n    return x + e"),
    ],
)
def test_an_entry_becomes_a_slice_where_it_is_taken(body: str, expected: str) -> None:
    head = "def f(x: torch.Tensor):\n    b, n, d = x.shape\n    "
    assert [each.code for each in check((HEAD + head + body).encode(), "a.py", Settings())] == ["SHP106"]
    assert mended(head + body) == head + expected


def test_what_holds_for_one_call_only_is_left_alone() -> None:
    source = "def f(x, y):\n    return x - y\n\nf(column, row)\n"
    [found] = check((HEAD + source).encode(), "a.py", Settings())
    assert found.help == "`x.squeeze(-1)` gives both the shape (7,)"
    assert mended(source) == source


LINE = "x = row - column  # é\n"


@pytest.mark.parametrize(
    ("mark", "declaration", "encoding"),
    [
        (b"", "", "utf-8"),
        (b"\xef\xbb\xbf", "", "utf-8"),
        (b"", "# -*- coding: latin-1 -*-\n", "latin-1"),
        (b"", "#!/bin/python\n# coding: cp1252\n", "cp1252"),
        (b"\xef\xbb\xbf", "# coding: utf-8\n", "utf-8"),
    ],
)
def test_encodings_stay(mark: bytes, declaration: str, encoding: str) -> None:
    before = mark + (declaration + HEAD + LINE).encode(encoding)
    after = fixed(before, "a.py", Settings(), unsafe=True).content
    assert after == before.replace(b"- column", b"- column.squeeze(-1)")


def test_what_could_not_be_written_as_it_was_is_left_alone() -> None:
    source = b"# coding: utf-7\n" + (HEAD + "x = row - column  # +ZeVnLA-\n").encode()
    assert fixed(source, "a.py", Settings(), unsafe=True).content == source


SPANS = st.builds(lambda row, a, b: Span(Position(row, a), Position(row, max(a, b))), *[st.integers(1, 9)] * 3)


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_whatever_edits_are_made_the_rest_stays(data: st.DataObject) -> None:
    text = data.draw(st.text(st.sampled_from("ab é\t\n\r\x0c\u2028'#"), max_size=60))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    rows = Rows(text)
    places = {rows.offset(place): place for place in _places(text)}
    ranges = [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False) if a in places and b in places]
    contents = [data.draw(st.text(max_size=3)) for _ in ranges]
    edits = [Edit(Span(places[a], places[b]), new) for (a, b), new in zip(ranges, contents, strict=True)]
    expected, at = "", 0
    for (a, b), new in zip(ranges, contents, strict=True):
        expected, at = expected + text[at:a] + new, b
    if len({a for a, _ in ranges}) == len(ranges):
        assert edited(text, data.draw(st.permutations(edits)), rows) == expected + text[at:]


def _places(text: str) -> list[Position]:
    """The positions of the characters of a text, and of its end."""
    places, row, column = [], 1, 1
    for index, character in enumerate(text):
        places.append(Position(row, column))
        ends = character == "\n" or (character == "\r" and text[index + 1 : index + 2] != "\n")
        row, column = (row + 1, 1) if ends else (row, column + 1)
    return [*places, Position(row, column)]


STATEMENTS = st.sampled_from(
    [
        "x = row - column",
        "F.mse_loss(column, row)  # é",
        "table.clamp(0)",
        "y = [\n  row > column,\n]",
        "z = 1;w = 2",
        "",
    ]
)


@settings(deadline=None, max_examples=15)
@given(st.lists(STATEMENTS, max_size=4), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_a_mended_file_parses_has_no_such_finding_and_stays_as_it_is(
    lines: list[str], end: str, in_function: bool
) -> None:
    indent = "\t" if in_function else ""
    body = "".join(f"{indent}{line}\n" for text in lines for line in text.split("\n"))
    source = (HEAD + ("def f(table: torch.Tensor):\n\tpass\n" if in_function else "") + body).replace("\n", end)
    after = fixed(source.encode(), "a.py", Settings(), unsafe=True)
    ast.parse(after.content)
    assert after.remaining == []
    assert fixed(after.content, "a.py", Settings(), unsafe=True) == (after.content, [], [])
    kept = after.content.decode().replace(".squeeze(-1)", "").replace("table = table.", "table.")
    assert kept == source


def _bad(monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    """Let every fix write this."""

    def spoiled(*arguments: object) -> list[Diagnostic]:
        found = check(*arguments)  # type: ignore[arg-type]
        return [
            item._replace(fix=item.fix._replace(edits=(Edit(item.span, content),))) if item.fix else item
            for item in found
        ]

    monkeypatch.setattr(fixing_module, "check", spoiled)


@pytest.mark.parametrize("content", ["row - (", "row - column"], ids=["does not parse", "mends nothing"])
def test_a_fix_that_is_wrong_is_taken_back(monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    source = (HEAD + "x = row - column\n").encode()
    _bad(monkeypatch, content)
    after = fixed(source, "a.py", Settings(), unsafe=True)
    assert (after.content, after.mended, len(after.remaining)) == (source, [], 1)


@pytest.fixture
def file(tmp_path: Path) -> File:
    path = tmp_path / "a.py"
    path.write_text(HEAD + "x = row - column\n")
    path.chmod(0o754)
    return File(str(path), Settings())


def found(file: File) -> list[Diagnostic]:
    return check(read(file.path), file.path, file.settings)


def test_files_are_replaced_whole_and_keep_their_permissions(file: File) -> None:
    path = Path(file.path)
    link = path.with_name("link.py")
    link.symlink_to(path)
    linked = File(str(link), file.settings)
    done = mend([linked], lambda: found(linked), unsafe=True)
    assert (len(done.mended), done.remaining, done.problems) == (1, [], [])
    assert path.read_text().endswith("x = row - column.squeeze(-1)\n")
    assert path.stat().st_mode & 0o777 == 0o754
    assert link.is_symlink()
    assert sorted(each.name for each in path.parent.iterdir()) == ["a.py", "link.py"]


def test_safe_fixes_alone_change_nothing_here(file: File) -> None:
    before = Path(file.path).stat().st_mtime_ns
    assert len(mend([file], lambda: found(file), unsafe=False).remaining) == 1
    assert Path(file.path).stat().st_mtime_ns == before


def test_a_read_only_file_is_left_alone(file: File, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shapeguard.lint.files.os.access", lambda *_: False)
    done = mend([file], lambda: found(file), unsafe=True)
    assert done.problems == [f"{file.path}: is left as it is: the file is read-only"]
    assert (done.mended, len(done.remaining)) == ([], 1)


def test_a_file_that_changes_meanwhile_is_left_alone(file: File, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = [read(file.path), b"import torch\n"]
    monkeypatch.setattr("shapeguard.lint.mending.read", lambda _: contents.pop(0))
    done = mend([file], lambda: found(file), unsafe=True)
    [problem] = done.problems
    assert "it has changed while it was being checked; run again" in problem
    assert b"squeeze" not in read(file.path)


def test_files_that_import_what_was_mended_are_checked_again(tmp_path: Path) -> None:
    library, program = tmp_path / "library.py", tmp_path / "program.py"
    library.write_text(HEAD + "gap = row - column\n")
    program.write_text("import torch\nfrom library import column, gap\n\nx = gap - column\n")
    files = [File(str(path), Settings()) for path in (library, program)]
    done = mend(files, lambda: [each for file in files for each in found(file)], unsafe=True)
    assert done.remaining == []
    assert program.read_text().endswith("x = gap - column.squeeze(-1)\n")
