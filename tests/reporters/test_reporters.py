import json
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_findings import CELL_PLACES, FINDINGS, GOLDEN, LAB, ODD_NAME, SOURCES, cases, written

from shapeguard.lint import Diagnostic, Operand, Position, Related, Span
from shapeguard.reporters import Report, formats, load
from shapeguard.reporters._excerpt import excerpt
from shapeguard.reporters._text import padded, shortened, visible, width

CASES = cases()


@pytest.mark.parametrize("name", CASES)
def test_the_golden_file(name: str) -> None:
    assert CASES[name] == (GOLDEN / name).read_bytes().decode()


def test_every_golden_file_has_its_case() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(CASES)


def test_the_formats_are_the_files_of_the_package() -> None:
    assert formats() == ["concise", "full", "github", "gitlab", "grouped", "json", "junit", "sarif"]


def test_what_is_no_format() -> None:
    with pytest.raises(KeyError):
        load("_text")


def test_json_is_the_list_that_is_promised() -> None:
    first, second, *_ = json.loads(written("json"))
    assert first == {
        "code": "SHP101",
        "name": "outer-broadcast",
        "severity": "warning",
        "message": "`-` stretches both operands: (32,) with (32, 1) gives (32, 32)",
        "filename": "train.py",
        "cell": None,
        "location": {"row": 6, "column": 13},
        "end_location": {"row": 6, "column": 42},
        "related": [
            {
                "message": "the axis of size 1 is made here",
                "filename": "train.py",
                "cell": None,
                "location": {"row": 4, "column": 9},
                "end_location": {"row": 4, "column": 24},
            }
        ],
        "fix": {
            "message": "squeeze the last axis",
            "applicability": "unsafe",
            "edits": [
                {
                    "content": "value(observations).squeeze(-1)",
                    "cell": None,
                    "location": {"row": 6, "column": 23},
                    "end_location": {"row": 6, "column": 42},
                }
            ],
        },
    }
    assert (second["related"], second["fix"]) == ([], None)


def test_no_findings_are_an_empty_list() -> None:
    assert json.loads(written("json", empty=True)) == []
    assert json.loads(written("gitlab", empty=True)) == []
    assert json.loads(written("sarif", empty=True))["runs"][0]["results"] == []
    assert len(ET.fromstring(written("junit", empty=True)).findall("*/testcase")) == 1
    assert [written(name, empty=True) for name in ("full", "concise", "grouped", "github")] == [""] * 4


def test_gitlab_gives_no_fingerprint_twice_and_keeps_them_when_rows_move() -> None:
    fingerprints = [entry["fingerprint"] for entry in json.loads(written("gitlab"))]
    assert len(set(fingerprints)) == len(fingerprints)
    moved = [finding._replace(span=Span.at(50, 1)) for finding in FINDINGS]
    again = json.loads("".join(load("gitlab").write(Report(moved, {}.get))))
    assert [entry["fingerprint"] for entry in again] == fingerprints


