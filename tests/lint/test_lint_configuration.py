from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapeguard.lint import RunError
from shapeguard.lint.configuration import Configuration
from shapeguard.lint.globs import Glob
from shapeguard.lint.options import OPTIONS, validated
from shapeguard.lint.selection import Selection


def write(folder: Path, text: str, name: str = "pyproject.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("selct = []", "unknown option `selct`; did you mean `select`?"),
        ("extend_select = []", "unknown option `extend_select`; did you mean `extend-select`?"),
        ("line-length = 100", "unknown option `line-length`; known options are"),
        ('select = "SHP1"', '`select` expects a list of strings, found a string; write ["SHP1"]'),
        ("select = 1", "`select` expects a list of strings, found an integer"),
        ("select = [1]", "`select` expects a list of strings, found an integer (1) in it"),
        ('select = [""]', "`select` expects a list of strings, found an empty string ('') in it"),
        ('ignore = ["SHP999"]', "`ignore` has a selector that means nothing: no rule matches 'SHP999'"),
        ('ignore = ["outer-brodcast"]', "did you mean 'outer-broadcast'?"),
        ('preview = "yes"', "`preview` expects true or false, found a string"),
        ("force-exclude = 1", "`force-exclude` expects true or false, found an integer"),
        ('per-file-ignores = ["a"]', "`per-file-ignores` expects a table of patterns with lists of rules"),
        ('per-file-ignores = {"a" = "SHP1"}', "`per-file-ignores` at 'a' expects a list of strings, found a string"),
        ('per-file-ignores = {"a" = ["X"]}', "`per-file-ignores` at 'a' has a selector that means nothing"),
        ('signatures = {"f" = 1}', "`signatures` expects strings, found an integer at 'f'"),
        ("signatures = []", "`signatures` expects a table of strings, such as"),
        ("output-format = 1", "`output-format` expects a string, found an integer"),
        ('cache-dir = ""', "`cache-dir` expects a string, found an empty string"),
        ("exclude = 2020-01-01", "`exclude` expects a list of strings, found a date"),
    ],
)
def test_an_error_names_the_file_the_key_and_what_to_write(tmp_path: Path, text: str, words: str) -> None:
    path = write(tmp_path, f"[tool.shapeguard]\n{text}\n")
    with pytest.raises(RunError) as caught:
        Configuration(here=str(tmp_path)).settings(str(tmp_path))
    assert str(caught.value).startswith(f"{path}: [tool.shapeguard]: ")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[tool.shapeguard]\nselect = oops", "is not valid TOML: Invalid value (at line 2, column 10)"),
        ("tool.shapeguard = 1", "expected a table, found an integer; write [tool.shapeguard] above the options"),
        ("# shapeguard\nx = " + "[" * 5000, "is not usable TOML"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, text: str, words: str) -> None:
    write(tmp_path, text)
    with pytest.raises(RunError, match=r"pyproject\.toml: ") as caught:
        Configuration(here=str(tmp_path)).settings(str(tmp_path))
    assert words in str(caught.value)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"# shapeguard \xff")
    with pytest.raises(RunError, match="is not valid TOML"):
        Configuration(here=str(tmp_path)).settings(str(tmp_path))


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None, max_examples=200)
@given(st.dictionaries(st.sampled_from(sorted(OPTIONS)) | st.text(max_size=8), PLAIN, max_size=3) | PLAIN)
def test_whatever_is_written_is_used_or_explained(table: object) -> None:
    try:
        options = validated(table, "here")
    except RunError as error:
        words = str(error)
    else:
        words = "here: all is well"
        Configuration(options, here="/x", isolated=True).settings("/x").excludes("/x/a.py")
    assert words.startswith("here: ")


def test_the_nearest_file_with_the_table_is_used(tmp_path: Path) -> None:
    write(tmp_path, '[tool.shapeguard]\nselect = ["SHP1"]\n')
    write(tmp_path / "a", "[tool.other]\n")
    write(tmp_path / "a" / "b", '[tool.shapeguard]\nselect = ["SHP2"]\n')
    configuration = Configuration(here="/")
    roots = {folder: configuration.settings(str(tmp_path / folder)).root for folder in ("", "a", "a/b", "a/b/c", "d")}
    above, below = str(tmp_path), str(tmp_path / "a" / "b")
    assert roots == {"": above, "a": above, "a/b": below, "a/b/c": below, "d": above}
    assert configuration.settings(below).selections == (Selection(("SHP2",)),)


