"""The same call with other shapes: what torch then gives, and what the linter says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from tests.oracle.about_shapes import is_about_shapes
from tests.oracle.compare import Judgement, judge, refused
from tests.oracle.ops_cases import Case, Template, case, executed
from tests.oracle.ops_left_out import VALUE_DEPENDENT

if TYPE_CHECKING:
    from collections.abc import Iterator

Shapes = tuple[tuple[int, ...], ...]
MOST_ELEMENTS = 20_000


def changed(shapes: Shapes) -> Iterator[Shapes]:
    """One axis less, one more, and each size in turn one larger, and 1."""
    for at, shape in enumerate(shapes):
        variants = [shape[1:], (2, *shape)] if shape else [(2,)]
        for axis, size in enumerate(shape):
            variants += [(*shape[:axis], other, *shape[axis + 1 :]) for other in (size + 1, 1) if other != size]
        for variant in variants:
            yield (*shapes[:at], variant, *shapes[at + 1 :])


def reshaped(made: Template, shapes: Shapes) -> Template:
    """The call with tensors of other shapes, and values that most operations take: probabilities, valid indices."""
    generator = torch.Generator().manual_seed(0)
    tensors = {
        name: value if tuple(value.shape) == shape else filled(shape, value.dtype, generator)
        for (name, value), shape in zip(made.tensors.items(), shapes, strict=True)
    }
    return Template(made.op, made.call, tensors)


def filled(shape: tuple[int, ...], dtype: torch.dtype, generator: torch.Generator) -> torch.Tensor:
    """Values that most operations take: probabilities, valid indices."""
    if dtype.is_floating_point or dtype.is_complex:
        return torch.rand(shape, generator=generator).to(dtype)
    return torch.zeros(shape, dtype=dtype)


def outcome(made: Template) -> Case | None:
    """The call with the shapes that torch gives, or its refusal; None where it is refused for another reason."""
    try:
        out = executed(made)
    except torch.linalg.LinAlgError:
        return _on_meta(made)
    except Exception as error:  # noqa: BLE001 - whatever torch raises
        return Case(made.op, made.source, None, _first_line(error)) if is_about_shapes(error) else None
    return case(made, out)


def _on_meta(made: Template) -> Case | None:
    """Without values, where those that were drawn have no inverse, no decomposition..."""
    tensors = {name: value.to("meta") for name, value in made.tensors.items()}
    try:
        out = executed(made._replace(tensors=tensors))
    except Exception:  # noqa: BLE001 - no second opinion
        return None
    return case(made, out)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def judgement(given: Case) -> Judgement:
    if given.expected is None:
        return refused(given.source)
    return judge(given.source, given.expected, value_dependent=given.op in VALUE_DEPENDENT)


def is_small(shapes: Shapes) -> bool:
    return all(0 not in shape and torch.Size(shape).numel() <= MOST_ELEMENTS for shape in shapes)
