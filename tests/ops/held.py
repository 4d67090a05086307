"""Calls written down with the shapes of their operands, held against what the library gives when it runs them."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any

import torch

from tests.oracle.compare import Judgement, Outcome, judge, refused
from tests.oracle.ops_cases import leaves_of

if TYPE_CHECKING:
    from collections.abc import Iterator

Shapes = tuple[tuple[int, ...], ...]
HEADER = """
import einops
import numpy as np
import torch
import torch.distributions as td
from einops.layers.torch import EinMix, Rearrange, Reduce
from jaxtyping import Shaped
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import rnn
from torch.utils.checkpoint import checkpoint
"""
OPERAND = re.compile(r"\b[xib]\d\b")
DTYPES = {"x": torch.float32, "i": torch.int64, "b": torch.bool}
NEVER = (Outcome.WRONG, Outcome.FALSE_ERROR, Outcome.CRASH)


def operands(call: str) -> list[str]:
    """The tensors in a call: x0, x1 are floats, i0, i1 integers, b0, b1 booleans."""
    return sorted(set(OPERAND.findall(call)), key=lambda name: name[1:])


def truth(call: str, shapes: Shapes) -> dict[str, tuple[int, ...]] | None:
    """The shapes of all tensors in the result, None where the library raises."""
    names: dict[str, Any] = {}
    exec(HEADER, names)
    for name, shape in zip(operands(call), shapes, strict=True):
        names[name] = torch.full(shape, 0.5).to(DTYPES[name[0]])
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            out = eval(call, names)
    except Exception:  # noqa: BLE001 - whatever the library raises
        return None
    if isinstance(out, torch.Size):
        out = torch.empty(out)
    return dict(leaves_of("out", out))


def with_numbers(call: str, shapes: Shapes) -> Judgement:
    """The call with tensors of known shapes."""
    leaves = truth(call, shapes)
    rows = zip(operands(call), shapes, strict=True)
    made = "".join(f"{name} = torch.zeros({shape!r}, dtype={DTYPES[name[0]]})\n" for name, shape in rows)
    source = f"{HEADER}{made}out = {call}\n"
    if leaves is None:
        return refused(source)
    lines, expected = _results(leaves)
    return judge(source + lines, expected)


def with_names(call: str, shapes: Shapes) -> Judgement:
    """The call in a function whose parameters are annotated with a name for each size."""
    values: dict[str, int] = {}
    parameters = []
    for name, shape in zip(operands(call), shapes, strict=True):
        sizes = {f"{name}_{axis}": size for axis, size in enumerate(shape)}
        values |= sizes
        parameters.append(f'{name}: Shaped[Tensor, "{" ".join(sizes)}"]')
    return _in_function(call, shapes, parameters, values)


def with_nothing(call: str, shapes: Shapes) -> Judgement:
    """The call in a function of parameters that nothing is known of."""
    return _in_function(call, shapes, operands(call), {})


def _in_function(call: str, shapes: Shapes, parameters: list[str], values: dict[str, int]) -> Judgement:
    leaves = truth(call, shapes)
    assert leaves is not None, call
    lines, expected = _results(leaves)
    body = "".join(f"    {line}\n" for line in f"out = {call}\n{lines}".splitlines())
    return judge(f"{HEADER}\ndef function({', '.join(parameters)}):\n{body}", expected, values)


def _results(leaves: dict[str, tuple[int, ...]]) -> tuple[str, dict[str, tuple[int, ...]]]:
    lines = "".join(f"r{i} = {path}\n" for i, path in enumerate(leaves))
    return lines, {f"r{i}": shape for i, shape in enumerate(leaves.values())}


def changed(shapes: Shapes) -> Iterator[Shapes]:
    """One axis less, one more, and each size in turn one larger, and 1."""
    for at, shape in enumerate(shapes):
        variants = [shape[1:], (2, *shape)] if shape else [(2,)]
        for axis, size in enumerate(shape):
            variants += [(*shape[:axis], other, *shape[axis + 1 :]) for other in (size + 1, 1) if other != size]
        for variant in variants:
            yield (*shapes[:at], variant, *shapes[at + 1 :])


def hold(call: str, *shapes: tuple[int, ...], strict: bool = False) -> None:
    """Fail unless the shapes are exactly the library's, with numbers and with names, and never wrong with less known.

    Shapes that the library refuses are not an error that may be missed where `strict`, and those that it takes never one.
    """
    exact = {"numbers": with_numbers(call, shapes), "names": with_names(call, shapes)}
    assert {kind: found for kind, found in exact.items() if found.outcome is not Outcome.EXACT} == {}, call
    assert with_nothing(call, shapes).outcome not in NEVER, (call, with_nothing(call, shapes))
    allowed = (Outcome.EXACT, Outcome.RECOGNISED) if strict else (*Outcome,)
    for others in changed(shapes):
        found = with_numbers(call, others)
        assert found.outcome in allowed, (call, others, found)
        assert found.outcome not in NEVER, (call, others, found)


def hold_refused(call: str, *shapes: tuple[int, ...]) -> None:
    """Fail unless the library raises, and the linter says so."""
    assert truth(call, shapes) is None, call
    assert with_numbers(call, shapes).outcome is Outcome.RECOGNISED, call
