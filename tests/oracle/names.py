"""Torch's samples with a name for every size: what is inferred must hold for the numbers that the names stand for."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.oracle.compare import judge
from tests.oracle.ops_cases import case, database, executed
from tests.oracle.ops_left_out import VALUE_DEPENDENT
from tests.oracle.refusals import SHARE, templates
from tests.oracle.report import Judged

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch

    from tests.oracle.ops_cases import Case, Template
    from tests.oracle.report import Plan

SAMPLES = 6
HEADER = "import torch\nfrom torch import Tensor\nfrom jaxtyping import Bool, Complex, Float, Int\n"


def judged(plan: Plan) -> Iterator[Judged]:
    for index, info in enumerate(database()):
        if not plan.wants(info.name) or not plan.takes(index, SHARE):
            continue
        found = list(templates(info, min(plan.most, SAMPLES if plan.seed is None else 2)))
        if plan.seed is not None:
            found = random.Random(f"{plan.seed} {info.name}").sample(found, min(len(found), 1))
        for made in found:
            result = case(made, executed(made))
            if result is not None:
                yield _judged(made, result)


def _judged(made: Template, result: Case) -> Judged:
    values: dict[str, int] = {}
    parameters = []
    for name, tensor in made.tensors.items():
        sizes = {f"{name}_{axis}": size for axis, size in enumerate(tensor.shape)}
        values |= sizes
        parameters.append(f'{name}: {_kind(tensor)}[Tensor, "{" ".join(sizes)}"]')
    lines = result.source.splitlines()
    body = "".join(f"    {line}\n" for line in lines[1 + len(made.tensors) :])
    source = f"{HEADER}def function({', '.join(parameters)}):\n{body}"
    judgement = judge(source, result.expected or {}, values, value_dependent=made.op in VALUE_DEPENDENT)
    return Judged("names", made.op, source, judgement)


def _kind(tensor: torch.Tensor) -> str:
    if tensor.dtype.is_floating_point:
        return "Float"
    if tensor.dtype.is_complex:
        return "Complex"
    return "Int" if tensor.dtype.itemsize > 1 or "int" in str(tensor.dtype) else "Bool"
