"""Shapes that comments state, held against what is inferred."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from shapeguard.dims import Verdict, constant
from shapeguard.events import ClaimMismatch
from shapeguard.grammar import AxisKind, docstring_claims
from shapeguard.interpreter import ir
from shapeguard.interpreter.assumptions import assume, claims_of
from shapeguard.interpreter.scope import always_there
from shapeguard.shapes.values import Either, Opaque, Tensor, Value

if TYPE_CHECKING:
    from shapeguard import grammar
    from shapeguard.interpreter.frame import Frame
    from shapeguard.shapes.shape import Shape
    from shapeguard.shapes.store import Store


def check_claim(comment: str, target: ir.Expression | None, value: Value, frame: Frame, site: int) -> Value:
    """Hold the claim of a trailing comment against the value; an unknown value is assumed to be as claimed."""
    name = target.name if isinstance(target, (ir.Name, ir.Attribute)) else None
    if target is not None and name is None:
        return value
    claims = claims_of(comment)
    if sum(claim.name is None for claim in claims) > 1:
        return value  # about several results, in their order
    for claim in claims:
        if claim.name is not None and claim.name not in (name, f"self.{name}"):
            continue
        if isinstance(value, Tensor):
            shape = frame.path.store.shape(value)
            reason = _contradiction(claim.axes, shape, frame)
            if not claim.complete and len(claim.axes) != shape.rank:
                return value
            if claim.exact and reason is not None:
                frame.interpreter.report(ClaimMismatch(comment, _text(claim), shape, reason), site, frame)
            if reason is not None:
                return value
        interpreter = frame.interpreter
        if interpreter.trusts_claims:
            return assume(value, claim, frame, site)
        if isinstance(value, Opaque) or (isinstance(value, Tensor) and value.shape.run is not None):
            interpreter.note_claim(frame)
        return value
    return value


def parameter_claims(function: ir.Function) -> dict[str, grammar.Claim]:
    """What the docstring, and comments behind parameters, say of a function's arguments."""
    claims: dict[str, grammar.Claim] = {}
    if function.docstring is not None:
        claims.update(_of_docstring(function.docstring))
    for parameter in function.parameters:
        if parameter.comment is not None:
            for claim in claims_of(parameter.comment)[-1:]:
                if claim.name in (None, parameter.name):
                    claims[parameter.name] = claim
    return claims


@lru_cache(maxsize=4096)
def _of_docstring(text: str) -> dict[str, grammar.Claim]:
    return docstring_claims(text).parameters


def learn_ranks(function: ir.Function, arguments: dict[str, Value], store: Store) -> None:
    """Assume that a function is called with as many axes as its docstring says."""
    for name, claim in _of_docstring(function.docstring).items() if function.docstring is not None else ():
        value = arguments.get(name)
        if isinstance(value, Either):
            options = value.present
            value = options[0] if len(options) == 1 else None
        if type(value) is Opaque and not value.used_as_number:
            value = value.tensor
        if isinstance(value, Tensor) and not any(axis.variadic for axis in claim.axes):
            store.fix_rank(value.shape, len(claim.axes))


def _text(claim: grammar.Claim) -> str:
    return ", ".join(axis.text for axis in claim.axes)


def _contradiction(axes: tuple[grammar.Axis, ...], shape: Shape, frame: Frame) -> str | None:
    """Why a tensor of this shape cannot be as claimed; None when it can."""
    axes = always_there(axes)
    star = next((i for i, axis in enumerate(axes) if axis.variadic), None)
    if shape.axes is None:
        return None
    if star is None:
        if len(axes) != len(shape.axes):
            return f"{len(axes)} axes are claimed, there are {len(shape.axes)}"
        pairs = list(zip(axes, shape.axes, strict=True))
    else:
        after = len(axes) - star - 1
        if len(shape.axes) < star + after:
            return f"at least {star + after} axes are claimed, there are {len(shape.axes)}"
        pairs = list(zip(axes[:star], shape.axes[:star], strict=True))
        pairs += zip(axes[star + 1 :], shape.axes[len(shape.axes) - after :], strict=True)
    for claimed, actual in pairs:
        if claimed.kind is AxisKind.FIXED and claimed.size is not None:
            if frame.path.store.compare(constant(claimed.size), actual.size) is Verdict.DIFFERENT:
                return f"{claimed.size} is claimed where the size is {actual.size}"
    return None
