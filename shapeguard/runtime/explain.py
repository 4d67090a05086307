"""From a refused call to the error that the user sees."""

from inspect import Parameter

from shapeguard.runtime.errors import ShapeError
from shapeguard.runtime.messages import Call, place_of, text_of
from shapeguard.runtime.mismatch import Binding, Mismatch, Scope, find
from shapeguard.runtime.rank import rank_prefix
from shapeguard.runtime.repairs import repair


def refusal(call: Call, account: str) -> ShapeError:
    """The error for a call that jaxtyping refused with the text `account`."""
    mismatch = help_ = None
    scope = Scope(call.arguments)
    try:
        mismatch = _mismatch(call, scope)
        help_ = mismatch and repair(mismatch, scope)
    except Exception:  # noqa: BLE001, S110 - values and annotations run their own code; the verdict stands without a reason
        pass
    return ShapeError(rank_prefix() + text_of(call, mismatch, help_, account))


def _mismatch(call: Call, scope: Scope) -> Mismatch | None:
    """Walk the arguments in order, and the result where there is one, as the checkers did."""
    for name, value in call.arguments.items():
        parameter = call.signature.parameters[name]
        values: dict[str, object] = {name: value}
        if parameter.kind is Parameter.VAR_POSITIONAL and isinstance(value, tuple):
            values = {f"{name}[{i}]": item for i, item in enumerate(value)}
        elif parameter.kind is Parameter.VAR_KEYWORD and isinstance(value, dict):
            values = {f"{name}[{key!r}]": item for key, item in value.items()}
        for label, item in values.items():
            mismatch = parameter.annotation is not Parameter.empty and find(
                item, parameter.annotation, place_of(label), scope
            )
            if mismatch:
                return mismatch
    for name, sizes in call.bound.items():
        scope.bindings.setdefault(name, Binding(sizes, "the body"))
    for result in call.result:
        return find(result, call.signature.return_annotation, call.place, scope)
    return None
