"""A value in the body of a function that does not fit the scope it runs in."""

from inspect import Signature
from types import FrameType
from typing import Any, NamedTuple

from jaxtyping import AnnotationError, jaxtyped

from shapeguard.runtime.beyond import Beyond
from shapeguard.runtime.enforce import Enforced
from shapeguard.runtime.errors import ShapeError
from shapeguard.runtime.explain import labelled
from shapeguard.runtime.messages import place_of, row, table
from shapeguard.runtime.mismatch import Binding, Scope, find
from shapeguard.runtime.options import Options
from shapeguard.runtime.rank import rank_prefix
from shapeguard.runtime.repairs import repair
from shapeguard.runtime.reports import report
from shapeguard.runtime.scope import bindings, current

_HEAD = ("value", "annotation", "shape", "bindings")


class Value(NamedTuple):
    """What was looked at: its source text, and what is declared of it as an annotation and as it is written."""

    name: str
    value: object
    annotation: Any
    written: str


def refusal_here(value: Value, frame: FrameType, *, unbound: bool = False) -> ShapeError | AnnotationError | None:
    """The error to be raised, None where the function that owns the scope was asked to report it, which is done.

    `frame` is where the value was looked at; it is `unbound` where nothing binds a name that an axis is computed from.
    """
    enforced = owner_of(frame)
    options = enforced.options if enforced else Options(None)
    kind = AnnotationError if unbound else ShapeError
    error = kind(_text(value, frame, enforced, unbound=unbound))
    if options.on_error == "raise":
        return error
    report(error, options.on_error, (frame.f_code.co_filename, frame.f_lineno))
    return None


def owner_of(frame: FrameType | None) -> Enforced | None:
    """The innermost guarded function that is running: its frame closes over what it was made of."""
    while frame is not None:
        if "_sg" in frame.f_code.co_freevars:
            found: Enforced | None = getattr(frame.f_locals["_sg"], "enforced", None)
            return found
        frame = frame.f_back
    return None


def _text(value: Value, frame: FrameType, enforced: Enforced | None, *, unbound: bool) -> str:
    place = f"'{value.name}'"
    mismatch, help_ = None, None
    sizes = bindings()
    try:
        scope = _scope(enforced)
        with jaxtyped("context"):
            mismatch = find(value.value, value.annotation, place, scope)
            scope.complete, scope.blames_unbound = True, unbound
            mismatch = mismatch or find(value.value, value.annotation, place, scope)
            help_ = mismatch and repair(mismatch, scope)
    except Exception:  # noqa: BLE001, S110 - values run their own code; the verdict stands without a reason
        pass
    first = mismatch.text if mismatch else f"{place} does not fit {value.written}"
    name, _, shape, bound = row(value.name, value.annotation, value.value)
    return "\n".join(
        [
            f"{rank_prefix()}{frame.f_code.co_qualname.rpartition('<locals>.')[2]}: {first}",
            f"  at {frame.f_code.co_filename}:{frame.f_lineno}",
            *table([_HEAD, (name, value.written, shape, bound)]),
            f"  in scope: {' '.join(f'{axis}={size}' for axis, size in sizes.items()) or 'nothing'}",
            *([f"  help: {help_}"] if help_ else []),
        ]
    )


def _scope(enforced: Enforced | None) -> Scope:
    """What is bound, and by which argument, as far as the arguments still say so."""
    memo, sizes = current(), bindings()
    beyond = enforced.beyond if enforced else Beyond(Signature(), Options(None))
    arguments = memo[3] if memo else {}
    scope = Scope(arguments, beyond.accepts, beyond.forms)
    if enforced and arguments.keys() <= enforced.signature.parameters.keys():
        with jaxtyped("context"):
            for label, item, annotation in labelled(arguments, enforced.signature):
                find(item, annotation, place_of(label), scope)
    known = scope.bindings
    scope.bindings = {
        name: known[name] if name in known and known[name].size == size else Binding(size, "the body")
        for name, size in sizes.items()
    }
    return scope
