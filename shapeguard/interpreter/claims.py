"""Shapes that comments state, held against what is inferred."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from shapeguard.dims import Verdict, constant
from shapeguard.events.contracts import ClaimMismatch, ClaimRefused, DocstringMismatch
from shapeguard.events.sizes import AxisOutOfRange, RankMismatch, UnpackMismatch
from shapeguard.grammar import AxisKind, docstring_claims, item_claims
from shapeguard.interpreter import ir
from shapeguard.interpreter.assumptions import assume, claims_of
from shapeguard.interpreter.dispatch import evaluate
from shapeguard.interpreter.scope import always_there
from shapeguard.interpreter.structure import holds_several, rebound
from shapeguard.shapes.axis import Origin
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import Either, Opaque, Tensor, Value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from shapeguard import grammar
    from shapeguard.dims import Dim
    from shapeguard.events import Event
    from shapeguard.interpreter.frame import Frame
    from shapeguard.shapes.axis import Axis
    from shapeguard.shapes.store import Store


def check_claim(
    comment: str, target: ir.Expression | None, value: Value, frame: Frame, site: int, made: ir.Expression | None = None
) -> Value:
    """Hold the claim of a trailing comment against the value; an unknown value is assumed to be as claimed.

    `made` is the expression that made the value, where it is one alone.
    """
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
            reason = None if _lists_factors(comment, claim, shape, frame) else _contradiction(claim.axes, shape, frame)
            if not claim.complete and len(claim.axes) != shape.rank:
                return value
            if reason is not None and _explains_index(claim, made, frame):
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


def check_docstring(function: ir.Function, result: Value, frame: Frame) -> None:
    """Hold what a docstring says of the result against it."""
    if function.docstring is None or not isinstance(result, Tensor):
        return
    claim = _of_docstring(function.docstring).returns
    if claim is None or not claim.exact or len(claim.axes) < 2:  # one axis may well be several, run together
        return
    shape = frame.path.store.shape(result)
    if claim.complete or len(claim.axes) == shape.rank:
        reason = _contradiction(claim.axes, shape, frame)
        if reason is not None:
            reason = _contradiction(claim.axes, shape, frame, rebound(function.body))
        if reason is not None:
            frame.interpreter.report(DocstringMismatch(_text(claim), shape, reason), function.site, frame)


def _lists_factors(comment: str, claim: grammar.Claim, shape: Shape, frame: Frame) -> bool:
    """Whether `T x B x C` or `TxB` may list what the axes of a tensor are merged from."""
    axes = shape.axes
    if axes is None or len(claim.axes) <= len(axes):
        return False
    if "," in comment[claim.axes[0].offset : claim.axes[-1].offset]:
        return False
    sizes = [frame.path.store.facts.simplify(axis.size) for axis in axes]
    merged = any(len(monomial) > 1 for size in sizes for monomial in size.terms)
    return merged or any(size.constant is None and not size.named for size in sizes)


def _explains_index(claim: grammar.Claim, made: ir.Expression | None, frame: Frame) -> bool:
    """Whether `x[0, 0]  # (batch=1, head=1, n, d)` says which axes the numbers are taken of."""
    if type(made) is not ir.Subscript or not any(axis.name and axis.size is not None for axis in claim.axes):
        return False
    if type(made.value) not in (ir.Name, ir.Attribute):
        return False
    whole = evaluate(made.value, frame)
    return isinstance(whole, Tensor) and _contradiction(claim.axes, frame.path.store.shape(whole), frame) is None


def parameter_claims(function: ir.Function) -> dict[str, grammar.Claim]:
    """What the docstring, and comments behind parameters, say of a function's arguments."""
    claims = {} if function.docstring is None else dict(_documented(function))
    for parameter in function.parameters:
        if parameter.comment is not None:
            for claim in claims_of(parameter.comment)[-1:]:
                if claim.name in (None, parameter.name):
                    claims[parameter.name] = claim
    return claims


def _documented(function: ir.Function) -> dict[str, grammar.Claim]:
    """What the docstring says of arguments, but of those that hold several: it speaks of a member."""
    claims = _of_docstring(function.docstring or "").parameters
    several = {parameter.name for parameter in function.parameters if holds_several(parameter)} if claims else ()
    return {name: claim for name, claim in claims.items() if name not in several} if several else claims


def are_sizes(parameter: str) -> bool:
    """Whether what is said of an argument's shape is what it holds: of `shape`, `(N, C, H, W)`."""
    return parameter.endswith(("shape", "size"))


def documented_items(module: ir.Module) -> dict[str, grammar.Claim]:
    """The shapes that the docstrings of a file agree to give to items of dictionaries, by key."""
    found: dict[str, grammar.Claim | None] = {}
    for text in _docstrings(module.body):
        for key, claim in item_claims(text).items():
            known = found.setdefault(key, claim)
            if known is not None and len(known.axes) != len(claim.axes):
                found[key] = None
    return {key: claim for key, claim in found.items() if claim is not None}


def _docstrings(body: ir.Block) -> Iterator[str]:
    for statement in body:
        if isinstance(statement, (ir.Function, ir.Class)):
            if statement.docstring is not None:
                yield statement.docstring
            yield from _docstrings(statement.body)


@lru_cache(maxsize=4096)
def _of_docstring(text: str) -> grammar.DocstringClaims:
    return docstring_claims(text)


