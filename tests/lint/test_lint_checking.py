"""`check` on one file's content. The engine is a fake that reports every `a @ b`, so that this layer is seen alone."""

import libcst as cst
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapeguard.lint import Operand, Settings, Span, check, engine
from shapeguard.lint.checking import checked
from shapeguard.lint.configuration import Configuration
from shapeguard.lint.engine import Analysis, Reported
from shapeguard.lint.parsing import parse
from shapeguard.lint.project import Folders, Syntax
from shapeguard.lint.repairs import Patch, Plan

HEAD = "import torch\n"
MULTILINE = HEAD + "x = f(\n    a\n    @ b,\n    c,\n)  {}\n"


def products(node: cst.CSTNode) -> list[cst.CSTNode]:
    found = [node] if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.MatrixMultiply) else []
    return found + [inner for child in node.children for inner in products(child)]


def fake(text: str, filename: str, settings: Settings, project: Folders) -> Analysis:
    tree = parse(text)
    nodes = products(tree)
    operands = (Operand("a", ("2",)), Operand("b", ("3",)))
    found = [
        Reported(
            "SHP202", "matmul-size", "error", "sizes differ", site, operands, (("left", len(nodes) + site),),
            "transpose", Plan((Patch(node, "instead", "b @ a"),), node, node, "fits", "unsafe"),
        )
        for site, node in enumerate(nodes)
    ]  # fmt: skip
    syntax = Syntax(tree, 0, [*nodes, *(node.left for node in nodes)])
    return Analysis(found, syntax=syntax, consulted={"/other.py": None})


@pytest.fixture(autouse=True)
def _fake_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "analyse", fake)


def found(text: str | bytes, filename: str = "/home/a.py", **options: object) -> list[tuple[str, int, int]]:
    given = {key.replace("_", "-"): value for key, value in options.items()}
    settings = Configuration(given, here="/work", isolated=True).settings("/work")
    source = text.encode() if isinstance(text, str) else text
    return [(finding.code, *finding.span.start) for finding in check(source, filename, settings)]


def test_a_finding_has_all_that_the_rule_said_and_positions() -> None:
    [finding] = check(f"{HEAD}y = 1; x = (a) @ b\n".encode(), "a.py", Settings())
    assert finding.code == "SHP202"
    assert finding.name == "matmul-size"
    assert finding.severity == "error"
    assert finding.message == "sizes differ"
    assert finding.filename == "a.py"
    assert finding.span == Span.at(2, 12, 7)
    assert finding.operands == (Operand("a", ("2",)), Operand("b", ("3",)))
    assert finding.help == "`b @ a` fits"
    [related] = finding.related
    assert (related.message, related.filename, related.span) == ("left", "a.py", Span.at(2, 13, 1))
    assert finding.fix is not None
    assert [(edit.span, edit.content) for edit in finding.fix.edits] == [(finding.span, "b @ a")]


def test_what_the_findings_depend_on_is_told() -> None:
    assert checked(HEAD.encode(), "a.py", Settings()).consulted == {"/other.py": None}
    assert checked(b"", "a.py", Settings()).consulted == {}


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}x = a @ b\n",
        f"\ufeff{HEAD}x = a @ b\n",
        f"# coding: latin-1\n{HEAD}ä = a @ b\n",
        "# coding: x\n" + HEAD + "a @ b",
    ],
)
def test_text_is_taken_as_it_is_whatever_encoding_it_declares(text: str) -> None:
    assert [finding.code for finding in check(text, "a.py", Settings())] == ["SHP202"]


def test_the_same_finding_is_given_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def twice(text: str, filename: str, settings: Settings, project: Folders) -> Analysis:
        analysis = fake(text, filename, settings, project)
        return analysis._replace(findings=[*analysis.findings, *analysis.findings])

    monkeypatch.setattr(engine, "analyse", twice)
    assert found(HEAD + "a @ b\n") == [("SHP202", 2, 1)]


def test_findings_are_in_the_order_of_their_places() -> None:
    assert found(HEAD + "f(a @ b @ c, d @ e)\n") == [("SHP202", 2, 3), ("SHP202", 2, 3), ("SHP202", 2, 14)]


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        ("", ""),
        ("x = a @ b\n", ""),  # no tensor library
        (HEAD + "x = a @ b\n", "SHP202"),
        ("\ufeff" + HEAD + "x = a @ b\n", "SHP202"),
        (HEAD + "x = (", "SHP001"),
        ("x = (", ""),
        (b"import torch\n\xff", "SHP002"),
        (b"import torch\n\0", "SHP002"),
        (HEAD + "x = " + "-" * 9999 + "1\n", "SHP005"),
        (HEAD + " " * 2_000_000, "SHP005"),
        (HEAD + "x = a @ b  # noqa: SHP202\n", ""),
        (HEAD + "x = a @ b  # shapeguard: ignore[matmul-size]\n", ""),
        (HEAD + "x = a @ b  # noqa: E501\n", "SHP202"),
        ("# shapeguard: ignore-file\n" + HEAD + "x = a @ b\n", ""),
        ("# shapeguard: ignore-file\n" + HEAD + "x = (", ""),
        ("# shapeguard: ignore-file[SHP1]\n" + HEAD + "x = a @ b\n", "SHP202"),
        (MULTILINE.format(""), "SHP202"),
        (MULTILINE.format("# noqa"), ""),
    ],
)
def test_what_is_found_in_a_source(source: str | bytes, codes: str) -> None:
    assert [code for code, *_ in found(source)] == codes.split()


