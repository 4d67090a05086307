"""What a path knows, and what follows from it."""

from __future__ import annotations

import pytest
import size_trees
from hypothesis import given, settings
from hypothesis import strategies as st
from size_text import Names

from shapeguard.dims import Facts, Verdict, broadcast_size, constant, symbol

EQUAL, DIFFERENT, UNKNOWN = Verdict.EQUAL, Verdict.DIFFERENT, Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("facts", "left", "right", "verdict"),
    [
        ("", "d", "d", EQUAL),
        ("", "d", "d + 1", DIFFERENT),
        ("", "d", "b", UNKNOWN),
        ("", "3*d", "d", DIFFERENT),
        ("", "3*z", "z", UNKNOWN),
        ("", "2*d", "2*b + 1", DIFFERENT),
        ("", "6*d + 4*b", "2*c + 7", DIFFERENT),
        ("", "2*b*t", "3*t", DIFFERENT),
        ("", "2*z*t", "3*t", DIFFERENT),
        ("", "2*b*z", "3*z", UNKNOWN),
        ("", "d*n", "n", UNKNOWN),
        ("", "d*n + 1", "n", DIFFERENT),
        ("", "(d + 1)*n", "n", DIFFERENT),
        ("", "3", "3", EQUAL),
        ("", "3", "4", DIFFERENT),
        ("", "-d", "0", DIFFERENT),
        ("", "z", "0", UNKNOWN),
        ("", "h//2", "h", DIFFERENT),
        ("", "z//2", "z", UNKNOWN),
        ("", "2*(h//2)", "h", UNKNOWN),
        ("", "2*(h//2)", "h + 1", DIFFERENT),
        ("", "n*(d//n)", "d", UNKNOWN),
        ("", "n*(d//n)", "d + 1", DIFFERENT),
        ("", "d % n", "n", DIFFERENT),
        ("", "d % 8", "8", DIFFERENT),
        ("", "d % 8", "7", UNKNOWN),
        ("", "-8*(-h//8)", "8*((h + 7)//8)", EQUAL),
        ("", "h//2 + (h + 1)//2", "h", EQUAL),
        ("", "max(a, b)", "a", UNKNOWN),
        ("", "max(a, b) + 1", "a", DIFFERENT),
        ("", "max(a, b) + 1", "max(a + 1, b + 1)", EQUAL),
        ("", "min(a, b)", "a + 1", DIFFERENT),
        ("", "min(a, 3)", "4", DIFFERENT),
        ("n | d", "n*(d//n)", "d", EQUAL),
        ("n | d", "d % n", "0", EQUAL),
        ("n | d", "b*t*n*(d//n)", "b*t*d", EQUAL),
        ("n | d", "d*t//n", "t*(d//n)", EQUAL),
        ("n | d", "3*d//n//3", "d//n", EQUAL),
        ("n | d", "(d + 1) % n", "0", UNKNOWN),
        ("n | d, m | d", "n*(d//n)", "m*(d//m)", EQUAL),
        ("n | d, 2 | d//n", "2*n*(d//n//2)", "d", EQUAL),
        ("2 | d//n", "2*(d//n//2)", "d//n", EQUAL),
        ("2 | h", "2*(h//2)", "h", EQUAL),
        ("2 | h", "2*((h - 1)//2) + 2", "h", EQUAL),
        ("2 | h", "(h + 1)//2", "h//2", EQUAL),
        ("2 | h", "h", "2*b + 1", DIFFERENT),
        ("2 | h + 1", "2*(h//2) + 1", "h", EQUAL),
        ("2 | h, 3 | h", "6*(h//6)", "h", EQUAL),
        ("4 | h, 2 | h", "4*(h//4)", "2*(h//2)", EQUAL),
        ("2 | h, 4 | h", "4*(h//4)", "2*(h//2)", EQUAL),
        ("4 | h", "h//2", "h//4", DIFFERENT),
        ("16 | h", "2*(2*(2*(2*(h//2//2//2//2))))", "h", EQUAL),
        ("16 | h", "((((h + 1)//2 + 1)//2 + 1)//2 + 1)//2", "h//16", EQUAL),
        ("8 | h", "8*((((h - 1)//2 + 1 - 1)//2 + 1 - 1)//2) + 8", "h", EQUAL),
        ("b*t*(c//h)*h == b*t*c", "h*(c//h)", "c", EQUAL),
        ("b*t*(c//h)*h == b*t*c", "c % h", "0", EQUAL),
        ("z*(c//h)*h == z*c", "h*(c//h)", "c", UNKNOWN),
        ("2*(h//2) == h", "2*((h + 1)//2)", "h", EQUAL),
        ("h == 2*k", "h//2", "k", EQUAL),
        ("d == n*k", "d//n", "k", EQUAL),
        ("h*w == n", "b*h*w", "b*n", EQUAL),
        ("a*b == c*d", "a*b*e", "c*d*e", EQUAL),
        ("a == b, b == c", "a", "c", EQUAL),
        ("a == b, c == a + 1", "c", "b", DIFFERENT),
        ("h == 4, w == 4", "h", "w", EQUAL),
        ("d == 2*b, d == 2*c", "b", "c", EQUAL),
        ("a - b >= 0", "max(a, b)", "a", EQUAL),
        ("a - b >= 1", "a", "b", DIFFERENT),
        ("a >= b, b >= a", "a", "b", EQUAL),
        ("z >= 1", "z*d//z", "d", EQUAL),
        ("k <= n", "min(k, n)", "k", EQUAL),
        ("n >= 2", "n", "1", DIFFERENT),
        ("n >= 4, n <= 4", "n", "4", EQUAL),
        ("n <= 3", "n", "4", DIFFERENT),
        ("2*n <= 7", "n", "4", DIFFERENT),
        ("n | d, d == 2*k", "n*(2*k//n)", "2*k", EQUAL),
        ("n | d, d == 2*k", "k*n*(d//n)", "2*k*k", EQUAL),
        ("d >= 4, d == 2*k", "k", "1", DIFFERENT),
        ("a - b >= 2, a == 3*k", "3*k", "b", DIFFERENT),
        ("t <= 8", "t//9", "0", EQUAL),
        ("2*n >= 3", "n", "1", DIFFERENT),
    ],
)
def test_verdicts(facts: str, left: str, right: str, verdict: Verdict) -> None:
    names = Names()
    known = names.facts(facts)
    one, other = names.size(left), names.size(right)
    assert known.compare(one, other) is verdict
    assert known.compare(other, one) is verdict


