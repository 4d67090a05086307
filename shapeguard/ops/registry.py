"""Where operations are declared: one function or one line each, under all their spellings."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from shapeguard.ops.binding import Signature
from shapeguard.ops.signatures import Relation

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapeguard.ops.layer import Layer
    from shapeguard.shapes.values import Value

F = TypeVar("F", bound="Callable[..., Value | None]")
C = TypeVar("C", bound="type[Layer]")

OPERATIONS: dict[str, Operation] = {}
LAYERS: dict[str, LayerKind] = {}
_HEADER = re.compile(r"([\w.]+)\(([\w, *=.\-]*)\)\Z")


class Operation:
    """A known operation: how arguments bind to it, and what it does to shapes."""

    def __init__(self, name: str, body: Callable[..., Value | None], parameters: list[str] | None = None) -> None:
        self.name = name
        self.body = body
        self.parameters = parameters

    @cached_property
    def signature(self) -> Signature:
        if self.parameters is not None:
            return Signature.of_tensors(self.parameters)
        return Signature.of(self.body, skip=1)


class LayerKind:
    """A known `nn.Module` class: how it is constructed, and what calling it does."""

    def __init__(self, name: str, layer: type[Layer]) -> None:
        self.name = name
        self.layer = layer

    @cached_property
    def constructor(self) -> Signature:
        return Signature.of(self.layer.__init__, skip=2)

    @cached_property
    def forward(self) -> Signature:
        return Signature.of(self.layer.forward, skip=2)


def op(*names: str) -> Callable[[F], F]:
    """Declare the decorated function as the operation of these names.

    A name without dots stands for the function `torch.NAME` and the method `torch.Tensor.NAME`, in place (`NAME_`)
    too; a dotted one stands for itself. The function takes the call and then torch's own parameters.
    """

    def declare(body: F) -> F:
        for name in names:
            for spelling in spellings(name):
                OPERATIONS[spelling] = Operation(spelling, body)
        return body

    return declare


def relation(header: str, text: str, *aliases: str) -> None:
    """Declare an operation by one line: `relation("bmm(input, mat2)", "b n k, b k m -> b n m")`."""
    found = _HEADER.match(header)
    if found is None:
        raise ValueError(f"expected 'name(parameters)', got {header!r}")
    parameters = [name.strip() for name in found[2].split(",")]
    operation = Operation(found[1], Relation(found[1].rpartition(".")[2], text), parameters)
    for name in (found[1], *aliases):
        for spelling in spellings(name):
            OPERATIONS[spelling] = operation


def layer(*names: str) -> Callable[[C], C]:
    """Declare the decorated class as the module class of these names."""

    def declare(cls: C) -> C:
        for name in names:
            LAYERS[name] = LayerKind(name, cls)
        return cls

    return declare


def spellings(name: str) -> tuple[str, ...]:
    if "." in name:
        return (name,)
    return (f"torch.{name}", f"torch.Tensor.{name}", f"torch.Tensor.{name}_", f"torch.{name}_")
