"""From bytes to a syntax tree, and what is said where that fails."""

import libcst as cst
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapeguard.lint import Position
from shapeguard.lint.decoding import decode
from shapeguard.lint.errors import NotCheckedError
from shapeguard.lint.nesting import MOST_BRACKETS, MOST_STEPS, refuse_deep_nesting
from shapeguard.lint.parsing import parse
from shapeguard.lint.relevance import mentions_tensors


@pytest.mark.parametrize(
    ("source", "relevant"),
    [
        (b"import torch\n", True),
        (b"import torch.nn as nn", True),
        (b"from jaxtyping import Float", True),
        (b"from einops import rearrange", True),
        (b"from functorch import vmap", True),
        (b"import shapeguard", True),
        (b"# for torch", True),
        (b"import torchvision", False),
        (b"import pytorch_lightning", False),
        (b"import pytorch", False),
        (b"torch_dtype = None", False),
        (b"import numpy", False),
        (b"", False),
        (b"\xff\xfe torch", True),
    ],
)
def test_which_files_are_parsed_at_all(source: bytes, relevant: bool) -> None:
    assert mentions_tensors(source) == relevant


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (b"", ""),
        (b"\xef\xbb\xbfx", "x"),
        ("é = 1".encode(), "é = 1"),
        ("# coding: latin-1\n'é'".encode("latin-1"), "# coding: latin-1\n'é'"),
        (
            "#!/bin/python\n# -*- coding: cp1252 -*-\n'€'".encode("cp1252"),
            "#!/bin/python\n# -*- coding: cp1252 -*-\n'€'",
        ),
        ("x = 1\n# coding: latin-1\n'é'".encode(), "x = 1\n# coding: latin-1\n'é'"),  # not in the first comments
        (b"\n\n# coding: nonsense\n", "\n\n# coding: nonsense\n"),
        (b"x\r\ny", "x\r\ny"),
    ],
)
def test_decoding(source: bytes, text: str) -> None:
    assert decode(source) == text


@pytest.mark.parametrize(
    ("source", "message", "place"),
    [
        (b"x\ny = '\xff'", "is not utf-8: cannot decode byte 0xff; save it as UTF-8, or declare", (2, 6)),
        ("é\xe9".encode() + b"\xe9", "cannot decode byte 0xe9", (1, 3)),
        (b"# coding: ascii\n\xe9", "is not ascii: cannot decode byte 0xe9; save it as UTF-8", (2, 1)),
        (b"# coding: klingon\n", "declares the encoding 'klingon', which Python does not know", (1, 1)),
        (b"# coding: hex\n", "declares the encoding 'hex', which Python does not know", (1, 1)),
        (b"x = 1\ny\0", "has a null byte in it; is it a Python file?", (2, 2)),
    ],
)
def test_what_cannot_be_decoded(source: bytes, message: str, place: tuple[int, int]) -> None:
    with pytest.raises(NotCheckedError) as caught:
        decode(source)
    assert message in caught.value.message
    assert caught.value.span.start == place


@settings(deadline=None, max_examples=200)
@given(
    st.binary(max_size=40)
    | st.builds(lambda name, rest: b"# coding: " + name + b"\n" + rest, st.binary(max_size=9), st.binary())
)
def test_any_bytes_are_decoded_or_refused(source: bytes) -> None:
    place = Position(1, 1)
    try:
        assert isinstance(decode(source), str)
    except NotCheckedError as error:
        place = error.span.start
    assert place >= Position(1, 1)


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("x = (\n", "syntax error: '(' was never closed", (1, 5)),
        ("def f(:\n", "syntax error: invalid syntax", (1, 7)),
        ("x = 1\n  y = 2\n", "syntax error: unexpected indent", (2, 2)),
        ("x = '\n", "syntax error: unterminated string literal", (1, 5)),
        ("print 'x'\n", "syntax error: Missing parentheses in call to 'print'", (1, 1)),
        ("é = 1; x = )\n", "syntax error: unmatched ')'", (1, 12)),
    ],
)
def test_a_syntax_error_is_told_in_pythons_words(text: str, message: str, place: tuple[int, int]) -> None:
    with pytest.raises(NotCheckedError) as caught:
        parse(text)
    assert message in caught.value.message
    assert caught.value.span.start == place


def test_what_python_can_read_and_libcst_cannot_is_told_in_libcsts_words() -> None:
    with pytest.raises(NotCheckedError, match="syntax that this version of libcst does not know: ") as caught:
        parse("x = 1\n(y): int\n")
    assert (caught.value.rule[0], caught.value.span.start.row) == ("SHP001", 2)


