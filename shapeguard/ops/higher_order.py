"""What takes functions and modules: they are called, or wrapped to be called later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.ops.conversion import Unresolved, integer, tensor
from shapeguard.ops.editing import inserted, replaced, with_axis
from shapeguard.ops.layer import Layer
from shapeguard.ops.registry import layer, op
from shapeguard.shapes.values import NONE, Mapping, Number, Opaque, Sequence, Tensor, Value
from shapeguard.shapes.values import integer as number

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.shapes.axis import Axis

CHECKPOINT = frozenset(
    ["use_reentrant", "preserve_rng_state", "context_fn", "determinism_check", "debug", "early_stop"]
)
FIRST = number(0)


@op("torch.utils.checkpoint.checkpoint")
def checkpoint(call: Call, function: Value, *args: Value, **keywords: Value) -> Value:
    """What the function gives."""
    return call.apply(function, *args, **{name: value for name, value in keywords.items() if name not in CHECKPOINT})


@op("torch.utils.checkpoint.checkpoint_sequential")
def checkpoint_sequential(call: Call, functions: Value, segments: Value, input: Value, **options: Value) -> Value:
    """What one function after the other gives."""
    if not isinstance(functions, Sequence):
        return call.apply(functions, input)
    for function in functions.items:
        input = call.apply(function, input)
    return input


@layer("torch.nn.DataParallel", "torch.nn.parallel.DataParallel", "torch.nn.parallel.DistributedDataParallel")
class Parallel(Layer):
    """A module that several devices share the batch of."""

    def __init__(self, call: Call, module: Value, *rest: Value, **options: Value) -> None:
        self.module = module

    def forward(self, call: Call, *args: Value, **keywords: Value) -> Value:
        return call.apply(self.module, *args, **keywords)


@layer("torch.vmap", "torch.func.vmap")
class VMap(Layer):
    """A function that is called with each part of its arguments along an axis, the results being stacked."""

    def __init__(
        self, call: Call, func: Value, in_dims: Value = FIRST, out_dims: Value = FIRST, *rest: Value, **options: Value
    ) -> None:
        self._function, self._in, self._out = func, in_dims, out_dims

    def forward(self, call: Call, *args: Value, **keywords: Value) -> Value:
        places = self._in.items if isinstance(self._in, Sequence) else (self._in,) * len(args)
        if len(places) != len(args):
            call.refuse(f"in_dims is for {len(places)} arguments, {len(args)} are given")
        mapped: list[Axis] = []
        parts = [_part(call, value, place, mapped) for value, place in zip(args, places, strict=True)]
        # what is given by name is always mapped over its first axis
        named = {name: _part(call, value, FIRST, mapped) for name, value in keywords.items()}
        if not mapped:
            raise Unresolved("nothing that is mapped over")
        return _stacked(call, call.apply(self._function, *parts, **named), self._out, mapped[0])


def _part(call: Call, value: Value, place: Value, mapped: list[Axis]) -> Value:
    """An argument as the function sees it; the axis that it lacks there is added to `mapped`."""
    if place is NONE:
        return value
    if isinstance(value, (Sequence, Mapping)) or isinstance(place, (Sequence, Mapping, Opaque)):
        raise Unresolved("arguments that hold tensors")
    whole, dim = tensor(call, value), integer(call, place)
    axis = with_axis(call, whole, dim).axis(dim)
    if axis is None:
        call.refuse("a tensor without axes cannot be mapped over", whole)
    if mapped:
        call.family, call.operands = "vmap", (whole,)
        rank = call.shape(whole).rank
        at = dim if dim < 0 else -1 if rank is None else dim - rank
        call.demand(mapped[0].size, axis.size, "the axis that is mapped over", whole, at)
    mapped.append(axis)
    return Tensor(replaced(call, whole, dim), whole.dtype)


def _stacked(call: Call, result: Value, place: Value, axis: Axis) -> Value:
    if isinstance(result, Sequence):
        places = place.items if isinstance(place, Sequence) else (place,) * len(result.items)
        if len(places) != len(result.items):
            raise Unresolved("another number of results than of places")
        return Sequence([_stacked(call, *pair, axis) for pair in zip(result.items, places, strict=True)], result.kind)
    if place is NONE or not isinstance(place, Number):
        raise Unresolved("results that are not stacked")
    part = tensor(call, result)
    return Tensor(inserted(call, part, integer(call, place), axis), part.dtype)


@layer("torch.func.grad", "torch.func.grad_and_value")
class Gradient(Layer):
    """A function that gives the gradient of another: of the shape of an argument."""

    def __init__(self, call: Call, func: Value, argnums: Value = FIRST, has_aux: Value = NONE) -> None:
        self._function, self._argument, self._more = func, argnums, has_aux is not NONE
        self._with_value = call.name.endswith("_value")

    def forward(self, call: Call, *args: Value, **keywords: Value) -> Value:
        if self._more:
            raise Unresolved("results beside the gradient")
        chosen = self._argument.items if isinstance(self._argument, Sequence) else (self._argument,)
        value = call.apply(self._function, *args, **keywords)
        found = [
            _like(call, args[integer(call, index)])
            for index in chosen
            if -len(args) <= integer(call, index) < len(args)
        ]
        if len(found) != len(chosen):
            raise Unresolved("an argument that is not given")
        gradient = Sequence(found) if isinstance(self._argument, Sequence) else found[0]
        return Sequence((gradient, value)) if self._with_value else gradient


def _like(call: Call, value: Value) -> Value:
    if isinstance(value, Mapping):
        return value
    if isinstance(value, Sequence):
        return Sequence([_like(call, item) for item in value.items], value.kind)
    return Tensor(tensor(call, value).shape, "float")


@op("torch.autograd.grad")
def grad(call: Call, outputs: Value, inputs: Value, *rest: Value, **options: Value) -> Value:
    """A gradient for each input, as large as the input."""
    given = inputs.items if isinstance(inputs, Sequence) else (inputs,)
    if not isinstance(inputs, (Sequence, Tensor)):
        raise Unresolved("inputs that are not known")
    return Sequence([_like(call, value) for value in given])
