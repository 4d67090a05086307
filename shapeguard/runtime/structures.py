"""Classes whose annotated fields hold arrays: dataclasses, named tuples, typed dictionaries."""

import dataclasses
import typing
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from types import UnionType
from typing import Any, Final, NamedTuple

from shapeguard.runtime.annotations import is_array, mentions_array


class Form(Enum):
    DATACLASS = "dataclass"
    NAMED_TUPLE = "named tuple"
    TYPED_DICT = "typed dictionary"


class Structure(NamedTuple):
    """The annotations of the fields that hold arrays, or something that does, and of the `others`.

    `plain` where they are written as objects: typeguard looks into named tuples and typed dictionaries then.
    """

    form: Form
    fields: dict[str, Any]
    others: dict[str, Any]
    plain: bool


FORMS_OF_TYPEGUARD: Final = frozenset({Form.NAMED_TUPLE, Form.TYPED_DICT})


class Part(NamedTuple):
    """A value inside of another, and how to get there: `.images`, `['images']`."""

    path: str
    value: object
    annotation: Any


@lru_cache(maxsize=1024)
def structure_of(annotation: Any) -> Structure | None:
    """The fields of a class that hold arrays; None for anything else, also where they cannot be evaluated."""
    form = _form(annotation)
    if form is None:
        return None
    try:
        hints = typing.get_type_hints(annotation, include_extras=True)
    except Exception:  # noqa: BLE001 - evaluating annotations runs whatever they say
        return None
    if form is Form.DATACLASS:
        hints = {field.name: hints[field.name] for field in dataclasses.fields(annotation)}
    hints = {name: _bare(hint) for name, hint in hints.items()}
    fields = {name: hint for name, hint in hints.items() if mentions_array(hint) or _mentions_structure(hint)}
    if not fields:
        return None
    others = {name: hint for name, hint in hints.items() if name not in fields}
    written = vars(annotation).get("__annotations__", {}).values()
    return Structure(form, fields, others, not any(map(_is_text, written)))


def _form(annotation: Any) -> Form | None:
    if not isinstance(annotation, type):
        return None
    if dataclasses.is_dataclass(annotation):
        return Form.DATACLASS
    if issubclass(annotation, tuple) and hasattr(annotation, "_fields"):
        return Form.NAMED_TUPLE
    return Form.TYPED_DICT if typing.is_typeddict(annotation) else None


def _bare(hint: Any) -> Any:
    """`Required[x]`, `NotRequired[x]` are x."""
    while typing.get_origin(hint) in {typing.Required, typing.NotRequired}:
        hint = typing.get_args(hint)[0]
    return hint


def _is_text(annotation: object) -> bool:
    return isinstance(annotation, str | typing.ForwardRef)


def _mentions_structure(hint: Any) -> bool:
    """Not asked what it holds: classes may hold each other."""
    return _form(hint) is not None or any(map(_mentions_structure, typing.get_args(hint)))


def parts(value: object, annotation: Any, path: str = "", seen: frozenset[int] = frozenset()) -> Iterator[Part]:
    """Every annotated field of the structures in `value`, outer ones first."""
    structure = structure_of(annotation) if isinstance(annotation, type) else None
    if structure is not None:
        if id(value) in seen:
            return
        for name, hint in structure.fields.items():
            for step, item in field_of(value, name, structure.form):
                if mentions_array(hint):
                    yield Part(f"{path}{step}", item, hint)
                yield from parts(item, hint, f"{path}{step}", seen | {id(value)})
        return
    if is_array(annotation) or not _mentions_structure(annotation):
        return
    for step, item, hint in _items(value, annotation):
        yield from parts(item, hint, f"{path}{step}", seen)


def field_of(value: object, name: str, form: Form) -> Iterator[tuple[str, object]]:
    """The one field, where the value has it."""
    if form is Form.TYPED_DICT:
        if isinstance(value, dict) and name in value:
            yield f"[{name!r}]", value[name]
    elif hasattr(value, name):
        yield f".{name}", getattr(value, name)


def _items(value: Any, annotation: Any) -> Iterator[tuple[str, object, Any]]:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in {typing.Union, UnionType}:
        for member in arguments:
            plain = typing.get_origin(member) or member
            if isinstance(plain, type) and not is_array(plain) and (_is(value, plain)):
                yield "", value, member
                return
    elif origin is typing.Annotated:
        yield "", value, arguments[0]
    elif isinstance(value, dict) and len(arguments) == 2:
        yield from ((f"[{key!r}]", item, arguments[1]) for key, item in value.items())
    elif isinstance(value, list | tuple) and arguments:
        alike = origin is not tuple or arguments[1:] == (Ellipsis,)
        hints = (arguments[0],) * len(value) if alike else arguments
        yield from ((f"[{i}]", item, hint) for i, (item, hint) in enumerate(zip(value, hints, strict=False)))


def _is(value: object, kind: type) -> bool:
    return isinstance(value, dict if typing.is_typeddict(kind) else kind)