@pytest.mark.parametrize(
    ("options", "is_found"),
    [
        ({"select": ["SHP2"]}, True),
        ({"select": ["SHP1"]}, False),
        ({"ignore": ["SHP202"]}, False),
        ({"ignore": ["matmul-size"]}, False),
        ({"per_file_ignores": {"a.py": ["SHP2"]}}, False),
        ({"per_file_ignores": {"b.py": ["SHP2"]}}, True),
        ({"per_file_ignores": {"!b.py": ["ALL"]}}, False),
    ],
)
def test_settings_choose(options: dict[str, object], is_found: bool) -> None:
    assert bool(found(HEAD + "x = a @ b\n", **options)) == is_found


def test_per_file_ignores_reach_files_that_are_named_relatively(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.chdir(str(tmp_path))
    settings = Configuration({"per-file-ignores": {"sub/a.py": ["SHP2"]}}, isolated=True).settings(str(tmp_path))
    source = f"{HEAD}x = a @ b\n".encode()
    assert check(source, "sub/a.py", settings) == []
    assert check(source, "a.py", settings) != []


def test_files_that_cannot_be_checked_are_reported_even_where_few_rules_are_selected() -> None:
    assert found(HEAD + "x = (", select=["SHP1"]) == [("SHP001", 2, 5)]
    assert found(HEAD + "x = (", ignore=["SHP001"]) == []


UNUSED = HEAD + "x = 1  # shapeguard: ignore[{}]\n"


@pytest.mark.parametrize(
    ("source", "options", "reported"),
    [
        (UNUSED.format("SHP202"), {"select": ["SHP", "SHP006"]}, True),
        (UNUSED.format("SHP202"), {"preview": True}, True),
        (UNUSED.format("SHP202"), {}, False),
        (UNUSED.format("SHP101"), {"select": ["SHP2", "SHP006"]}, False),  # nobody knows
        (HEAD + "x = a @ b  # shapeguard: ignore[SHP202]\n", {"preview": True}, False),
        (HEAD + "x = 1  # shapeguard: ignore\n", {"preview": True}, True),
        (HEAD + "# shapeguard: ignore-file[SHP202]\n", {"preview": True}, True),
        (HEAD + "x = 1  # noqa: SHP202\n", {"preview": True}, False),  # it may be meant for others
    ],
)
def test_suppressions_that_silence_nothing(source: str, options: dict[str, object], reported: bool) -> None:
    assert [code for code, *_ in found(source, **options)] == ["SHP006"] * reported


class TestInternalErrors:
    @pytest.fixture(autouse=True)
    def _broken_engine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(text: str, filename: str, settings: Settings, project: Folders) -> Analysis:
            if "deep" in filename:
                raise RecursionError
            if "partly" in filename:
                tree = parse(text)
                return Analysis([], [(0, KeyError("axis"))], Syntax(tree, 0, [tree.body[1]]))
            raise ValueError("no\nsuch axis")

        monkeypatch.setattr(engine, "analyse", broken)

    source = f"{HEAD}@wrapped\ndef forward(\n    x): pass\n".encode()

    def test_an_error_is_one_finding_on_one_line(self) -> None:
        [finding] = check(self.source, "a.py", Settings())
        assert (finding.code, finding.span.start) == ("SHP003", (1, 1))
        assert finding.message == "shapeguard failed here, with ValueError: no such axis"
        assert "run again with --debug" in (finding.help or "")

    def test_with_debug_the_traceback_is_the_help(self) -> None:
        [finding] = check(self.source, "a.py", Settings(debug=True))
        assert "Traceback (most recent call last)" in (finding.help or "")
        assert "in broken" in (finding.help or "")

    def test_an_error_in_one_function_is_reported_at_its_name(self) -> None:
        [finding] = check(self.source, "partly.py", Settings())
        assert (finding.code, finding.span) == ("SHP003", Span.at(3, 5, 7))

    def test_an_expression_that_is_too_deep_is_no_internal_error(self) -> None:
        assert [finding.code for finding in check(self.source, "deep.py", Settings())] == ["SHP005"]

    @pytest.mark.parametrize(("error", "settled"), [(ValueError(), True), (MemoryError(), False), (OSError(), False)])
    def test_only_errors_of_the_moment_are_tried_again(
        self, monkeypatch: pytest.MonkeyPatch, error: Exception, settled: bool
    ) -> None:
        def failing(*_: object) -> Analysis:
            raise error

        monkeypatch.setattr(engine, "analyse", failing)
        assert checked(self.source, "a.py", Settings()).settled == settled

    def test_it_can_be_silenced(self) -> None:
        assert check(self.source.replace(b"torch\n", b"torch  # noqa: SHP003\n", 1), "a.py", Settings()) == []


PIECES = [
    "a @ b",
    "(",
    ")",
    "\n",
    "# noqa",
    "# shapeguard: ignore",
    "import torch\n",
    "'",
    '"""',
    "\xff",
    "\0",
    "\t",
    ":",
    "\x0c",
]


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.sampled_from(PIECES), max_size=12).map(lambda pieces: "".join(pieces).encode("latin-1")) | st.binary()
)
def test_nothing_that_is_wrong_with_a_file_raises(source: bytes) -> None:
    for finding in check(b"import torch\n" + source, "a.py", Settings()):
        assert finding.code in {"SHP001", "SHP002", "SHP202"}