@pytest.mark.parametrize(
    ("facts", "left", "right", "same", "verdict"),
    [
        ("", "batch", "heads", False, EQUAL),
        ("", "batch", "4", False, EQUAL),
        ("", "batch", "5", False, DIFFERENT),
        ("", "batch*d", "4*d", False, EQUAL),
        ("", "batch*d", "heads*d + 1", False, DIFFERENT),
        ("", "batch*d", "d*batch", True, EQUAL),
        ("", "batch//2", "2", False, EQUAL),
        ("", "max(batch, 3)", "heads", False, EQUAL),
        ("", "4", "4", True, EQUAL),
        ("batch == heads", "batch", "heads", True, EQUAL),
        ("x == batch", "x", "heads", False, EQUAL),
        ("x == batch", "x", "batch", True, EQUAL),
        ("batch == h*w", "h*w", "4", False, EQUAL),
        ("batch == h*w", "h*w", "5", False, DIFFERENT),
        ("heads | d", "heads*(d//heads)", "d", True, EQUAL),
        ("heads | d", "4*(d//heads)", "d", False, EQUAL),
        ("heads | d", "d % 4", "0", False, EQUAL),
        ("x >= batch", "x", "3", False, DIFFERENT),
        ("batch == 5", "batch", "4", False, EQUAL),
    ],
)
def test_known_values_count_in_comparison_and_not_in_identity(
    facts: str, left: str, right: str, same: bool, verdict: Verdict
) -> None:
    names = Names(batch=4, heads=4)
    known = names.facts(facts)
    assert known.compare(names.size(left), names.size(right)) is verdict
    assert known.same(names.size(left), names.size(right)) is same


@pytest.mark.parametrize(
    ("facts", "size", "simple"),
    [
        ("", "h//2", "h//2"),
        ("n | d", "n*(d//n)", "d"),
        ("n | d", "b*n*(d//n) + 1", "d*b + 1"),
        ("n | d", "d//n", "d//n"),
        ("n | d", "d % n", "0"),
        ("4 | h", "h//2", "h//2"),
        ("2 | h", "2*((h - 1)//2) + 2", "h"),
        ("w == h", "h*w", "w**2"),
        ("h == 4", "2*h//3", "2"),
        ("a >= 5", "max(a, 3)", "a"),
    ],
)
def test_simplify(facts: str, size: str, simple: str) -> None:
    names = Names()
    assert str(names.facts(facts).simplify(names.size(size))) == simple


