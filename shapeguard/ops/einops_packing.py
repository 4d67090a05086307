"""einops where several tensors meet: `pack` and `unpack`, sums over named axes, and layers with weights of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.conversion import Unresolved, sizes, tensor
from shapeguard.ops.einops import Parts, length, put_together, take_apart
from shapeguard.ops.einops_patterns import DOTS, Group, InvalidPattern, atoms_of, parse, parse_side
from shapeguard.ops.einsum import Equation, InvalidEquation, checked, summed
from shapeguard.ops.joining import cat
from shapeguard.ops.layer import Layer
from shapeguard.ops.registry import layer, op
from shapeguard.ops.reshaping import merge, product
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import Literal, Mapping, Number, Repeated, Sequence, Sizes, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.ops.call import Call


@op("einops.pack")
def pack(call: Call, tensors: Value, pattern: str) -> Value:
    """`b * d`: what lies in place of the star becomes one axis, along which the tensors are put together."""
    before, side = _starred(call, pattern)
    if isinstance(tensors, Repeated):
        part, packed = _flattened(call, tensor(call, tensors.element), side, before)
        whole = cat(call, Repeated(part, tensors.length), before)
        return Sequence((whole, Repeated(packed, tensors.length)))
    if not isinstance(tensors, Sequence) or not tensors.items:
        raise Unresolved("an unknown number of tensors")
    pairs = [_flattened(call, tensor(call, item), side, before) for item in tensors.items]
    whole = cat(call, Sequence([part for part, _ in pairs]), before)
    return Sequence((whole, Sequence([packed for _, packed in pairs], "list")))


def _starred(call: Call, pattern: str) -> tuple[int, tuple[Group, ...]]:
    """Where the star is, and the pattern with an ellipsis in its place."""
    words = pattern.split()
    try:
        side = parse_side(pattern.replace("*", DOTS))
    except InvalidPattern as error:
        call.refuse(f"of the pattern '{pattern}': {error}")
    if words.count("*") != 1 or len(side) != len(words):
        call.refuse(f"of the pattern '{pattern}': it has no star, or not just one")
    return words.index("*"), side


def _flattened(call: Call, input: Tensor, side: tuple[Group, ...], at: int) -> tuple[Tensor, Sizes]:
    parts = Parts({})
    take_apart(call, input, side, parts)
    dots = parts.dots
    merged = Axis(call.fresh()) if dots.axes is None else merge(call, dots.axes) if dots.axes else Axis(constant(1))
    axes = [merged if i == at else parts.axis(group.atoms[0]) for i, group in enumerate(side)]
    return Tensor(Shape(tuple(axes)), input.dtype), Sizes(Tensor(dots))


@op("einops.unpack")
def unpack(call: Call, tensor: Tensor, packed_shapes: Value, pattern: str) -> Value:
    """The tensors again, each with its own shape in place of the star."""
    before, side = _starred(call, pattern)
    parts = Parts({})
    plain = tuple(Group(("*",), in_parentheses=False) if group.is_run else group for group in side)
    take_apart(call, tensor, plain, parts)
    if isinstance(packed_shapes, Repeated):
        return Repeated(_unpacked(call, tensor, packed_shapes.element, parts, side), packed_shapes.length)
    if not isinstance(packed_shapes, Sequence):
        raise Unresolved("shapes that are not known")
    shapes = [_shape(call, value) for value in packed_shapes.items]
    counts = [None if shape is None or shape.axes is None else product(axis.size for axis in shape.axes)
              for shape in shapes]  # fmt: skip
    total = parts.axis("*").size
    known = [count for count in counts if count is not None and count.constant != -1]
    if len(known) == len(counts):
        whole = constant(0)
        for count in known:
            whole += count
        call.demand(whole, total, "the packed axis", tensor, before - len(side))
    return Sequence([_unpacked(call, tensor, value, parts, side) for value in packed_shapes.items], "list")


def _shape(call: Call, value: Value) -> Shape | None:
    try:
        return sizes(call, value)
    except Unresolved:
        return None


def _unpacked(call: Call, input: Tensor, value: Value, parts: Parts, side: tuple[Group, ...]) -> Tensor:
    dots = _shape(call, value)
    if dots is None:
        return call.unknown()
    filled = (axis if axis.size.constant != -1 else Axis(call.fresh(0)) for axis in dots.leading)
    parts.dots = Shape(tuple(filled), dots.run, dots.trailing)
    return Tensor(put_together(call, side, parts), input.dtype)


@op("einops.einsum")
def einsum(call: Call, *tensors_and_pattern: Value) -> Tensor:
    """As `torch.einsum`, with the pattern last and words for labels."""
    *tensors, pattern = tensors_and_pattern
    if not isinstance(pattern, Literal) or not isinstance(pattern.value, str):
        raise Unresolved("a pattern that is not known")
    left, arrow, right = pattern.value.partition("->")
    if not arrow:
        call.refuse("the pattern has no arrow, '->'")
    operands = tuple(tensor(call, value) for value in tensors)
    try:
        labels = tuple(_labels(part) for part in left.split(","))
        equation = Equation(labels, checked(labels, _labels(right)))
    except (InvalidPattern, InvalidEquation) as error:
        call.refuse(f"of the pattern '{pattern.value}': {error}", *operands)
    return summed(call, operands, equation)


def _labels(text: str) -> tuple[str, ...]:
    """The labels of one operand, which may occur twice."""
    labels = []
    for word in text.split():
        (group, *more) = parse_side(word) or (None,)
        atom = group.atoms[0] if group is not None and len(group.atoms) == 1 else None
        if more or not isinstance(atom, str) or "(" in word:
            raise InvalidPattern(f"einsum takes names alone, not {word!r}")
        labels.append(atom)
    return tuple(labels)


@op("einops.parse_shape")
def parse_shape(call: Call, x: Tensor, pattern: str) -> Value:
    """Lengths by name."""
    try:
        side = parse_side(pattern, repeatable="_")
    except InvalidPattern as error:
        call.refuse(f"of the pattern '{pattern}': {error}", x)
    parts = Parts({})
    take_apart(call, x, side, parts)
    return Mapping({name: Number(axis.size) for name, axis in parts.axes.items() if name != "_"})


@op("einops.asnumpy")
def asnumpy(call: Call, tensor: Tensor) -> Tensor:
    return tensor


@layer("einops.layers.torch.EinMix")
class EinMix(Layer):
    """Axes of the input multiplied with a weight's, and put together anew."""

    def __init__(
        self, call: Call, pattern: str, weight_shape: str, bias_shape: str | None = None, **axes_lengths: Value
    ) -> None:
        try:
            self._left, self._right = parse(pattern)
            weights = parse_side(weight_shape)
        except InvalidPattern as error:
            call.refuse(f"of the pattern '{pattern}': {error}")
        missing = atoms_of(weights) - axes_lengths.keys()
        missing |= atoms_of(self._right) - atoms_of(self._left) - atoms_of(weights)
        if missing:
            call.refuse(f"of the pattern '{pattern}': the length of {min(missing, key=str)!r} is not given")
        self._lengths = {name: length(call, value) for name, value in axes_lengths.items()}
        self.parameter("weight", Shape(tuple(Axis(self._lengths[str(group.atoms[0])]) for group in weights)))

    def forward(self, call: Call, input: Tensor) -> Tensor:
        plain = frozenset(group.atoms[0] for group in self._left if len(group.atoms) == 1 and not group.in_parentheses)
        parts = Parts(self._lengths, stretching=plain)
        take_apart(call, input, self._left, parts)
        return Tensor(put_together(call, self._right, parts), "float")
