"""Calls written down with shapes whose sizes all differ, and with every size changed in turn.

Each call is tried with the shapes of its row, with one size one larger, with one size 1, with an axis less and an axis
more; torch says which of them raise. The row itself is also tried with sizes that have names instead of numbers, and
with inputs of which nothing is known.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import nn
from torch.nn import functional

from tests.oracle import layer_rows, op_rows
from tests.oracle.compare import Judgement, judge, refused
from tests.oracle.ops_cases import leaves_of
from tests.oracle.report import Judged
from tests.oracle.variants import Shapes, changed, filled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.oracle.report import Plan

HEADER = "import torch\nfrom torch import nn, Tensor\nfrom torch.nn import functional as F\nfrom jaxtyping import Bool, Float, Int\n"
OPERAND = re.compile(r"\b[xib]\d\b")
KINDS = {"x": "Float", "i": "Int", "b": "Bool"}
DTYPES = {"x": torch.float32, "i": torch.int64, "b": torch.bool}


class Truth(NamedTuple):
    """What torch gives: the shapes of all tensors in the result, or why it raises."""

    leaves: dict[str, tuple[int, ...]] | None
    reason: str


class Verdict(NamedTuple):
    source: str
    judgement: Judgement
    reason: str


def names_in(call: str) -> list[str]:
    return sorted(set(OPERAND.findall(call)), key=lambda name: name[1:])


def truth(call: str, shapes: Shapes) -> Truth:
    generator = torch.Generator().manual_seed(0)
    tensors = {
        name: filled(shape, DTYPES[name[0]], generator) for name, shape in zip(names_in(call), shapes, strict=True)
    }
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            out = eval(call, {"nn": nn, "F": functional, "torch": torch, **tensors})
    except (RuntimeError, ValueError, IndexError, TypeError, AssertionError) as error:
        return Truth(None, str(error).partition("\n")[0])
    return Truth(dict(leaves_of("out", out)), "")


def constructors(call: str, shapes: Shapes) -> str:
    rows = zip(names_in(call), shapes, strict=True)
    return "".join(f"{name} = torch.zeros({shape!r}, dtype={DTYPES[name[0]]})\n" for name, shape in rows)


def results(leaves: dict[str, tuple[int, ...]]) -> tuple[str, dict[str, tuple[int, ...]]]:
    """Lines that name each tensor of the result, and their shapes by name."""
    lines = "".join(f"r{i} = {path}\n" for i, path in enumerate(leaves))
    return lines, {f"r{i}": shape for i, shape in enumerate(leaves.values())}


def verdict(call: str, shapes: Shapes) -> Verdict:
    """The call with tensors of known shapes."""
    leaves, reason = truth(call, shapes)
    source = f"{HEADER}{constructors(call, shapes)}out = {call}\n"
    if leaves is None:
        return Verdict(source, refused(source), reason)
    lines, expected = results(leaves)
    return Verdict(source + lines, judge(source + lines, expected), "")


def symbolic(call: str, shapes: Shapes) -> Verdict:
    """The call in a function whose parameters are annotated with a name for each size."""
    values: dict[str, int] = {}
    parameters = []
    for name, shape in zip(names_in(call), shapes, strict=True):
        sizes = {f"{name}_{axis}": size for axis, size in enumerate(shape)}
        values |= sizes
        parameters.append(f'{name}: {KINDS[name[0]]}[Tensor, "{" ".join(sizes)}"]')
    return _in_function(call, shapes, parameters, values)


def unknown(call: str, shapes: Shapes) -> Verdict:
    """The call in a function of parameters that nothing is known of: only what is certain may be said."""
    return _in_function(call, shapes, names_in(call), {})


def _in_function(call: str, shapes: Shapes, parameters: list[str], values: dict[str, int]) -> Verdict:
    leaves = truth(call, shapes).leaves
    assert leaves is not None, call
    lines, expected = results(leaves)
    body = "".join(f"    {line}\n" for line in f"out = {call}\n{lines}".splitlines())
    source = f"{HEADER}def function({', '.join(parameters)}):\n{body}"
    return Verdict(source, judge(source, expected, values), "")


def verdicts(call: str, shapes: Shapes) -> Iterator[Verdict]:
    yield verdict(call, shapes)
    yield from (verdict(call, other) for other in changed(shapes))


def judged(plan: Plan) -> Iterator[Judged]:
    for call, *shapes in (*layer_rows.ROWS, *op_rows.ROWS):
        if plan.names and not any(text in call for text in plan.names):
            continue
        given = tuple(shapes)
        numbers = verdicts(call, given) if plan.seed is None else [verdict(call, given)]
        yield from (_judged("rows", call, each) for each in numbers)
        yield _judged("rows, named", call, symbolic(call, given))
        nothing = _judged("rows, unknown", call, unknown(call, given))
        if nothing.is_bad:
            yield nothing


def _judged(section: str, call: str, found: Verdict) -> Judged:
    return Judged(section, call, found.source, found.judgement, found.reason)
