"""Normal forms: what is equal by arithmetic alone is the same object, and reads as a person would write it."""

from __future__ import annotations

import gc
from typing import Any

import pytest
import size_trees
import sympy
from hypothesis import given, settings
from size_text import Names

from shapeguard.dims import Symbol, constant, largest, symbol
from shapeguard.dims._intern import Interned


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("a + b", "b + a"),
        ("(a + b)*(a - b)", "a*a - b*b"),
        ("2*d//2", "d"),
        ("3*d//3", "d"),
        ("(2*d + 1)//2", "d"),
        ("(2*d + 4)//2", "d + 2"),
        ("d*t//d", "t"),
        ("(b*t + b*s)//(t + s)", "b"),
        ("h//2//2", "h//4"),
        ("(d//n)//2", "d//(2*n)"),
        ("((h + 1)//2 + 1)//2", "(h + 3)//4"),
        ("(h - 1)//2 + 1", "(h + 1)//2"),
        ("6*d//(4*n)", "3*d//(2*n)"),
        ("b*d//(b*n)", "d//n"),
        ("h//-2", "-h//2"),
        ("-1//d", "-1"),
        ("1//(d + 1)", "0"),
        ("(h + 2*1 - 1*(3 - 1) - 1)//1 + 1", "h"),
        ("(h + 2*3 - 1*(7 - 1) - 1)//2 + 1", "(h + 1)//2"),
        ("(h - 2)//2 + 1", "h//2"),
        ("(h - 1)*1 - 2*0 + 1*(2 - 1) + 0 + 1", "h + 1"),
        ("d//n*n + d % n", "d"),
        ("2*h % 2", "0"),
        ("h % 2 % 2", "h % 2"),
        ("(h + 8 - h % 8) % 8", "0"),
        ("7 % 3", "1"),
        ("-7 // 3", "-3"),
        ("max(h - 1, 0)", "h - 1"),
        ("max(h, h + 1)", "h + 1"),
        ("max(max(a, b), c)", "max(a, max(b, c))"),
        ("max(a, min(a, b))", "a"),
        ("max(a, a//2)", "a"),
        ("min(z, 0)", "0"),
        ("min(k, n) + (n - min(k, n))", "n"),
        ("t - 0", "t"),
    ],
)
def test_same_size(left: str, right: str) -> None:
    names = Names()
    assert names.size(left) is names.size(right)


@pytest.mark.parametrize(
    "text",
    [
        *("d", "2*d", "B*T", "h//2", "2*(h//2)", "(h + 1)//2", "(h - 1)//2", "(h + 1)//2 + 3", "h - 1", "1 - h", "-h"),
        *(
            "-h - 1",
            "T**2",
            "B*T*H*(C//H)",
            "d//(2*n)",
            "B*T//C",
            "2*h//3",
            "h % 8",
            "(h - 1) % 8",
            "(-h) % 8",
            "d % n",
        ),
        *(
            "-8*((-h)//8)",
            "-(h//2)",
            "1 - h//2",
            "(-h)//2",
            "(a - b)//4",
            "(n**2 - n)//2",
            "max(a, b)",
            "min(h, 3) - 1",
        ),
        *(
            "(h + 2*p - k)//s + 1",
            "d//(n - k)",
            "(a//b)*(c//d)",
            "h + w//2 + 1",
            "7 - h % 2",
            "2*(h % 8) - 1",
            "(x//(y - z))//w",
        ),
    ],
)
def test_text_reads_as_written(text: str) -> None:
    assert Names().size(text).names == text


def test_terms_stand_in_the_order_of_their_symbols() -> None:
    names = Names()
    names.size("h + w")
    assert names.size("w//2 + h//2 + 1 + w*h").names == "h*w + h//2 + w//2 + 1"


