"""Sizes as expressions: parsed as Python parses them, printed so that they parse again."""

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapeguard.grammar.expression_parser import NotAnExpression, parse_python, parse_words
from shapeguard.grammar.expressions import Binary, Call, Expression, Name, Negate, Number, render

LEAVES = st.integers(0, 99).map(Number) | st.sampled_from("abc").map(Name)
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(Binary, inner, st.sampled_from(["+", "-", "*", "/", "//", "%", "**"]), inner)
        | st.builds(Negate, inner)
        | st.builds(Call, st.sampled_from(["min", "max"]), st.tuples(inner, inner))
    ),
    max_leaves=6,
)


def as_python_reads(text: str) -> str:
    return ast.dump(ast.parse(text, mode="eval"))


@settings(max_examples=500, deadline=None)
@given(EXPRESSIONS)
def test_printing_and_parsing_are_inverse(expression: Expression) -> None:
    assert parse_python(render(expression)) == expression
    assert parse_words(render(expression)) == expression


@settings(max_examples=500, deadline=None)
@given(EXPRESSIONS)
def test_precedence_is_that_of_python(expression: Expression) -> None:
    assert as_python_reads(render(expression)) == as_python_reads(in_parentheses(expression))


def in_parentheses(expression: Expression) -> str:
    match expression:
        case Binary(left, operator, right):
            return f"({in_parentheses(left)}{operator}{in_parentheses(right)})"
        case Negate(operand):
            return f"(-{in_parentheses(operand)})"
        case Call(function, arguments):
            return f"{function}({', '.join(in_parentheses(argument) for argument in arguments)})"
    return str(expression)


@settings(max_examples=1000, deadline=None)
@given(st.text("ab1 0.,()*+-/%{}x", max_size=12))
def test_what_python_refuses_is_refused(text: str) -> None:
    try:
        parse_python(text)
    except NotAnExpression as refusal:
        offset = refusal.offset
    else:
        as_python_reads(text.strip())
        offset = 0
    assert 0 <= offset <= len(text)


@pytest.mark.parametrize("text", ["(" * 5000, "-" * 5000, "a**" * 5000, "a+" * 5000])
def test_long_text_is_refused_before_it_is_read(text: str) -> None:
    with pytest.raises(NotAnExpression):
        parse_python(text)


def test_nodes_of_different_types_differ() -> None:
    assert Name("a") != Number(1)
    assert Negate(Name("a")) != Name("a")
    assert len({Name("a"), Name("a"), Name("b")}) == 2
    assert repr(Call("max", (Name("a"), Number(1)))) == "Call('max', (Name('a'), Number(1)))"
