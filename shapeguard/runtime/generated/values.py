"""The text that checks a value against any annotation."""

import typing
from inspect import Parameter
from types import NoneType, UnionType
from typing import Any

from shapeguard.runtime.annotations import is_array, is_tensor_class
from shapeguard.runtime.generated.arrays import check_array, is_no
from shapeguard.runtime.generated.emitter import Emitter, Inexpressible
from shapeguard.runtime.generated.fields import check_structure, is_scoped, structure_in
from shapeguard.runtime.mismatch import parsed_axes

_EXACT = (int, str, bool, bytes, float)


def check_value(annotation: Any, value: str, emitter: Emitter, *, certain: bool = True) -> None:
    """Statements that leave `value` alone where it certainly fits `annotation`, and refuse the rest.

    Raises:
        Inexpressible: for annotations that only jaxtyping and the type checker can judge.
    """
    origin = typing.get_origin(annotation)
    if annotation in (Parameter.empty, Any, object):
        return
    if annotation is None or annotation is NoneType:
        emitter.refuse_if(f"{value} is not None", "is not None")
    elif is_array(annotation):
        check_array(annotation, value, emitter, certain=certain)
    elif (structure := structure_in(annotation, emitter)) is not None:
        check_structure(annotation, structure, value, emitter, certain=certain)
    elif not is_scoped(annotation, emitter):
        _check_other(annotation, value, emitter)
    elif origin in {typing.Union, UnionType}:
        _check_union(typing.get_args(annotation), value, emitter)
    elif origin in {list, tuple, dict}:
        _check_container(annotation, value, emitter, certain=certain)
    elif origin is typing.Annotated:
        check_value(typing.get_args(annotation)[0], value, emitter, certain=certain)
    else:
        raise Inexpressible(str(annotation))


def _check_other(annotation: Any, value: str, emitter: Emitter) -> None:
    if emitter.traced or emitter.options.shapes_only:
        return  # a graph has nothing to say about what is no tensor
    if annotation in _EXACT:
        emitter.refuse_if(f"type({value}) is not {annotation.__name__}")
    elif isinstance(annotation, type) and is_tensor_class(annotation):
        tensor = emitter.constant(annotation, "cls")
        emitter.refuse_if(f"type({value}) is not {tensor} and not isinstance({value}, {tensor})")
    elif isinstance(annotation, type) and type(annotation) is type and not _has_parts(annotation):
        emitter.refuse_if(f"not isinstance({value}, {emitter.constant(annotation, 'cls')})")
    else:
        emitter.refuse_if(f"not _sg.accepts({value}, {emitter.constant(annotation, 'other')})")


def _has_parts(annotation: type) -> bool:
    """Whether a value's class is not all that there is to look at: generic aliases, and named tuples."""
    return bool(typing.get_args(annotation)) or hasattr(annotation, "_fields")


def _check_union(members: tuple[Any, ...], value: str, emitter: Emitter) -> None:
    """Members that exclude each other: by being None, by class, by rank."""
    arrays = [member for member in members if is_array(member)]
    others = [member for member in members if not is_array(member) and member is not NoneType]
    if len(members) == 2 and NoneType in members and (arrays or structure_in(others[0], emitter)):
        with emitter.block(f"if {value} is not None:"):
            check_value((arrays or others)[0], value, emitter, certain=False)
        return
    containers = [member for member in others if typing.get_origin(member) in {list, tuple, dict}]
    origins = [typing.get_origin(member) for member in containers]
    exact = [member for member in others if member in _EXACT]
    if len(containers) + len(exact) != len(others) or len(set(origins)) != len(origins):
        raise Inexpressible(str(members))
    branches = [(f"{value} is None", None)] if NoneType in members else []
    branches += [(f"type({value}) is {member.__name__}", None) for member in exact]
    branches += [(f"type({value}) is {origin.__name__}", m) for origin, m in zip(origins, containers, strict=True)]
    branches += _by_rank(arrays, value, emitter)
    for i, (condition, member) in enumerate(branches):
        with emitter.block(f"{'elif' if i else 'if'} {condition}:"):
            if member is not None:
                check_value(member, value, emitter, certain=False)
    emitter.line(f"else: {emitter.refusal('fits no member of its union')}")


def _by_rank(arrays: list[Any], value: str, emitter: Emitter) -> list[tuple[str, Any]]:
    if len(arrays) == 1:
        return [(f"not ({is_no(arrays[0], value, emitter)})", arrays[0])]
    axes = [parsed_axes(array.dim_str) for array in arrays]
    ranks = {len(each) for each in axes if not any(axis.variadic for axis in each)}
    if len(ranks) != len(arrays) or len({array.array_type for array in arrays}) > 1:
        raise Inexpressible(str(arrays))
    return [
        (f"not ({is_no(array, value, emitter)}) and len({value}.shape) == {len(each)}", array)
        for array, each in zip(arrays, axes, strict=True)
    ]


def _check_container(annotation: Any, value: str, emitter: Emitter, *, certain: bool) -> None:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    emitter.refuse_if(f"type({value}) is not {origin.__name__}", f"is no {origin.__name__}")
    item = emitter.fresh("e")
    if origin is dict:
        if arguments[0] is not str:
            raise Inexpressible(str(annotation))
        with emitter.block(f"for {item}k, {item} in {value}.items():"):
            check_value(str, f"{item}k", emitter)
            check_value(arguments[1], item, emitter, certain=False)
    elif origin is list or arguments[1:] == (Ellipsis,):
        check_items(arguments[0], value, emitter)
    else:
        emitter.refuse_if(f"len({value}) != {len(arguments)}", f"has not {len(arguments)} items")
        items = [f"{item}_{i}" for i in range(len(arguments))]
        if items:
            emitter.line(f"{', '.join(items)}, = {value}")
        for each, name in zip(arguments, items, strict=True):
            check_value(each, name, emitter, certain=certain)


def check_items(annotation: Any, values: str, emitter: Emitter) -> None:
    """Every item of a list or tuple."""
    item = emitter.fresh("e")
    with emitter.block(f"for {item} in {values}:"):
        check_value(annotation, item, emitter, certain=False)
