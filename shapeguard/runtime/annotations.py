"""A function's annotations as objects: strings evaluated as Python does, axis tuples turned into array types."""

import inspect
import sys
import typing
import warnings
from abc import ABCMeta
from collections.abc import Callable, Mapping
from enum import EnumMeta
from types import NoneType, UnionType
from typing import Any, Final

from jaxtyping import AbstractArray, Shaped

from shapeguard.grammar import GrammarError, parse_axes, parse_tuple, to_jaxtyping
from shapeguard.runtime.errors import ContractError

_PLAIN: Final = (type, ABCMeta, EnumMeta)


def is_array(annotation: object) -> typing.TypeGuard[type[AbstractArray]]:
    return isinstance(annotation, type) and issubclass(annotation, AbstractArray)


def judges_itself(annotation: object) -> bool:
    """Whether a class decides by code of its own what its instances are, as `PyTree[..]` does."""
    if not isinstance(annotation, type) or type(annotation) in _PLAIN:
        return False
    known = is_tensor_class(annotation) or typing.is_typeddict(annotation)
    return not (known or getattr(annotation, "_is_protocol", False))


def is_tensor_class(annotation: type) -> bool:
    """`torch.Tensor`, or a class of the user's own that derives from it."""
    tensor = getattr(sys.modules.get("torch"), "Tensor", None)
    return tensor is not None and type(annotation) is type(tensor)


def mentions_array(annotation: object) -> bool:
    """Whether the current scope has a say in it: arrays, and classes or variables that may look at it."""
    if is_array(annotation) or isinstance(annotation, typing.TypeVar | str | typing.ForwardRef):
        return True
    if annotation is Any:
        return False
    if typing.get_origin(annotation) is typing.Annotated:
        return mentions_array(typing.get_args(annotation)[0])
    if arguments := typing.get_args(annotation):
        return any(mentions_array(a) for a in arguments if not isinstance(a, list))
    return judges_itself(annotation)


def resolved_signature(function: Callable[..., Any], contracts: Mapping[str, object]) -> inspect.Signature:
    """The signature with every annotation as an object; what cannot be resolved is unannotated.

    `contracts` (of the decorator's keyword form, read by `read_contracts`) take the place of annotations.
    """
    signature = inspect.signature(function)
    names = getattr(inspect.unwrap(function), "__globals__", {})
    local = closure_of(inspect.unwrap(function))

    def resolve(place: str, annotation: Any) -> Any:
        if annotation is not inspect.Parameter.empty:
            annotation = evaluated(function, place, annotation, names, local)
        return with_contract(annotation, contracts[place]) if place in contracts else annotation

    parameters = [p.replace(annotation=resolve(p.name, p.annotation)) for p in signature.parameters.values()]
    returned = resolve("returns", signature.return_annotation)
    return signature.replace(parameters=parameters, return_annotation=returned)


def closure_of(function: Callable[..., Any]) -> dict[str, Any]:
    """The values that a function closes over, by name."""
    code, cells = getattr(function, "__code__", None), getattr(function, "__closure__", None)
    found = {}
    for name, cell in zip(code.co_freevars if code else (), cells or (), strict=False):
        try:
            found[name] = cell.cell_contents
        except ValueError:  # not assigned yet
            continue
    return found


def evaluated(
    function: Callable[..., Any], place: str, annotation: Any, names: dict[str, Any], local: dict[str, Any]
) -> Any:
    if not isinstance(annotation, str) and not typing.get_args(annotation):
        return annotation

    def carrier() -> None: ...

    carrier.__annotations__ = {"value": annotation}
    try:
        return typing.get_type_hints(carrier, names, local, include_extras=True)["value"]
    except Exception as error:  # noqa: BLE001 - evaluating an annotation runs whatever it says
        if not isinstance(annotation, str):
            return annotation
        if "[" in annotation and ("'" in annotation or '"' in annotation):
            what = f"{function.__qualname__}: the annotation {annotation} of {place!r} is not checked"
            warnings.warn(f"{what}: {error}", UserWarning, stacklevel=2)
        return inspect.Parameter.empty


def read_contracts(function: Callable[..., Any], contracts: Mapping[str, object]) -> dict[str, object]:
    """Read `x="(batch, channels)"` into axis strings; whatever is no string is an annotation already.

    Raises:
        ContractError: for text that is no shape, and for a name that is no parameter.
    """
    parameters = inspect.signature(function).parameters
    for name in contracts:
        if name != "returns" and name not in parameters:
            known = ", ".join(parameters) or "none"
            raise ContractError(f"{function.__qualname__} has no parameter {name!r} (its parameters: {known})")
    return {name: _axis_string(name, text) if isinstance(text, str) else text for name, text in contracts.items()}


def _axis_string(name: str, text: str) -> str:
    """The jaxtyping axis string of a tuple such as `(batch, 3)`; an axis string is taken as it is."""
    try:
        if not text or not is_tuple(text):
            parse_axes(text)
            return text
        return to_jaxtyping(parse_tuple(text))
    except GrammarError as error:
        raise ContractError(f"{name}={text!r} is no shape: {error}") from None


def is_tuple(text: str) -> bool:
    """Whether commas separate the axes: one outside of inner brackets, or brackets around everything."""
    stripped = text.strip()
    if stripped[:1] in {"(", "["} and " " not in stripped.partition(",")[0]:
        return True
    depth = 0
    for sign in stripped:
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and not depth:
            return True
    return False


def with_contract(annotation: Any, contract: object) -> Any:
    """An array type with the contract's axes, over the class that the annotation names, or over any array."""
    if not isinstance(contract, str):
        return contract
    if is_array(annotation):
        raise ContractError(f"{contract!r} is given where the annotation has axes already: {annotation.__name__}")
    if annotation is inspect.Parameter.empty:
        return Shaped[Any, contract]
    if typing.get_origin(annotation) in {typing.Union, UnionType}:
        members = [a if a is NoneType else with_contract(a, contract) for a in typing.get_args(annotation)]
        return typing.Union[tuple(members)]  # noqa: UP007 - `|` takes no tuple
    return Shaped[annotation, contract]
