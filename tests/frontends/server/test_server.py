"""The language server as an editor meets it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from editor import Editor, applied

BROADCAST = 'import torch\n\ns = "🧭"; y = torch.zeros(5, 1) - torch.zeros(5)\nz = y * 2\n'
MISTAKE = "import torch\n\nx = torch.zeros(5, 4) @ torch.zeros(3, 4)\n"
CLEAN = "import torch\n\nx = torch.zeros(5, 4) @ torch.zeros(4, 3)\n"
TRANSPOSED = "import torch\n\nx = torch.zeros(2, 3, 4).contiguous().transpose(1, 2)\ny = x.view(2, 12)\n"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    editor = Editor(tmp_path_factory.mktemp("project"))
    yield editor
    assert editor.end() == 0


@pytest.fixture
def editor(shared: Editor, request: pytest.FixtureRequest) -> Iterator[Editor]:
    """A session in which no document is open."""
    yield shared
    for name in ("a.py", "b.py"):
        shared.tell("textDocument/didClose", textDocument={"uri": shared.uri(name)})
    for file in shared.folder.glob("*.[pt]*"):
        if file.name != "errors.txt":
            file.unlink()
    while shared._waiting:
        shared._waiting.pop()


def codes(findings: list[dict[str, object]]) -> list[object]:
    return [finding["code"] for finding in findings]


class TestFindings:
    def test_a_finding_has_place_severity_words_and_a_link(self, editor: Editor) -> None:
        editor.open("a.py", BROADCAST)
        [finding] = editor.findings("a.py", 1)
        assert finding["range"] == {"start": {"line": 2, "character": 14}, "end": {"line": 2, "character": 48}}
        assert (finding["severity"], finding["code"], finding["source"]) == (2, "SHP101", "shapeguard")
        assert finding["message"].splitlines() == [
            "`-` stretches both operands: (5, 1) with (5,) gives (5, 5)",
            "torch.zeros(5, 1) has 1 on axis -1: written as a size",
            "help: `torch.zeros(5, 1).squeeze(-1)` gives both the shape (5,)",
        ]
        link = urlsplit(finding["codeDescription"]["href"])
        lines = Path(unquote(link.path)).read_text().splitlines()
        assert '@rule("SHP101", "outer-broadcast"' in lines[int(link.fragment.removeprefix("L")) - 1]

    def test_other_places_are_told(self, editor: Editor) -> None:
        source = "import torch\n\ndef f(x):\n    return x @ torch.zeros(3, 4)\n\nf(torch.zeros(5, 4))\n"
        editor.open("a.py", source)
        [finding] = editor.findings("a.py", 1)
        assert finding["severity"] == 1
        [related] = finding["relatedInformation"]
        assert related["location"]["uri"] == editor.uri("a.py")
        assert related["location"]["range"]["start"] == {"line": 5, "character": 0}

    def test_they_follow_the_text(self, editor: Editor) -> None:
        editor.open("a.py", MISTAKE)
        assert codes(editor.findings("a.py", 1)) == ["SHP202"]
        editor.change("a.py", CLEAN, 2)
        assert editor.findings("a.py", 2) == []
        editor.change("a.py", MISTAKE + BROADCAST, 3)
        assert codes(editor.findings("a.py", 3)) == ["SHP202", "SHP101"]

    def test_what_is_typed_quickly_is_checked_once(self, editor: Editor) -> None:
        editor.open("a.py", CLEAN)
        editor.findings("a.py", 1)
        for version in range(2, 30):
            editor.change("a.py", CLEAN + "#" * version, version)
        editor.change("a.py", MISTAKE, 30)
        published = editor.told("textDocument/publishDiagnostics")
        assert (published["version"], codes(published["diagnostics"])) == (30, ["SHP202"])

    def test_they_go_with_the_document(self, editor: Editor) -> None:
        editor.open("a.py", MISTAKE)
        editor.findings("a.py", 1)
        editor.tell("textDocument/didClose", textDocument={"uri": editor.uri("a.py")})
        assert editor.findings("a.py") == []

    def test_saving_a_file_shows_what_it_changes_in_those_that_import_it(self, editor: Editor) -> None:
        weight = "import torch\n\nWEIGHT = torch.zeros({}, 3)\n"
        (editor.folder / "b.py").write_text(weight.format(4))
        editor.open("a.py", "import torch\nfrom b import WEIGHT\n\nx = torch.zeros(5, 4) @ WEIGHT\n")
        assert editor.findings("a.py", 1) == []
        (editor.folder / "b.py").write_text(weight.format(7))
        editor.tell("textDocument/didSave", textDocument={"uri": editor.uri("b.py")})
        assert codes(editor.findings("a.py", 1)) == ["SHP202"]

    def test_settings_and_comments_hold(self, editor: Editor) -> None:
        (editor.folder / "pyproject.toml").write_text('[tool.shapeguard]\nignore = ["SHP202"]\n')
        editor.open("a.py", MISTAKE + BROADCAST)
        assert codes(editor.findings("a.py", 1)) == ["SHP101"]
        editor.change("a.py", BROADCAST.replace("(5)\n", "(5)  # shapeguard: ignore\n"), 2)
        assert editor.findings("a.py", 2) == []
        (editor.folder / "pyproject.toml").write_text('[tool.shapeguard]\nexclude = ["a.py"]\n')
        editor.change("a.py", MISTAKE, 3)
        assert editor.findings("a.py", 3) == []

    def test_settings_that_cannot_be_read_are_told_once(self, editor: Editor) -> None:
        (editor.folder / "pyproject.toml").write_text("[tool.shapeguard]\nselekt = []\n")
        editor.open("a.py", MISTAKE)
        assert editor.findings("a.py", 1) == []
        editor.change("a.py", BROADCAST, 2)
        assert editor.findings("a.py", 2) == []
        message = editor.told("window/showMessage")
        assert "unknown option `selekt`; did you mean `select`?" in message["message"]
        assert not [each for each in editor._waiting if each.get("method") == "window/showMessage"]


class TestHover:
    def test_it_shows_the_shape_of_a_name_and_where_it_was_bound(self, editor: Editor) -> None:
        editor.open("a.py", BROADCAST)
        hover = editor.at("textDocument/hover", "a.py", 2, 10)
        made = "- `5`: made by operands that stretched each other"
        assert hover["contents"] == {"kind": "markdown", "value": f"```python\ny: (5, 5)\n```\n\n{made}"}
        assert hover["range"] == {"start": {"line": 2, "character": 10}, "end": {"line": 2, "character": 11}}
        assert "Bound in line 3." in editor.at("textDocument/hover", "a.py", 3, 4)["contents"]["value"]

    @pytest.mark.parametrize("position", [(0, 0), (2, 12), (99, 0), (2, 999)])
    def test_elsewhere_it_is_silent(self, editor: Editor, position: tuple[int, int]) -> None:
        editor.open("a.py", BROADCAST)
        assert editor.at("textDocument/hover", "a.py", *position) is None

    def test_shapes_stand_beside_what_is_bound(self, editor: Editor) -> None:
        editor.open("a.py", BROADCAST)
        part = {"start": {"line": 2, "character": 0}, "end": {"line": 3, "character": 0}}
        [hint] = editor.ask("textDocument/inlayHint", textDocument={"uri": editor.uri("a.py")}, range=part)
        assert (hint["label"], hint["position"]) == (": (5, 5)", {"line": 2, "character": 11})

    def test_a_question_about_a_text_that_changes_meanwhile_has_no_answer(self, editor: Editor) -> None:
        editor.open("a.py", BROADCAST)
        place = {"textDocument": {"uri": editor.uri("a.py")}, "position": {"line": 2, "character": 10}}
        question = editor.begin("textDocument/hover", **place)
        editor.change("a.py", BROADCAST + "\n", 2)
        assert editor.answer(question)["result"] is None
        question = editor.begin("textDocument/hover", **place)
        editor.tell("$/cancelRequest", id=question)
        assert "error" in editor.answer(question)
        assert editor.ask("textDocument/hover", **place) is not None


class TestActions:
    @pytest.mark.parametrize(
        ("source", "place", "title", "is_preferred", "after"),
        [
            (TRANSPOSED, (3, 4), "Replace by `reshape(2, 12)`", True, TRANSPOSED.replace("view", "reshape")),
            (
                BROADCAST,
                (2, 20),
                "Replace by `torch.zeros(5, 1).squeeze(-1)` (unsafe: it changes results)",
                False,
                BROADCAST.replace("(5, 1)", "(5, 1).squeeze(-1)"),
            ),
        ],
    )
    def test_a_repair_mends_its_finding(
        self, editor: Editor, source: str, place: tuple[int, int], title: str, is_preferred: bool, after: str
    ) -> None:
        editor.open("a.py", source)
        editor.findings("a.py", 1)
        first = editor.actions("a.py", *place)[0]
        assert (first["title"], first["kind"], first["isPreferred"]) == (title, "quickfix", is_preferred)
        assert applied(source, first["edit"]["changes"][editor.uri("a.py")]) == after

    def test_a_finding_can_be_silenced(self, editor: Editor) -> None:
        editor.open("a.py", BROADCAST)
        editor.findings("a.py", 1)
        last = editor.actions("a.py", 2, 20)[-1]
        assert last["title"] == "Ignore SHP101 (outer-broadcast) here"
        editor.change("a.py", applied(BROADCAST, last["edit"]["changes"][editor.uri("a.py")]), 2)
        assert editor.findings("a.py", 2) == []

    def test_there_are_none_elsewhere_or_of_other_kinds(self, editor: Editor) -> None:
        editor.open("a.py", BROADCAST)
        editor.findings("a.py", 1)
        assert editor.actions("a.py", 3, 0) == []
        assert editor.actions("a.py", 2, 20, only=["refactor"]) == []


class TestGarbage:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("import torch\nx = (\n", ["SHP001"]),
            ("import torch\n\0", ["SHP001"]),
            ("import torch\n\ud800", ["SHP001"]),
            ("import torch\nx = " + "(" * 5000, ["SHP005"]),
            ("\ufeff" + MISTAKE, ["SHP202"]),
            ("# coding: latin-1\n" + MISTAKE.replace("x", "ä"), ["SHP202"]),
            ("# coding: nonsense\n" + MISTAKE, ["SHP202"]),
            ("import torch\x0c\x1c\u2028\n", ["SHP001"]),
        ],
        ids=["open bracket", "null", "surrogate", "deep", "mark", "latin-1", "unknown encoding", "strange spaces"],
    )
    def test_texts(self, editor: Editor, text: str, expected: list[str]) -> None:
        editor.open("a.py", text)
        assert codes(editor.findings("a.py", 1)) == expected
        editor.at("textDocument/hover", "a.py", 1, 1)
        editor.actions("a.py", 1, 1)
        editor.change("a.py", MISTAKE, 2)
        assert codes(editor.findings("a.py", 2)) == ["SHP202"]

    def test_messages(self, editor: Editor) -> None:
        for content in (b"nonsense", b"\xff\xfe\xfd", b"[]", b'{"jsonrpc": "2.0"}', b'{"jsonrpc": "2.0", "method": 3}'):
            editor.write(content)
        editor.tell("textDocument/didOpen", nonsense=True)
        editor.tell("textDocument/didChange", textDocument={"uri": "file:///none.py", "version": 1}, contentChanges=[])
        assert "error" in editor.answer(editor.begin("textDocument/nonsense"))
        assert editor.at("textDocument/hover", "closed.py", 0, 0) is None
        editor.open("a.py", MISTAKE)
        assert codes(editor.findings("a.py", 1)) == ["SHP202"]

    def test_other_documents_are_left_alone(self, editor: Editor) -> None:
        document = {"uri": editor.uri("b.py"), "languageId": "markdown", "version": 1, "text": MISTAKE}
        editor.tell("textDocument/didOpen", textDocument=document)
        editor.open("untitled:Untitled-1", MISTAKE)
        assert codes(editor.findings("untitled:Untitled-1", 1)) == ["SHP202"]
        assert not [each for each in editor._waiting if each.get("params", {}).get("uri") == editor.uri("b.py")]
        editor.tell("textDocument/didClose", textDocument={"uri": "untitled:Untitled-1"})


def test_positions_are_in_the_encoding_that_the_client_prefers(tmp_path: Path) -> None:
    editor = Editor(tmp_path, general={"positionEncodings": ["utf-8", "utf-16"]})
    assert editor.offers["capabilities"]["positionEncoding"] == "utf-8"
    editor.open("a.py", BROADCAST)
    [finding] = editor.findings("a.py", 1)
    assert finding["range"]["start"] == {"line": 2, "character": 16}
    assert editor.end() == 0


def test_it_ends_when_the_editor_goes_away(tmp_path: Path) -> None:
    editor = Editor(tmp_path)
    editor.open("a.py", MISTAKE)
    editor.findings("a.py", 1)
    assert editor.close() == 1


def test_without_pygls_it_says_what_to_install(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['pygls'] = None\nfrom shapeguard.frontends.cli import main\nsys.exit(main(['server']))"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "pip install 'pytorch-shapeguard[server]'" in answer.stderr
