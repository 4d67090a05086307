"""Which value of a refused call does not fit, and why.

jaxtyping and the type checker decide whether a call is refused; this walk over the same annotations explains it.
"""

import typing
from collections.abc import Mapping
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, NamedTuple

from shapeguard.grammar import Axis, AxisKind, Expression, parse_axes
from shapeguard.runtime.annotations import is_array, judges_itself, mentions_array
from shapeguard.runtime.checkers import Acceptor
from shapeguard.runtime.describe import annotation_text, describe, dtype_of, shape_of
from shapeguard.runtime.shapes_only import is_of_class, shapes_fit
from shapeguard.runtime.sizes import Unknown, evaluate, factors_of, names_in
from shapeguard.runtime.structures import Form, Structure, field_of, structure_of

parsed_axes = lru_cache(maxsize=4096)(parse_axes)


class Binding(NamedTuple):
    size: int | tuple[int, ...]
    by: str  # "argument 'x'"


class Mismatch(NamedTuple):
    """One sentence about one value. `axis` is the position in its shape, where a single axis is to blame."""

    text: str
    place: str
    value: object
    annotation: Any
    axis: int | None = None
    expected: int | None = None


class Scope:
    """What is bound so far, by whom, and the arguments that `{self.d}` reads.

    `accepts` judges what is no array, `forms` are the classes whose fields are looked at. When it is `complete`,
    everything that can be bound is bound; with `blames_unbound`, an axis that cannot be computed even so is to blame.
    """

    def __init__(
        self,
        arguments: Mapping[str, object],
        accepts: Acceptor,
        forms: frozenset[Form] = frozenset(),
        held: Mapping[str, int] | None = None,
    ) -> None:
        self.arguments = arguments
        self.accepts = accepts
        self.arrays_only = accepts is shapes_fit
        self.forms = forms
        self.bindings = {name: Binding(size, "an earlier call") for name, size in (held or {}).items()}
        self.complete = False
        self.blames_unbound = False

    def sizes(self) -> dict[str, int]:
        return {name: b.size for name, b in self.bindings.items() if isinstance(b.size, int)}


def find(value: object, annotation: Any, place: str, scope: Scope) -> Mismatch | None:
    """The first part of `value` that does not fit; None where everything does, or nothing is known about it."""
    if annotation is None or annotation is NoneType:
        return None if value is None else _wrong_type(value, annotation, place)
    if is_array(annotation):
        return _find_in_array(value, annotation, place, scope)
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in {typing.Union, UnionType}:
        return _find_in_union(value, annotation, place, scope)
    if origin is typing.Annotated:
        return find(value, arguments[0], place, scope)
    if origin in {list, tuple, dict}:
        return _find_in_container(value, annotation, place, scope)
    if judges_itself(annotation):
        return None
    if not scope.accepts(value, annotation) and not _is_structured(value, annotation, scope):
        return _wrong_type(value, annotation, place)
    return _find_in_fields(value, annotation, place, scope)


def _is_structured(value: object, annotation: Any, scope: Scope) -> bool:
    """Whether a value that is not accepted is so for one of its fields."""
    structure = structure_of(annotation) if isinstance(annotation, type) else None
    if structure is None or structure.form not in scope.forms:
        return False
    return isinstance(value, dict if structure.form is Form.TYPED_DICT else annotation)


def _find_in_fields(value: object, annotation: Any, place: str, scope: Scope) -> Mismatch | None:
    if not _is_structured(value, annotation, scope):
        return None
    structure = typing.cast("Structure", structure_of(annotation))
    inner, close = place.removesuffix("'"), "'" * place.endswith("'")
    for name, hint in structure.fields.items():
        for step, item in field_of(value, name, structure.form):
            if mismatch := find(item, hint, f"{inner}{step}{close}", scope):
                return mismatch
    return None


def _wrong_type(value: object, annotation: Any, place: str) -> Mismatch:
    kind = "" if value is None or shape_of(value) is not None else f" ({type(value).__name__})"
    wanted = "None" if annotation in {None, NoneType} else annotation_text(annotation)
    return Mismatch(f"{place} is {describe(value)}{kind}, expected {wanted}", place, value, annotation)


def _find_in_union(value: object, annotation: Any, place: str, scope: Scope) -> Mismatch | None:
    """Blame the member that comes closest: the one array, container or class with fields, if there is just one."""
    before = dict(scope.bindings)
    found = []
    for member in typing.get_args(annotation):
        if value is not None and not mentions_array(member) and not _is_structured(value, member, scope):
            taken = is_of_class(value, member) if scope.arrays_only else scope.accepts(value, member)
            mismatch = None if taken else _wrong_type(value, member, place)
        else:
            mismatch = find(value, member, place, scope)
        if mismatch is None:
            return None
        scope.bindings = dict(before)
        found.append((member, mismatch))
    close = [mismatch for member, mismatch in found if _is_claimed(value, member, scope)]
    return close[0] if len(close) == 1 else _wrong_type(value, annotation, place)


def _is_claimed(value: object, member: Any, scope: Scope) -> bool:
    """Whether a value that does not fit `member` is of its kind."""
    if is_array(member):
        return member.array_type is not Any and isinstance(value, member.array_type)
    origin = typing.get_origin(member)
    return (origin in {list, tuple, dict} and isinstance(value, origin)) or _is_structured(value, member, scope)


