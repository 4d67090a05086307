"""From a refused call to the error that the user sees."""

from collections.abc import Iterator, Mapping
from inspect import Parameter, Signature

from jaxtyping import AnnotationError, jaxtyped

from shapeguard.runtime.beyond import Beyond
from shapeguard.runtime.errors import ShapeError
from shapeguard.runtime.messages import Call, place_of, text_of
from shapeguard.runtime.mismatch import Binding, Mismatch, Scope, find
from shapeguard.runtime.rank import rank_prefix
from shapeguard.runtime.repairs import repair


def refusal(call: Call, account: Exception, beyond: Beyond) -> ShapeError | AnnotationError:
    """The error for a call that the checkers refused with `account`."""
    mismatch = help_ = None
    try:
        with jaxtyped("context"):  # what looks at arrays here is to bind nothing in the caller's scope
            scope = Scope(call.arguments, beyond.accepts, call.forms, beyond.held(call.arguments))
            mismatch = _mismatch(call, scope, blame_unbound=isinstance(account, AnnotationError))
            help_ = mismatch and repair(mismatch, scope)
    except Exception:  # noqa: BLE001, S110 - values and annotations run their own code; the verdict stands without a reason
        pass
    kind = AnnotationError if isinstance(account, AnnotationError) else ShapeError
    return kind(rank_prefix() + text_of(call, mismatch, help_, str(account)))


def _mismatch(call: Call, scope: Scope, *, blame_unbound: bool) -> Mismatch | None:
    """Walk the arguments in order, and the result where there is one, as the checkers did.

    Twice, for axes that are computed from names bound later.
    """
    mismatch = _walk(call, scope)
    if mismatch is None:
        scope.complete = True
        mismatch = _walk(call, scope)
    if mismatch is None and blame_unbound:
        scope.blames_unbound = True
        mismatch = _walk(call, scope)
    return mismatch


def _walk(call: Call, scope: Scope) -> Mismatch | None:
    for label, item, annotation in labelled(call.arguments, call.signature):
        if mismatch := find(item, annotation, place_of(label), scope):
            return mismatch
    for name, sizes in call.bound.items():
        scope.bindings.setdefault(name, Binding(sizes, "the body"))
    for result in call.result:
        if call.signature.return_annotation is not Parameter.empty:
            return find(result, call.signature.return_annotation, call.place, scope)
    return None


def labelled(arguments: Mapping[str, object], signature: Signature) -> Iterator[tuple[str, object, object]]:
    """Every annotated argument, and every one of `*args` and `**kwargs`."""
    for name, value in arguments.items():
        parameter = signature.parameters[name]
        if parameter.annotation is Parameter.empty:
            continue
        values: dict[str, object] = {name: value}
        if parameter.kind is Parameter.VAR_POSITIONAL and isinstance(value, tuple):
            values = {f"{name}[{i}]": item for i, item in enumerate(value)}
        elif parameter.kind is Parameter.VAR_KEYWORD and isinstance(value, dict):
            values = {f"{name}[{key!r}]": item for key, item in value.items()}
        for label, item in values.items():
            yield label, item, parameter.annotation
