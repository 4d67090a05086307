"""Axes that are computed from names bound later: `Float[Tensor, "b+1"]` before the argument that binds `b`."""

import typing
from inspect import Parameter, Signature
from types import GenericAlias
from typing import Any

from shapeguard.grammar import Axis, AxisKind, Opaque
from shapeguard.runtime.annotations import is_array
from shapeguard.runtime.mismatch import parsed_axes
from shapeguard.runtime.sizes import names_in


def relaxed(annotation: Any) -> Any:
    """`annotation` with `_` for every axis that is computed from others: what it binds can be bound before it is checked.

    Where a union has such an axis, which member is meant is seen only when it can be computed: it becomes `Any`.
    """
    if is_array(annotation):
        axes = parsed_axes(annotation.dim_str)
        if not any(map(_is_computed, axes)):
            return annotation
        text = " ".join("_" if _is_computed(axis) else axis.text for axis in axes)
        return annotation.dtype[annotation.array_type, text]
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if not arguments or not any(relaxed(a) is not a for a in arguments):
        return annotation
    if origin is typing.Annotated:
        return relaxed(arguments[0])
    if origin in {list, tuple, dict}:
        return GenericAlias(origin, tuple(map(relaxed, arguments)))
    return Any


def _is_computed(axis: Axis) -> bool:
    expression = axis.expression
    return axis.kind is AxisKind.SYMBOLIC and (
        expression is None or isinstance(expression, Opaque) or next(names_in(expression), None) is not None
    )


def relaxed_signature(signature: Signature) -> Signature:
    def weaker(annotation: Any) -> Any:
        return annotation if annotation is Parameter.empty else relaxed(annotation)

    parameters = [p.replace(annotation=weaker(p.annotation)) for p in signature.parameters.values()]
    return signature.replace(parameters=parameters, return_annotation=weaker(signature.return_annotation))