@pytest.mark.parametrize(
    ("facts", "size", "lower", "upper"),
    [
        ("", "d", 1, None),
        ("", "z", 0, None),
        ("", "batch", 4, 4),
        ("", "3*d - 2", 1, None),
        ("", "2 - d", None, 1),
        ("", "d - b", None, None),
        ("", "d*b - b", 0, None),
        ("", "d//2", 0, None),
        ("", "d % 8", 0, 7),
        ("", "d % n", 0, None),
        ("", "-d//2", None, -1),
        ("", "d - 2*(d//2)", 0, 1),
        ("", "d - d//2", 1, None),
        ("", "min(d, 3)", 1, 3),
        ("", "max(d, 3)", 3, None),
        ("", "max(d, 3) - d", 0, 2),
        ("", "max(d//2, 1)", 1, None),
        ("", "x//(d - b)", None, None),
        ("d >= 4", "d//2", 2, None),
        ("d >= 4, d <= 9", "d//2", 2, 4),
        ("d <= 9", "d % 4", 0, 3),
        ("d <= 3", "d*d", 1, 9),
        ("d <= 3", "5 - d*d", -4, 4),
        ("a - b >= 2", "a", 3, None),
        ("a - b >= 2", "2*a - 2*b + 1", 5, None),
        ("a - b >= 2, a - b <= 3", "b - a", -3, -2),
        ("2*a - 3*b >= 1", "a", 2, None),
        ("n == 5", "n + 1", 6, 6),
        ("x == 2*y", "x", 2, None),
        ("x == y - 3", "y", 4, None),
        ("8 | h", "h", 8, None),
        ("8 | z", "z", 0, None),
        ("8 | h", "h//8", 1, None),
    ],
)
def test_bounds(facts: str, size: str, lower: int | None, upper: int | None) -> None:
    names = Names(batch=4)
    known = names.facts(facts)
    assert (known.lower(names.size(size)), known.upper(names.size(size))) == (lower, upper)


@pytest.mark.parametrize("fact", ["d == d", "d == d + 1", "d >= 1", "d <= 0", "2*d == 2*b + 1", "1 | d", "batch == 5"])
def test_what_is_known_or_can_not_be_changes_nothing(fact: str) -> None:
    assert Names(batch=4).facts(fact) is Facts.EMPTY


def test_learning_leaves_the_old_facts_alone() -> None:
    names = Names()
    before = names.facts("n | d")
    after = before.equal(names.size("n"), names.size("m"))
    assert before.compare(names.size("n"), names.size("m")) is UNKNOWN
    assert after.compare(names.size("m*(d//m)"), names.size("d")) is EQUAL


def test_the_replaced_symbol_is_the_anonymous_one_then_the_younger() -> None:
    first, second, anonymous = symbol("first"), symbol("second"), symbol(None)
    assert Facts.EMPTY.equal(anonymous, first).simplify(anonymous) is first
    assert Facts.EMPTY.equal(symbol("late"), anonymous).simplify(anonymous).names == "late"
    assert Facts.EMPTY.equal(first, second).simplify(first + second).names == "2*first"


def test_a_replaced_symbol_hands_on_its_minimum() -> None:
    names = Names()
    assert names.facts("a - b == x").lower(names.size("a - b")) == 1


@pytest.mark.parametrize(
    ("left", "right", "holds", "lost"),
    [
        ("a == b, c == d", "b == a", ["a == b"], ["c == d"]),
        ("n | d, a == 3", "a == 4, n*(d//n) == d", ["n | d", "a >= 3", "a <= 4"], ["a == 3"]),
        ("4 | h", "6 | h", [], ["4 | h", "6 | h"]),
        ("a >= 5", "a >= 3", ["a >= 3"], ["a >= 5"]),
        ("a >= 5", "a <= 9", [], ["a >= 5", "a <= 9"]),
        ("a == b, b == c", "a == c, c == b", ["a == b", "a == c"], []),
        ("a == 2*b", "", [], ["a == 2*b"]),
    ],
)
def test_meeting_paths(left: str, right: str, holds: list[str], lost: list[str]) -> None:
    names = Names()
    common = "q == 2*r"
    start = names.facts(common)
    assert start.meet(start) is start
    one, other = names.facts(left), names.facts(right)
    for met in (one.meet(other), other.meet(one)):
        assert all(_known(names, met, fact) for fact in holds)
        assert not any(_known(names, met, fact) for fact in lost)


def _known(names: Names, facts: Facts, fact: str) -> bool:
    method, left, right = names.parsed(fact)
    return getattr(facts, method)(left, right) is facts


def test_meeting_keeps_what_came_before_the_paths_parted() -> None:
    names = Names()
    before = names.facts("n | d")
    one = before.equal(names.size("a"), names.size("b"))
    other = before.at_least(names.size("a"), 3)
    assert one.meet(other) is before
    assert one.meet(before) is before
    assert before.meet(one) is before


