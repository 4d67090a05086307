"""Which expression of a call is which parameter of the operation that it calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from shapeguard.ops import LAYERS, OPERATIONS
from shapeguard.ops.conversion import CONVERTERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapeguard.ops.binding import Signature

_METHOD = "torch.Tensor."
_TENSORS = (CONVERTERS["Tensor"], CONVERTERS["Tensor | None"], CONVERTERS["Value"])


class Arguments:
    """The arguments of `node`, a call of `operation`; none where it is not known which is which."""

    def __init__(self, node: cst.Call, operation: str) -> None:
        self.signature = _signature(operation)
        self.node = node
        self.has_receiver = operation.startswith(_METHOD)
        self.by_name: dict[str, cst.BaseExpression] = {}
        self.is_own = _is_call_of(node, operation)
        if self.signature is not None and self.is_own:
            self.by_name = self._bound(self.signature)

    def _bound(self, signature: Signature) -> dict[str, cst.BaseExpression]:
        args = self.node.args
        if any(arg.star for arg in args):
            return {}
        given = [arg.value for arg in args if arg.keyword is None]
        if self.has_receiver and isinstance(self.node.func, cst.Attribute):
            given.insert(0, self.node.func.value)
        names = [parameter.name for parameter in signature.positional]
        if len(given) > len(names) and signature.variadic is None:
            return {}
        bound = dict(zip(names, given, strict=False))
        for arg in args:
            if arg.keyword is not None:
                bound[signature.own_name(arg.keyword.value)] = arg.value
        return bound

    def tensors(self, count: int) -> list[cst.BaseExpression]:
        """The `count` tensors that the operation works on, in the order of its parameters; none where there are others.

        What an operation cannot do without goes before what it takes besides; its only one may be a list of them.
        """
        if self.signature is None:
            return []
        parameters = [parameter for parameter in self.signature.positional if parameter.convert in _TENSORS]
        present = [parameter for parameter in parameters if parameter.name in self.by_name]
        needed = [self.by_name[parameter.name] for parameter in present if parameter.is_required]
        if len(needed) == count:
            return needed
        if len(needed) == 1 and isinstance(needed[0], (cst.List, cst.Tuple)):
            items = needed[0].elements
            return [item.value for item in items] if len(items) == count and not _has_star(items) else []
        return [self.by_name[parameter.name] for parameter in present] if len(present) == count else []

    def is_next(self, parameter: str) -> bool:
        """Whether one more positional argument would be this parameter."""
        if self.signature is None or any(arg.keyword is not None for arg in self.node.args):
            return False
        names = [each.name for each in self.signature.positional]
        return names[len(self.by_name) : len(self.by_name) + 1] == [parameter]


def _has_star(items: Iterable[cst.BaseElement]) -> bool:
    return any(isinstance(item, cst.StarredElement) for item in items)


def _signature(operation: str) -> Signature | None:
    if operation in OPERATIONS:
        return OPERATIONS[operation].signature
    return LAYERS[operation].forward if operation in LAYERS else None


def _is_call_of(node: cst.Call, operation: str) -> bool:
    """Whether the call is the operation's own, and not that of a function that calls it, such as `map`."""
    if operation in LAYERS:
        return True
    name = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
    return isinstance(name, cst.Name) and name.value == operation.rpartition(".")[2]