def _find_in_container(value: object, annotation: Any, place: str, scope: Scope) -> Mismatch | None:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if not isinstance(value, origin):
        return None if scope.accepts(value, annotation) else _wrong_type(value, annotation, place)
    inner, close = place.removesuffix("'"), "'" * place.endswith("'")
    if isinstance(value, dict):
        items = [(repr(key), item, arguments[1]) for key, item in value.items()]
    else:
        values = tuple(typing.cast("list[object]", value))
        alike = origin is list or arguments[1:] == (Ellipsis,)
        wanted = (arguments[0],) * len(values) if alike else arguments
        if len(values) != len(wanted):
            return _wrong_type(value, annotation, place)
        items = [(str(i), item, each) for i, (item, each) in enumerate(zip(values, wanted, strict=True))]
    for key, item, each in items:
        if mismatch := find(item, each, f"{inner}[{key}]{close}", scope):
            return mismatch
    return None


def _find_in_array(value: object, annotation: Any, place: str, scope: Scope) -> Mismatch | None:
    shape = shape_of(value)
    of_class = annotation.array_type is Any or isinstance(value, annotation.array_type)
    if shape is None or not of_class:
        return _wrong_type(value, annotation, place)
    if not isinstance(value, annotation.dtype[annotation.array_type, "..."]):
        text = f"{place} has dtype {dtype_of(value)}, expected {annotation.dtype.__name__}"
        return Mismatch(text, place, value, annotation)
    axes = parsed_axes(annotation.dim_str)
    run = next((i for i, axis in enumerate(axes) if axis.variadic), None)
    if len(shape) != len(axes) if run is None else len(shape) < len(axes) - 1:
        least = "" if run is None else "at least "
        count = len(axes) - (run is not None)
        has = f"{place} has {_plural(len(shape))} {shape}"
        text = f'{has}, expected {least}{count}: "{annotation.dim_str}"'
        return Mismatch(text, place, value, annotation)
    return _find_in_axes(axes, run, Mismatch("", place, value, annotation), scope)


def _find_in_axes(axes: tuple[Axis, ...], run: int | None, about: Mismatch, scope: Scope) -> Mismatch | None:
    """In jaxtyping's order: the axes before the variadic one, those behind it, then the run itself."""
    shape = typing.cast("tuple[int, ...]", shape_of(about.value))
    split = len(axes) if run is None else run
    behind = len(axes) - split - 1
    single = [(i, axes[i]) for i in range(split)]
    single += [(len(shape) - behind + i, axes[split + 1 + i]) for i in range(behind)]
    for index, axis in single:
        if mismatch := _find_in_axis(axis, index, shape[index], about, scope):
            return mismatch
    if run is None or axes[run].name is None:
        return None
    return _find_in_run(axes[run], shape[split : len(shape) - behind], about, scope)


def _find_in_axis(axis: Axis, index: int, size: int, about: Mismatch, scope: Scope) -> Mismatch | None:
    if axis.kind is AxisKind.ANONYMOUS or axis.treepath or (axis.broadcastable and size == 1):
        return None
    label = f"axis {axis.name!r}" if axis.name else f"axis {index}"
    if axis.kind is AxisKind.FIXED:
        expected, why = axis.size, ""
    elif axis.kind is AxisKind.SYMBOLIC:
        label = f"axis '{axis.expression}'"
        expected, why = _computed(axis.expression, scope)
        if expected is None and scope.complete and (known := _indivisible(axis.expression, size, scope)):
            text = f"{label} of {about.place} has size {size}, no multiple of {known}"
            return about._replace(text=text, axis=index)
        if expected is None and scope.blames_unbound:
            text = f"{label} of {about.place} cannot be computed: {_unbound(axis, scope)}"
            return about._replace(text=text, axis=index)
    else:
        name = typing.cast("str", axis.name)
        binding = scope.bindings.setdefault(name, Binding(size, about.place))
        expected, why = typing.cast("int", binding.size), f", bound by {binding.by}"
    if expected is None or expected == size:
        return None
    text = f"{label} of {about.place} has size {size}, expected {expected}{why}"
    return about._replace(text=text, axis=index, expected=expected)


def _computed(expression: Expression | None, scope: Scope) -> tuple[int | None, str]:
    """The size that an expression stands for, and the bindings it was computed from."""
    if expression is None:
        return None, ""
    try:
        expected = evaluate(expression, scope.sizes(), scope.arguments)
    except Unknown:
        return None, ""
    bound = [(name, scope.bindings[name]) for name in names_in(expression) if name in scope.bindings]
    why = ", ".join(f"{name} = {binding.size} bound by {binding.by}" for name, binding in bound)
    return expected, f" ({why})" if why else ""


def _indivisible(expression: Expression | None, size: int, scope: Scope) -> str | None:
    """The known factors of a product that do not divide its size, and what bound them."""
    known, why = 1, []
    for factor in factors_of(expression) if expression else ():
        value, bound = _computed(factor, scope)
        if value is not None:
            known *= value
            why.append(bound[2:-1])
    if known == 0 or size % known == 0:
        return None
    bindings = ", ".join(filter(None, why))
    return f"{known} ({bindings})" if bindings else str(known)


def _unbound(axis: Axis, scope: Scope) -> str:
    names = [] if axis.expression is None else list(dict.fromkeys(names_in(axis.expression)))
    missing = [repr(name) for name in names if name not in scope.bindings]
    return f"nothing binds {' or '.join(missing)}" if missing else f"{axis.text} has no value"


def _find_in_run(axis: Axis, sizes: tuple[int, ...], about: Mismatch, scope: Scope) -> Mismatch | None:
    name = typing.cast("str", axis.name)
    binding = scope.bindings.setdefault(name, Binding(sizes, about.place))
    if axis.treepath or axis.broadcastable or binding.size == sizes:
        return None
    text = f"axes '*{name}' of {about.place} have sizes {sizes}, expected {binding.size}, bound by {binding.by}"
    return about._replace(text=text)


def _plural(count: int) -> str:
    return f"{count} axis" if count == 1 else f"{count} axes"