@pytest.mark.parametrize(
    ("facts", "left", "right", "size"),
    [
        ("", "d", "d", "d"),
        ("", "d", "1", "d"),
        ("", "1", "d", "d"),
        ("", "d", "3", "3"),
        ("", "3", "d", "3"),
        ("", "3", "3", "3"),
        ("", "3", "4", None),
        ("", "0", "d", "0"),
        ("", "0", "3", None),
        ("", "2*d", "b", "2*d"),
        ("", "2*d", "2*d + 1", None),
        ("", "d", "d + 1", "d + 1"),
        ("", "d", "b", "max(d, b)"),
        ("", "d", "max(d, b)", "max(d, b)"),
        ("", "2*d", "2*b", "2*d"),
        ("", "batch", "heads", "batch"),
        ("", "batch", "b", "batch"),
        ("", "batch", "5", None),
        ("b == 1", "d", "b", "d"),
        ("b >= 2", "d", "b", "b"),
        ("d == b", "d", "b", "d"),
    ],
)
def test_broadcast(facts: str, left: str, right: str, size: str | None) -> None:
    names = Names(batch=4, heads=4)
    found = broadcast_size(names.size(left), names.size(right), names.facts(facts))
    assert (found if found is None else str(found)) == size


def test_a_broadcast_size_follows_what_is_learned_later() -> None:
    names = Names()
    d, b = names.size("d"), names.size("b")
    joined = broadcast_size(d, b, Facts.EMPTY)
    assert joined is not None
    assert Facts.EMPTY.equal(b, constant(1)).simplify(joined) is d
    assert Facts.EMPTY.at_least(b, 2).simplify(joined) is b
    assert Facts.EMPTY.equal(b, d).simplify(joined) is d
    assert broadcast_size(joined, names.size("c"), Facts.EMPTY) is broadcast_size(
        d, broadcast_size(b, names.size("c"), Facts.EMPTY) or d, Facts.EMPTY
    )


@settings(max_examples=400, deadline=None)
@given(size_trees.pairs(), size_trees.claims())
def test_verdicts_and_bounds_hold_for_every_admissible_value(
    pair: tuple[size_trees.Tree, size_trees.Tree], claims: list[size_trees.Claim]
) -> None:
    names = size_trees.symbols()
    facts = size_trees.learned(claims, names)
    left, right = (size_trees.build(tree, names, facts) for tree in pair)
    if left is None or right is None:  # a broadcast that never works: no value is admissible
        assert not size_trees.admitted(claims, *pair)
        return
    rows = size_trees.admitted(claims, *pair)
    verdict, lower, upper = facts.compare(left, right), facts.lower(left), facts.upper(left)
    for row in rows:
        assert verdict is UNKNOWN or (verdict is EQUAL) == (row[0] == row[1])
        assert lower is None or lower <= row[0]
        assert upper is None or row[0] <= upper
    simple = facts.simplify(left)
    assert not rows or facts.compare(simple, left) is not DIFFERENT


@settings(max_examples=200, deadline=None)
@given(size_trees.pairs(), size_trees.claims())
def test_same_sizes_are_equal_whatever_the_values(
    pair: tuple[size_trees.Tree, size_trees.Tree], claims: list[size_trees.Claim]
) -> None:
    names = size_trees.symbols()
    left, right = (size_trees.build(tree, names) for tree in pair)
    facts = size_trees.learned(claims, names)
    if left is not None and right is not None and facts.same(left, right):
        broadcasts = "join" in f"{pair} {claims}"  # by known values, as broadcast_size does
        among = size_trees.BY_VALUE if broadcasts else size_trees.ASSIGNMENTS
        rows = size_trees.admitted(claims, *pair, among=among)
        assert all(one == other for one, other in rows)


@settings(max_examples=200, deadline=None)
@given(size_trees.pairs(), st.tuples(*[size_trees.claims()] * 3))
def test_what_paths_share_holds_on_each(
    pair: tuple[size_trees.Tree, size_trees.Tree], claims: tuple[list[size_trees.Claim], ...]
) -> None:
    names = size_trees.symbols()
    before = size_trees.learned(claims[0], names)
    paths = [size_trees.learned(after, names, before) for after in claims[1:]]
    met = paths[0].meet(paths[1])
    left, right = (size_trees.build(tree, names, met) for tree in pair)
    if left is None or right is None:
        return
    verdict, lower = met.compare(left, right), met.lower(left)
    for after in claims[1:]:
        for row in size_trees.admitted([*claims[0], *after], *pair):
            assert verdict is UNKNOWN or (verdict is EQUAL) == (row[0] == row[1])
            assert lower is None or lower <= row[0]