def learn_ranks(function: ir.Function, arguments: dict[str, Value], store: Store) -> None:
    """Assume that a function is called with as many axes as its docstring says."""
    claims = {} if function.docstring is None else _documented(function)
    for name, claim in claims.items():
        value = None if are_sizes(name) else arguments.get(name)
        if isinstance(value, Either):
            options = value.present
            value = options[0] if len(options) == 1 else None
        if type(value) is Opaque and not value.used_as_number:
            value = value.tensor
        if isinstance(value, Tensor) and not any(axis.variadic for axis in claim.axes):
            store.fix_rank(value.shape, len(claim.axes))


def _text(claim: grammar.Claim) -> str:
    return ", ".join(axis.text for axis in claim.axes)


def _contradiction(
    axes: tuple[grammar.Axis, ...], shape: Shape, frame: Frame, doubtful: Collection[str] = ()
) -> str | None:
    """Why a tensor of this shape cannot be as claimed, whatever the names in `doubtful` mean; None when it can."""
    axes = always_there(axes)
    star = next((i for i, axis in enumerate(axes) if axis.variadic), None)
    if shape.axes is None:
        return None
    if star is None:
        if len(axes) != len(shape.axes):
            return _other_rank(len(axes), len(shape.axes))
        pairs = list(zip(axes, shape.axes, strict=True))
    else:
        after = len(axes) - star - 1
        if len(shape.axes) < star + after:
            return f"at least {_other_rank(star + after, len(shape.axes))}"
        pairs = list(zip(axes[:star], shape.axes[:star], strict=True))
        pairs += zip(axes[star + 1 :], shape.axes[len(shape.axes) - after :], strict=True)
    store = frame.path.store
    for claimed, actual in pairs:
        if claimed.kind is AxisKind.FIXED and claimed.size is not None:
            if store.compare(constant(claimed.size), actual.size) is Verdict.DIFFERENT:
                return f"{claimed.size} is claimed where the size is {store.facts.simplify(actual.size)}"
        if actual.is_one and actual.origin is Origin.WRITTEN:
            continue  # an example of one item, whose axes are named
        meant = _meant(claimed, frame, doubtful)
        if meant is not None and store.differ(meant, actual.size):
            return f"{claimed.name} is claimed where the size is {store.facts.simplify(actual.size)}"
    return _other_order(pairs, frame, doubtful)


def _other_rank(claimed: int, actual: int) -> str:
    axes = "1 axis is" if claimed == 1 else f"{claimed} axes are"
    return f"{axes} claimed, there {'is' if actual == 1 else 'are'} {actual}"


def _meant(claimed: grammar.Axis, frame: Frame, doubtful: Collection[str]) -> Dim | None:
    named = claimed.kind is AxisKind.NAMED and claimed.name and claimed.name not in doubtful
    return frame.meaning(claimed.name) if named and claimed.name else None


def _other_order(pairs: list[tuple[grammar.Axis, Axis]], frame: Frame, doubtful: Collection[str]) -> str | None:
    """Why axes that are named as the function's own sizes are not in this order; None where they may be.

    It takes all of them, or two that are in each other's place: of one alone a caller may think otherwise.
    """
    facts = frame.path.store.facts
    there = [facts.simplify(actual.size) for _, actual in pairs]
    if len(set(there)) < len(there):
        return None
    said = [_place(claimed, there, frame, doubtful) for claimed, _ in pairs]
    swapped = any(place is not None and place != i and said[place] == i for i, place in enumerate(said))
    moved = None not in said and len(set(said)) == len(said) and said != list(range(len(said)))
    return "these axes are there in another order" if swapped or moved else None


def _place(claimed: grammar.Axis, there: list[Dim], frame: Frame, doubtful: Collection[str]) -> int | None:
    """Where the size is that a claim names, by what the function means by the name or by what its axes are called."""
    if claimed.kind is not AxisKind.NAMED or not claimed.name or claimed.name in doubtful:
        return None
    meant = frame.meaning(claimed.name)
    if meant is not None:
        meant = frame.path.store.facts.simplify(meant)
        return there.index(meant) if meant in there else None
    called = [i for i, size in enumerate(there) if size.names == claimed.name]
    return called[0] if len(called) == 1 else None


def refusal(event: Event, claims: Collection[grammar.Claim]) -> ClaimRefused | None:
    """What an event, of a run that takes claims as true, says of one of them: that the code has other axes in mind.

    Only what states nothing but a shape can be wrong about it.
    """
    if isinstance(event, UnpackMismatch):
        shape = Shape(event.shape)
        reason = f"{event.names} sizes are unpacked here"
    elif isinstance(event, AxisOutOfRange):
        shape, reason = event.shape, f"axis {event.dim} is taken here"
    elif isinstance(event, RankMismatch) and len(event.shapes) == 1:
        axes = "axis is" if event.expected in ("1", "at least 1") else "axes are"
        shape, reason = event.shapes[0], f"{event.expected} {axes} needed here"
    else:
        return None
    claimed = shape.axes and all(axis.origin is Origin.CLAIMED for axis in shape.axes)
    exact = all(claim.exact for claim in claims if len(claim.axes) == shape.rank)
    return ClaimRefused(shape, reason) if claimed and exact else None
