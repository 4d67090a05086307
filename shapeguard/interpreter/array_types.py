"""Array annotations as values: `Float[Tensor, "batch dim"]`, under whatever name and behind whatever helper."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from shapeguard.grammar import GrammarError, parse_axes, parse_tuple
from shapeguard.interpreter.values import ArrayType
from shapeguard.shapes.values import Library, Literal, Sequence, Value

if TYPE_CHECKING:
    from shapeguard import grammar

DTYPES = {
    "Float": "float", "Float16": "float", "Float32": "float", "Float64": "float", "BFloat16": "float",
    "Inexact": "float", "Complex": "float", "Num": None, "Real": None, "Shaped": None, "Key": None,
    "Int": "int", "Integer": "int", "UInt": "int", "Int8": "int", "Int16": "int", "Int32": "int", "Int64": "int",
    "UInt8": "int", "Bool": "bool",
}  # fmt: skip


def is_array_kind(value: Value) -> bool:
    """Whether a value is what array annotations are made from, such as `jaxtyping.Float`."""
    return isinstance(value, Library) and value.name.startswith("jaxtyping.") and value.name[10:] in DTYPES


def array_type(kind: Library, index: Value) -> ArrayType | None:
    """The annotation `kind[index]`; None where its text is not known."""
    text = index.items[-1] if isinstance(index, Sequence) and len(index.items) == 2 else None
    if not isinstance(text, Literal) or not isinstance(text.value, str):
        return None
    return ArrayType(text.value, parsed(text.value), DTYPES[kind.name[10:]])


def written(text: str) -> tuple[grammar.Axis, ...] | None:
    """The same for the texts of `shapeguard.check`, which may have commas between the axes."""
    try:
        return parse_tuple(text) if is_tuple(text) else parse_axes(text)
    except GrammarError:
        return None


def is_tuple(text: str) -> bool:
    """Whether commas separate the axes: one outside of inner brackets, or brackets around everything."""
    return text.lstrip()[:1] in ("(", "[") or "," in re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", text)


@lru_cache(maxsize=4096)
def parsed(text: str) -> tuple[grammar.Axis, ...] | None:
    """The axes that a text means; None where jaxtyping refuses it."""
    try:
        return parse_axes(text)
    except GrammarError:
        return None