def test_what_libcst_refuses_only_while_it_builds_the_tree() -> None:
    with pytest.raises(NotCheckedError, match="syntax error: cannot mix bytes and nonbytes literals"):
        parse("x = b'' ''\n")


class Panic(BaseException):
    """As the native parser raises where it is at its wits' end."""


@pytest.mark.parametrize("error", [Panic("index out of bounds"), cst.CSTValidationError("no such node")])
def test_whatever_libcst_raises_is_told(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def failing(text: str) -> None:
        raise error

    monkeypatch.setattr(cst, "parse_module", failing)
    with pytest.raises(NotCheckedError, match=f"does not know: {error}") as caught:
        parse("x = 1\n")
    assert caught.value.span.start == (1, 1)


@pytest.mark.parametrize("error", [KeyboardInterrupt, RecursionError, MemoryError])
def test_what_is_not_about_the_syntax_goes_through(monkeypatch: pytest.MonkeyPatch, error: type[BaseException]) -> None:
    def failing(text: str) -> None:
        raise error

    monkeypatch.setattr(cst, "parse_module", failing)
    with pytest.raises(error):
        parse("x = 1\n")


DEEP = 5000
NESTED = {
    "brackets": "x = " + "(" * DEEP + ")" * DEEP,
    "lists": "x = " + "[1, " * DEEP + "]" * DEEP,
    "signs": "x = " + "-" * DEEP + "1",
    "sums": "x = " + "+".join(["a"] * DEEP),
    "sums over rows": "x = (" + "\n+ ".join(["a"] * DEEP) + ")",
    "sums of calls": "x = " + " + ".join(["f(a, b)"] * DEEP),
    "backslashes": "x = a" + " \\\n + b" * DEEP,
    "attributes": "x" + ".a" * DEEP,
    "calls": "x" + "(a, b)" * DEEP,
    "strings": "x = " + "'a' " * DEEP,
    "choices": "x = " + "a if b else " * DEEP + "c",
    "lambdas": "x = " + "lambda a, b: " * DEEP + "c",
    "loops": "x = [a " + "for a, b in c " * DEEP + "]",
    "negations": "x = " + "not " * DEEP + "a",
    "elif": "if a: b\n" + "elif a: b\n" * DEEP,
    "deep elif": "if x:\n\tif a: b\n" + "\telif a: b\n" * DEEP,
}


@pytest.mark.parametrize("after", ["", "\n", ", 1\n", "; y\n", "  # end"])
@pytest.mark.parametrize("name", NESTED)
def test_what_would_take_the_parser_for_ever_is_refused(name: str, after: str) -> None:
    with pytest.raises(NotCheckedError, match="too complex to be checked") as caught:
        refuse_deep_nesting(f"import torch\n{NESTED[name]}{after}")
    assert caught.value.rule[0] == "SHP005"


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "(" * (MOST_BRACKETS - 1) + ")" * (MOST_BRACKETS - 1),
        "x = [" + "a + b, " * DEEP + "]",
        "x = {" + "'key': f(a, b=1),\n" * DEEP + "}",
        "x = a + b\n" * DEEP,
        "x = 1; " * DEEP,
        "x = '''" + "(+" * DEEP + "'''",
        "x = '" + "(-" * DEEP + "'",
        "# " + "(-" * DEEP,
        "x = r'\\'  # ((( \n" * DEEP,
        "x = f(a)  # don't\n" * DEEP,
        "if a: b\n" * DEEP,
        "if a: b\nelif c: d\n" * DEEP,
        "def f():\n    if a: b\n    elif c: d\n" * DEEP,
        "import " + ", ".join(["a"] * DEEP),
        "x = '" + "word " * DEEP + "'",
        "x = (\n" + "    'a long text without any commas or operators, over many rows'\n" * 100 + ")",
    ],
)
def test_what_is_long_but_not_deep_is_let_through(text: str) -> None:
    refuse_deep_nesting(text)


def test_sums_up_to_the_limit_are_parsed() -> None:
    assert parse("x = " + "+".join(["a"] * (MOST_STEPS - 2))).body


PIECES = st.lists(
    st.sampled_from(["(", ")", "[", "'", '"""', "\\", "\n", "#", ",", "x", "+", "lambda", "elif ", "é", "\r"])
)


@settings(deadline=None, max_examples=200)
@given((PIECES | PIECES.map(lambda pieces: pieces * 300)).map("".join))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    place = Position(1, 1)
    try:
        parse(text)
    except NotCheckedError as error:
        place = error.span.start
    assert place >= Position(1, 1)
