import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapeguard.lint.globs import Glob

ROOT = "/home/project"


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("tests", "tests", True),
        ("tests", "src/tests", True),
        ("tests", "tests/unit", False),
        ("tests/", "tests", True),
        ("test_*.py", "src/test_a.py", True),
        ("test_*.py", "src/a.py", False),
        ("src/*.py", "src/a.py", True),
        ("src/*.py", "src/deep/a.py", True),
        ("src/*.py", "lib/src/a.py", False),
        ("./src/a.py", "src/a.py", True),
        ("src/**/a.py", "src/a.py", True),
        ("src/**/a.py", "src/x/y/a.py", True),
        ("**/a.py", "a.py", True),
        ("**/a.py", "x/a.py", True),
        ("src/**", "src/x/y.py", True),
        ("{a,b}.py", "a.py", True),
        ("{a,b}.py", "b.py", True),
        ("{a,b}.py", "c.py", False),
        ("src/{a,b*}/*.py", "src/bc/x.py", True),
        ("a?.py", "ab.py", True),
        ("[ab].py", "b.py", True),
        ("[!ab].py", "b.py", False),
        ("[", "[", True),
        ("{a", "{a", True),
        ("*", "anything", True),
    ],
)
def test_what_a_pattern_describes(pattern: str, path: str, matches: bool) -> None:
    assert Glob(pattern, ROOT).matches(f"{ROOT}/{path}") == matches


def test_absolute_patterns_are_held_against_the_whole_path() -> None:
    assert Glob("/elsewhere/*.py", ROOT).matches("/elsewhere/a.py")
    assert not Glob("/elsewhere/*.py", ROOT).matches(f"{ROOT}/elsewhere/a.py")


@pytest.mark.parametrize("root", ["/a+b/c", "/a(b/[c]", "/*"])
def test_the_root_stands_for_itself(root: str) -> None:
    assert Glob("src/*.py", root).matches(f"{root}/src/a.py")
    assert not Glob("src/*.py", root).matches("/aab/c/src/a.py")


@pytest.mark.parametrize(
    ("pattern", "path", "covers"),
    [
        ("build", "/home/project/build/x/a.py", True),
        ("build", "/home/project/a.py", False),
        ("home", "/home/project/a.py", False),  # above the root
        ("a.py", "/elsewhere/a.py", True),
        ("elsewhere", "/elsewhere/a.py", False),
    ],
)
def test_folders_below_the_root_count(pattern: str, path: str, covers: bool) -> None:
    assert Glob(pattern, ROOT).covers(path) == covers


@settings(deadline=None, max_examples=200)
@given(st.text("ab*?[]{},!/.-\\", max_size=12), st.text("ab/.[", max_size=8))
def test_any_pattern_can_be_used(pattern: str, path: str) -> None:
    Glob(pattern, ROOT).covers(f"{ROOT}/{path}")


@settings(deadline=None, max_examples=100)
@given(st.from_regex(r"[a-z_]{1,8}\.py", fullmatch=True))
def test_a_plain_name_describes_itself(name: str) -> None:
    assert Glob(name, ROOT).matches(f"{ROOT}/deep/{name}")
