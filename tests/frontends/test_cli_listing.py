import pytest

from shapeguard.frontends.cli._listing import explanation, listing
from shapeguard.lint.ancestry import Ancestor
from shapeguard.lint.inference import Inferred
from shapeguard.reporters._text import Style

TEXT = "x = a\n\ny, z = b\t\n日本 = c\n"
PLAIN = Style(colour=False)


def row(number: int, name: str, *shape: int | str | None, known: bool = True, evidence: str = "inferred") -> Inferred:
    return Inferred(number, "f", name, shape if known else None, evidence)


@pytest.mark.parametrize(
    ("item", "shown"),
    [
        (row(1, "x", "B", 3), "x: (B, 3)"),
        (row(1, "x", 3), "x: (3,)"),
        (row(1, "x"), "x: ()"),
        (row(1, "x", None, "n//2"), "x: (?, n//2)"),
        (row(1, "x", "..."), "x: (...)"),
        (row(1, "x", "...", 3), "x: (..., 3)"),
        (row(1, "arg:x", 3), "x: (3,)"),
        (row(1, "x", 3, evidence="assumed"), "x: (3,) (assumed)"),
        (row(1, "x\x1b", 3), "x\\x1b: (3,)"),
    ],
)
def test_a_shape_beside_its_line(item: Inferred, shown: str) -> None:
    first, *others = listing(TEXT, [item], PLAIN, part=False)
    assert first == f"1 | x = a  # {shown}"
    assert others == ["2 |", "3 | y, z = b", "4 | 日本 = c"]


def test_names_of_which_nothing_is_known_are_left_out() -> None:
    assert next(iter(listing(TEXT, [row(1, "x", known=False)], PLAIN, part=False))) == "1 | x = a"


def test_shapes_are_lined_up_in_columns() -> None:
    rows = [row(1, "x", 1), row(3, "y", 2), row(3, "z", 3), row(4, "日本", 4)]
    assert list(listing(TEXT, rows, PLAIN, part=False)) == [
        "1 | x = a         # x: (1,)",
        "2 |",
        "3 | y, z = b      # y: (2,), z: (3,)",
        "4 | 日本 = c      # 日本: (4,)",
    ]


def test_a_part_is_from_the_first_to_the_last_name() -> None:
    rows = [row(3, "y", 2), row(4, "w", known=False)]
    assert list(listing(TEXT, rows, PLAIN, part=True)) == ["3 | y, z = b      # y: (2,)", "4 | 日本 = c"]


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (row(1, "x", "B", 3), "x  (B, 3)  inferred"),
        (row(1, "arg:x", 3, evidence="assumed"), "arg:x  (3,)  assumed"),
        (row(1, "x", "..."), "x  (...)  a tensor of which no axis is known"),
        (row(1, "x", known=False), "x  ?  not known to be a tensor"),
        (row(1, "x", known=False)._replace(reason="read by load"), "x  ?  not known to be a tensor: read by load"),
        (row(4, "x", 3), "this line binds no name to a tensor; the nearest lines that do are 4"),
    ],
)
def test_one_line_explained(item: Inferred, words: str) -> None:
    assert list(explanation(TEXT, [item], 1, PLAIN)) == ["1 | x = a", f"  = {words}"]


def test_where_axes_come_from() -> None:
    origins = ((Ancestor("the integer B", 3),), (Ancestor("inserted on purpose"), Ancestor("axis 0 of a", 1)))
    item = row(4, "x", "B", "n//2")._replace(origins=origins)
    assert list(explanation(TEXT, [item], 4, PLAIN))[2:] == [
        "      B     the integer B, line 3: y, z = b",
        "      n//2  inserted on purpose",
        "      n//2  axis 0 of a, line 1: x = a",
    ]


def test_a_file_without_tensors() -> None:
    assert list(listing("", [], PLAIN, part=False)) == ["1 |"]
    assert list(explanation(TEXT, [], 1, PLAIN))[1] == "  = this line binds no name to a tensor"