def test_sarif_has_what_services_ask_for() -> None:
    document = json.loads(written("sarif"))
    [run] = document["runs"]
    assert document["version"] == "2.1.0"
    assert document["$schema"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for finding, result in zip(FINDINGS, run["results"], strict=True):
        assert rules[result["ruleIndex"]] == result["ruleId"] == finding.code
        assert result["message"]["text"]
        region = result["locations"][0]["physicalLocation"]["region"]
        stored = Report([], SOURCES.get, places=CELL_PLACES.get).stored(finding.filename, finding.span)
        assert region["startLine"] == stored.start.row
    assert run["results"][3]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == (
        "odd%2C%20100%25%3A%20%3C%C3%BC%3E.py"
    )


def test_a_notebook_has_cells_for_people_and_lines_for_services() -> None:
    assert "lab.ipynb:cell 3:2:5: SHP101 2 and 3 are stretched\n" in written("concise")
    assert "  cell 3:2:5  SHP101  2 and 3 are stretched\n" in written("grouped")
    assert "--> lab.ipynb:cell 3:2:5\n" in written("full")
    assert "::: lab.ipynb:cell 2:2:1\n" in written("full")
    found = json.loads(written("json"))[-1]
    assert (found["cell"], found["location"]) == (3, {"row": 2, "column": 5})
    assert (found["related"][0]["cell"], found["related"][0]["location"]) == (2, {"row": 2, "column": 1})
    line, text = next((row, text) for row, text in enumerate(LAB.split("\n"), start=1) if "left" in text)
    column = 1 + text.index("left")
    assert f"line={line},col={column},endLine={line},endColumn={column + 12}::lab.ipynb:cell 3:2:5: " in written(
        "github"
    )
    result = json.loads(written("sarif"))["runs"][0]["results"][-1]
    assert result["message"]["text"] == "cell 3, line 2: 2 and 3 are stretched"
    [replacement] = result["fixes"][0]["artifactChanges"][0]["replacements"]
    assert (replacement["deletedRegion"]["startLine"], replacement["deletedRegion"]["startColumn"]) == (
        line,
        column + 12,
    )
    assert json.loads(written("gitlab"))[-1]["location"]["positions"]["begin"] == {"line": line, "column": column}
    assert f"line {line}, col {column}, cell 3, line 2: 2 and 3 are stretched" in written("junit")


def test_junit_has_a_failure_for_each_finding() -> None:
    root = ET.fromstring(written("junit").encode())
    assert int(root.attrib["failures"]) == len(FINDINGS) == len(root.findall("*/testcase/failure"))
    assert [suite.attrib["name"] for suite in root] == ["train.py", ODD_NAME, "gone.py", "src/long.py", "lab.ipynb"]


ANY = st.text(st.characters() | st.sampled_from("\x1b\n\r\t\u202e\u2028\x85<&>'\"%:,\ud800日\u0301"), max_size=12)
PLACES = st.builds(Position, st.integers(1, 4), st.integers(1, 12))
OPERANDS = st.builds(
    Operand, ANY, st.lists(ANY, max_size=3).map(tuple), st.lists(st.none() | ANY, max_size=3).map(tuple)
)
SPANS = st.tuples(PLACES, PLACES).map(lambda pair: Span(min(pair), max(pair)))
FOUND = st.builds(
    Diagnostic,
    st.just("SHP101"),
    st.just("outer-broadcast"),
    st.sampled_from(["error", "warning"]),
    ANY,
    ANY,
    SPANS,
    related=st.lists(st.builds(Related, ANY, ANY, SPANS), max_size=2).map(tuple),
    fix=st.none(),
    operands=st.lists(OPERANDS.filter(lambda operand: len(operand.notes) <= len(operand.axes)), max_size=2).map(tuple),
    help=st.none() | ANY,
)


@settings(deadline=None, max_examples=100)
@given(st.lists(FOUND, max_size=2), ANY)
def test_text_from_files_does_nothing_to_a_terminal_or_a_parser(found: list[Diagnostic], source: str) -> None:
    texts = {name: "".join(load(name).write(Report(found, lambda _: source * 3))) for name in formats()}
    for name in ("full", "concise", "grouped"):
        assert all(line.isprintable() for line in texts[name].split("\n"))
    assert texts["concise"].count("\n") == len(found)
    for name in ("json", "gitlab", "sarif"):
        json.loads(texts[name])
    assert texts["github"].count("\n") == texts["github"].count("\n::") + bool(found) == len(found)
    ET.fromstring(texts["junit"].encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ü 日本", "plain ü 日本"),
        ("\x1b[31m", "\\x1b[31m"),
        ("a\tb", "a    b"),
        ("a\nb", "a\\nb"),
        ("\u202eabc", "\\u202eabc"),
        ("\udc80", "\\udc80"),
        ("\u2028", "\\u2028"),
    ],
)
def test_what_is_not_printable_is_escaped(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("", 0)])
def test_width_in_columns(text: str, columns: int) -> None:
    assert width(text) == columns
    assert width(padded(text, 8)) == 8


@pytest.mark.parametrize(("text", "short"), [("abcdef", "abcdef"), ("abcdefgh", "abc..."), ("日本日本日本", "日...")])
def test_long_text_is_cut(text: str, short: str) -> None:
    assert shortened(text, 6) == short


@pytest.mark.parametrize(
    ("line", "span", "underline"),
    [
        ("x = a @ b", Span.at(1, 5, 5), "    ^^^^^"),
        ("x = '日本'", Span.at(1, 5, 4), "    ^^^^^^"),
        ("日 = a", Span.at(1, 5, 1), "     ^"),
        ("\tx", Span.at(1, 2, 1), "    ^"),
        ("\x1b = a", Span.at(1, 5, 1), "       ^"),
        ("x", Span.at(1, 1, 0), "^"),
        ("x", Span.at(1, 9, 3), " ^"),
    ],
)
def test_the_underline_stands_below_its_text(line: str, span: Span, underline: str) -> None:
    _, below = excerpt(line, span)
    assert below.before + below.mark == underline


LAST, LAST_BUT_ONE = 15, 12  # columns of the output


@pytest.mark.parametrize(
    ("left", "right", "columns"),
    [
        (Operand("a", ("N", "1")), Operand("b", ("N",)), [LAST]),
        (Operand("a", ("2", "3"), (), (1,)), Operand("b", ("4", "5"), (), (0,)), [LAST, LAST_BUT_ONE]),
        (Operand("a", ("2", "3"), (), (-1,)), Operand("b", ("4", "5"), (), (-2,)), [LAST, LAST_BUT_ONE]),
        (Operand("a", ("N", "1"), (), (1,)), Operand("b", ("N",)), [LAST]),
        (Operand("a", ("N", "1")), Operand("b", ("M", "1")), [LAST_BUT_ONE]),
        (Operand("a", ("3",)), Operand("b", ()), []),
        (Operand("a", ("3",)), Operand("b", ("3",)), []),
    ],
)
def test_which_axes_are_marked(left: Operand, right: Operand, columns: list[int]) -> None:
    finding = FINDINGS[0]._replace(operands=(left, right), related=(), span=Span.at(99, 1))
    lines = "".join(load("full").write(Report([finding], lambda _: ""))).splitlines()
    assert [line.index("^") for line in lines if "^" in line] == columns
