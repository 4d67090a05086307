import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapeguard.lint import Position, Span
from shapeguard.lint.edits import Rows, edited
from shapeguard.lint.suppressing import suppression
from shapeguard.lint.suppressions import Suppressions, may_suppress

CODE, NAME = "SHP101", "outer-broadcast"


def silences(text: str, row: int = 1, last_row: int | None = None) -> bool:
    span = Span(Position(row, 1), Position(last_row or row, 3))
    return Suppressions(text).silence(CODE, NAME, span)


@pytest.mark.parametrize(
    ("comment", "silent"),
    [
        ("# shapeguard: ignore[SHP101]", True),
        ("# shapeguard: ignore[SHP102]", False),
        ("# shapeguard: ignore[SHP102, SHP101]", True),
        ("# shapeguard: ignore[SHP1]", True),
        ("# shapeguard: ignore[SHP2]", False),
        ("# shapeguard: ignore[shp101]", True),
        ("# shapeguard: ignore[outer-broadcast]", True),
        ("# shapeguard: ignore[outer]", False),
        ("# shapeguard: ignore[ALL]", True),
        ("# shapeguard: ignore [SHP101]", True),
        ("# shapeguard: ignore", True),
        ("#shapeguard:ignore", True),
        ("# shapeguard: ignore, since rows meet columns", True),
        ("# type: ignore  # shapeguard: ignore[SHP101]", True),
        ("# rows meet columns; shapeguard: ignore", False),  # the hash belongs to it
        ("# shapeguard: ignore[]", False),
        ("# shapeguard: ignore[SHP101", False),
        ("# shapeguard: ignored", False),
        ("# shapeguard: ignore-file", True),
        ("# shapeguard: ignore-file[SHP101]", True),
        ("# shapeguard: ignore-file[SHP2]", False),
        ("# shapeguard: ignore-files", False),
        ("# noqa", True),
        ("#noqa", True),
        ("# NOQA", True),
        ("# noqa: SHP101", True),
        ("# noqa:SHP101", True),
        ("# noqa : SHP101", True),
        ("# noqa: E501, SHP101", True),
        ("# noqa: E501 SHP101", True),
        ("# noqa: shp101", True),
        ("# noqa: SHP101 rows meet columns", True),
        ("# noqa: SHP102", False),
        ("# noqa: E501", False),
        ("# noqa: S", True),  # no code follows, so it is a bare one
        ("# noqa: S101", False),
        ("# noqa: S1", False),
        ("# noqaSHP101", False),
        ("# noqa-ed", False),
        ("# nothing", False),
    ],
)
def test_a_comment_on_the_row(comment: str, silent: bool) -> None:
    assert silences(f"x = a + b  {comment}\n") == silent


STATEMENT = ["x = f(", "    a", "    + b,", "    c,", ")"]


@pytest.mark.parametrize("row", [1, 5])
def test_a_comment_where_the_statement_begins_or_ends(row: int) -> None:
    lines = [line + ("  # noqa" if number == row else "") for number, line in enumerate(STATEMENT, 1)]
    assert silences("\n".join(lines), 3)


@pytest.mark.parametrize("row", [2, 3])
def test_a_comment_where_the_finding_begins_or_ends(row: int) -> None:
    lines = [line + ("  # noqa" if number == row else "") for number, line in enumerate(STATEMENT, 1)]
    assert silences("\n".join(lines), 2, 3)


