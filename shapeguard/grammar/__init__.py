"""The shape language: axis strings, shape tuples, and the shapes written in comments and docstrings."""

from typing import TYPE_CHECKING

from shapeguard.grammar.axes import Axis, AxisKind, GrammarError
from shapeguard.grammar.axis_string import parse_axes, to_jaxtyping
from shapeguard.grammar.claims import Claim, DocstringClaims
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
from shapeguard.grammar.groups import parse_grouped
from shapeguard.grammar.tuples import parse_named, parse_tuple

if TYPE_CHECKING:
    from shapeguard.grammar.comments import comment_claims
    from shapeguard.grammar.docstring_items import item_claims
    from shapeguard.grammar.docstrings import docstring_claims

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
    "item_claims",
    "parse_axes",
    "parse_grouped",
    "parse_named",
    "parse_tuple",
    "to_jaxtyping",
]


def __getattr__(name: str) -> object:
    """Load the readers of prose on first use: the runtime never needs them, and their patterns take time to compile."""
    if name == "comment_claims":
        from shapeguard.grammar.comments import comment_claims as reader
    elif name == "docstring_claims":
        from shapeguard.grammar.docstrings import docstring_claims as reader  # type: ignore[assignment]
    elif name == "item_claims":
        from shapeguard.grammar.docstring_items import item_claims as reader  # type: ignore[assignment]
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return globals().setdefault(name, reader)
