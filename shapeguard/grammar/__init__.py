"""The shape language: axis strings, shape tuples, and the shapes written in comments and docstrings."""

from shapeguard.grammar.axes import Axis, AxisKind, GrammarError
from shapeguard.grammar.axis_string import parse_axes, to_jaxtyping
from shapeguard.grammar.claims import Claim, DocstringClaims
from shapeguard.grammar.comments import comment_claims
from shapeguard.grammar.docstrings import docstring_claims
from shapeguard.grammar.expressions import (
    Attribute,
    Binary,
    Call,
    Embedded,
    Expression,
    Name,
    Negate,
    Number,
    Opaque,
)
from shapeguard.grammar.tuples import parse_named, parse_tuple

__all__ = [
    "Attribute",
    "Axis",
    "AxisKind",
    "Binary",
    "Call",
    "Claim",
    "DocstringClaims",
    "Embedded",
    "Expression",
    "GrammarError",
    "Name",
    "Negate",
    "Number",
    "Opaque",
    "comment_claims",
    "docstring_claims",
    "parse_axes",
    "parse_named",
    "parse_tuple",
    "to_jaxtyping",
]