def test_a_comment_elsewhere_in_the_statement_does_not_count() -> None:
    lines = [line + ("  # noqa" if number == 4 else "") for number, line in enumerate(STATEMENT, 1)]
    assert not silences("\n".join(lines), 2, 3)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("# shapeguard: ignore\nx = 1\n", 2),  # the row below
        ("x = 1\ny = 2  # noqa\n", 1),
        ("def f():  # noqa\n    return 1\n", 2),  # a header is a statement of its own
        ("x = '# noqa'\n", 1),
        ("x = '''\n# shapeguard: ignore-file\n'''\ny = 1\n", 4),
        ("x = f'{a}# noqa'\n", 1),
    ],
)
def test_what_does_not_count(text: str, row: int) -> None:
    assert not silences(text, row)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("x = '''\n'''  # noqa\n", 1),
        ("x = a \\\n  + b  # noqa\n", 1),
        ("with (\n    a as b,\n):  # noqa\n    pass\n", 2),
        ("x = 1\r\ny = 2  # noqa\r\n", 2),
        ("x = 1\ry = 2  # noqa\r", 2),
        ("x = 1\x0c\ny = 2  # noqa", 2),
        ("y = (  # noqa\n", 1),  # as far as it can be read
        ("# shapeguard: ignore-file\nx = 1\n", 2),
        ("x = 1\n# shapeguard: ignore-file\n", 1),
    ],
)
def test_what_counts(text: str, row: int) -> None:
    assert silences(text, row)


def test_only_a_comment_without_codes_silences_all_rules_in_the_file() -> None:
    assert Suppressions("# shapeguard: ignore-file\n").silence_all()
    assert not Suppressions("# shapeguard: ignore-file[SHP101]\n").silence_all()
    assert not Suppressions("x = '# shapeguard: ignore-file'\n").silence_all()


def test_comments_know_whether_they_were_used() -> None:
    suppressions = Suppressions("x = 1  # shapeguard: ignore[SHP101]\ny = 2  # shapeguard: ignore[SHP101]\n")
    suppressions.silence(CODE, NAME, Span.at(2, 1))
    assert [comment.used for comment in suppressions.comments] == [False, True]
    assert suppressions.comments[1].span == Span.at(2, 8, 28)


LINES = st.lists(
    st.sampled_from(["x = (", ")", "'''", '"', "# noqa", "# shapeguard: ignore[", "]", "\\", "\t y", "\r", "é", "\x00"])
)


@settings(deadline=None, max_examples=200)
@given(LINES.map(" ".join) | LINES.map("\n".join) | st.text(), st.integers(1, 5))
def test_any_text_can_be_read(text: str, row: int) -> None:
    silences(text, row)


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(["# noqa", "# shapeguard: ignore", "# shapeguard: ignore-file"]))
def test_a_string_is_no_comment(comment: str) -> None:
    text = f"x = {comment!r}\n"
    assert may_suppress(text)
    assert not silences(text)


def test_without_noqa_only_comments_of_our_own_count() -> None:
    for comment, silent in (("# noqa: SHP101", False), ("# shapeguard: ignore", True)):
        assert Suppressions(f"x = 1  {comment}\n", noqa=False).silence(CODE, NAME, Span.at(1, 1, 1)) == silent


@pytest.mark.parametrize(
    ("text", "row", "after"),
    [
        ("x = a - b\ny", 1, "x = a - b{}\ny"),
        ("x = a - b", 1, "x = a - b{}"),
        ("x = a - b  # why\n", 1, "x = a - b  # why{}\n"),
        ("x = (  # why\n    a\n    - b\n)\ny\n", 2, "x = (  # why\n    a\n    - b\n){}\ny\n"),
        ("if a - b:\n    y\n", 1, "if a - b:{}\n    y\n"),
        ("x = a - b\r\ny\r\n", 1, "x = a - b{}\r\ny\r\n"),
        ('x = f("""\n🧭""", a - b); y\n', 2, 'x = f("""\n🧭""", a - b); y{}\n'),
        ("x = a \\\n  - b\n", 1, "x = a \\\n  - b{}\n"),
        ("# one\n\nx = a - b\n", 3, "# one\n\nx = a - b{}\n"),
        ("x = (", 1, None),
    ],
)
def test_a_comment_that_silences_a_finding_is_put_where_it_can_stand(text: str, row: int, after: str | None) -> None:
    edit = suppression(text, Span.at(row, 1, 1), CODE)
    assert (edit and edited(text, [edit], Rows(text))) == (after and after.format("  # shapeguard: ignore[SHP101]"))
    if after is not None:
        assert silences(after.format("  # shapeguard: ignore[SHP101]"), row)


def test_what_is_wrong_with_a_whole_file_cannot_be_silenced() -> None:
    assert suppression("x = 1\n", Span.at(1, 1), "SHP001") is None