def test_names_of_the_source_are_kept_whole() -> None:
    wide, odd = symbol("config.n_embd"), symbol("a + b")
    assert (3 * wide).names == "3*config.n_embd"
    assert (2 * odd // 3).names == "2*(a + b)//3"
    assert (symbol("x.shape[0]") // 2).names == "x.shape[0]//2"


def test_anonymous_sizes_have_no_names() -> None:
    size = symbol(None) + symbol("d")
    assert size.names is None
    assert str(size) in {"d + ?", "? + d"}


@settings(max_examples=200, deadline=None)
@given(size_trees.trees)
def test_text_is_python_for_the_same_value(tree: size_trees.Tree) -> None:
    size = size_trees.build(tree, size_trees.symbols())
    if size is None or size.names is None:  # a division by zero leaves nothing to name
        return
    for found, assignment in zip(size_trees.values(tree), size_trees.BY_VALUE, strict=True):
        if found is not None and "join" not in size_trees.text(tree):
            assert eval(size.names, {"max": max, "min": min}, assignment) == found[0]


@settings(max_examples=200, deadline=None)
@given(size_trees.ring)
def test_sympy_agrees_on_the_normal_form(tree: size_trees.Tree) -> None:
    sizes = size_trees.symbols()
    size = size_trees.build(tree, sizes)
    assert size is not None
    unknowns = {name: sympy.Symbol(name, integer=True) for name in sizes}
    judged: Any = sympy.expand(sympy.sympify(size_trees.text(tree), locals=unknowns))
    expected = {
        tuple(sorted(str(factor) for factor, power in term.as_powers_dict().items() for _ in range(int(power)))): int(
            count
        )
        for term, count in judged.as_coefficients_dict().items()
        if term != 1 and count
    }
    constant_term = int(judged.subs(dict.fromkeys(unknowns.values(), 0)))
    if constant_term:
        expected[()] = constant_term
    found = {
        tuple(sorted(atom.name or "?" for atom in monomial if isinstance(atom, Symbol))): coefficient
        for monomial, coefficient in size.terms.items()
    }
    assert found == expected
    horner = sympy.horner(judged) if judged.free_symbols else judged
    rebuilt: Any = eval(str(horner), {}, {**sizes})
    assert (constant(rebuilt) if isinstance(rebuilt, int) else rebuilt) is size


def test_two_symbols_of_one_name_are_two_sizes() -> None:
    assert symbol("d") is not symbol("d")


def test_constants_and_values() -> None:
    batch, heads, d = symbol("batch", value=4), symbol("heads", value=4), symbol("d")
    assert constant(3).constant == constant(3).value == 3
    assert (batch.constant, batch.value) == (None, 4)
    assert (batch * heads // 3).value == 5
    assert (batch * d).value is None
    assert (batch - heads).constant is None
    assert constant(7) is constant(True) + 6
    assert largest(batch, d).symbols == batch.symbols | d.symbols
    assert (batch // (heads - 4)).value is None


def test_division_by_what_may_be_zero_is_left_alone() -> None:
    names = Names()
    assert str(names.size("z*d//z")) == "z*d//z"
    assert str(names.size("d//(h - 1)")) == "d//(h - 1)"
    assert names.size("d//0").names is None
    assert names.size("d % 0").names is None


def test_what_is_no_size_is_no_operand() -> None:
    with pytest.raises(TypeError):
        symbol("d") + 1.5  # type: ignore[operator]  # refused on purpose
    with pytest.raises(TypeError):
        None // symbol("d")  # type: ignore[operator]  # refused on purpose


def test_an_expression_without_bounds_becomes_a_size_of_its_own() -> None:
    factors = [symbol(f"a{i}") + symbol(f"b{i}") for i in range(7)]
    grown = factors[0]
    for factor in factors[1:]:
        grown = grown * factor
    assert grown.names is None
    assert len(grown.terms) <= 64
    power = symbol("d")
    for _ in range(8):
        power = power * power
    assert power.names is None


def test_a_collapsed_expression_keeps_its_value_and_its_least_value() -> None:
    size = constant(1)
    for index in range(7):
        size = size * (symbol(None, value=index + 1) + symbol(None, value=1))
    assert size.value == 2 * 3 * 4 * 5 * 6 * 7 * 8
    deep = symbol("d")
    for index in range(400):
        deep = largest(deep, symbol(f"e{index}")) * 2 // 3
    assert deep.weight < 2000


def test_expressions_that_nobody_uses_are_forgotten() -> None:
    class Thing:
        pass

    table: Interned[Thing] = Interned()
    kept = table.add("kept", Thing())
    table.add("dropped", Thing())
    gc.collect()
    assert (table.get("kept"), table.get("dropped")) == (kept, None)
    assert list(table.entries) == ["kept"]