def test_a_file_without_the_table_is_not_even_parsed(tmp_path: Path) -> None:
    write(tmp_path, "this is no TOML")
    assert Configuration(here=str(tmp_path)).settings(str(tmp_path)).selections == ()


def test_isolated_reads_no_file(tmp_path: Path) -> None:
    write(tmp_path, "[tool.shapeguard]\nnonsense = 1\n")
    assert Configuration(here=str(tmp_path), isolated=True).settings(str(tmp_path)).selections == ()


def test_a_named_file_is_used_everywhere(tmp_path: Path) -> None:
    path = write(tmp_path / "conf", '[tool.shapeguard]\nselect = ["SHP1"]\n', "mine.toml")
    settings = Configuration(here=str(tmp_path), file="conf/mine.toml").settings("/elsewhere")
    assert (settings.root, settings.selections) == (str(path.parent), (Selection(("SHP1",)),))


@pytest.mark.parametrize(
    ("text", "words"), [(None, "cannot be read (No such file"), ("", "has no [tool.shapeguard] table")]
)
def test_a_named_file_must_have_the_table(tmp_path: Path, text: str | None, words: str) -> None:
    if text is not None:
        write(tmp_path, text, "mine.toml")
    with pytest.raises(RunError) as caught:
        Configuration(here=str(tmp_path), file="mine.toml")
    assert words in str(caught.value)


def test_the_command_line_is_laid_over_the_file(tmp_path: Path) -> None:
    write(
        tmp_path,
        '[tool.shapeguard]\nselect = ["SHP1"]\nignore = ["SHP102"]\npreview = true\noutput-format = "json"\n'
        'extend-exclude = ["a"]\nsignatures = {"m.f" = "n -> n"}\n'
        '[tool.shapeguard.per-file-ignores]\n"tests/*" = ["SHP1"]\n',
    )
    given = {
        "ignore": ["SHP2"],
        "extend-exclude": ["b"],
        "output-format": "full",
        "per-file-ignores": {"x.py": ["SHP2"]},
    }
    settings = Configuration(given, here="/here").settings(str(tmp_path))
    root = str(tmp_path)
    assert settings.selections == (Selection(("SHP1",), (), ("SHP102",)), Selection(None, (), ("SHP2",)))
    assert settings.preview
    assert settings.output_format == "full"
    assert settings.exclude[-2:] == (Glob("a", root), Glob("b", "/here"))
    assert Glob(".venv", root) in settings.exclude
    assert [ignores.glob for ignores in settings.file_ignores] == [Glob("x.py", "/here")]
    assert dict(settings.signatures) == {"m.f": "n -> n"}
    assert hash(settings) == hash(settings)


def test_exclude_replaces_the_usual_ones(tmp_path: Path) -> None:
    write(tmp_path, '[tool.shapeguard]\nexclude = ["a"]\n')
    assert Configuration(here="/").settings(str(tmp_path)).exclude == (Glob("a", str(tmp_path)),)


@pytest.mark.parametrize(
    ("table", "path", "ignored"),
    [
        ({"tests/*": ["SHP1"]}, "tests/test_a.py", ("SHP1",)),
        ({"tests/*": ["SHP1"]}, "src/a.py", ()),
        ({"tests": ["SHP1"]}, "tests/deep/test_a.py", ("SHP1",)),
        ({"!src/*": ["SHP1"]}, "tests/a.py", ("SHP1",)),
        ({"!src/*": ["SHP1"]}, "src/a.py", ()),
        ({"a.py": ["SHP1"], "src": ["SHP2"]}, "src/a.py", ("SHP1", "SHP2")),
    ],
)
def test_per_file_ignores(table: dict[str, list[str]], path: str, ignored: tuple[str, ...]) -> None:
    settings = Configuration({"per-file-ignores": table}, here="/home", isolated=True).settings("/home")
    assert settings.ignored_in(f"/home/{path}") == ignored


def test_the_cache_lies_beside_the_configuration(tmp_path: Path) -> None:
    folder = tmp_path / "deep"
    write(tmp_path, "[tool.shapeguard]\n")
    assert Configuration(here=str(folder)).settings(str(folder)).cache_folder == str(tmp_path / ".shapeguard_cache")
    write(tmp_path, '[tool.shapeguard]\ncache-dir = "x"\n')
    assert Configuration(here=str(folder)).settings(str(folder)).cache_folder == str(tmp_path / "x")
    given = Configuration({"cache-dir": "y"}, here=str(folder))
    assert given.settings(str(folder)).cache_folder == str(folder / "y")
