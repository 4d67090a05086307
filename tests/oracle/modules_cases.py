"""Cases from torch's module database: source text, and the shapes that torch gives for it."""

from __future__ import annotations

import functools
import inspect
import itertools
import types
import warnings
from typing import TYPE_CHECKING, Any

import torch

from tests.oracle.about_shapes import is_about_shapes
from tests.oracle.ops_cases import MOST_LEAVES, Case, leaves_of
from tests.oracle.ops_text import NotExpressible, Writer

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator


OF_A_SLICE = 3


class ModuleWriter(Writer):
    """Writes down modules and functions too, where they are arguments."""

    def text(self, value: Any) -> str:
        if isinstance(value, torch.nn.TransformerEncoderLayer):
            attention = value.self_attn
            first = attention.batch_first
            name = "torch.nn.TransformerEncoderLayer"
            return f"{name}({attention.embed_dim}, {attention.num_heads}, batch_first={first})"
        if isinstance(value, torch.nn.LinearCrossEntropyOptions):
            return "torch.nn.LinearCrossEntropyOptions()"
        if isinstance(value, (types.FunctionType, types.BuiltinFunctionType)):
            known = getattr(torch.nn.functional, value.__name__, None)
            return f"torch.nn.functional.{value.__name__}" if known is value else "(lambda x: x)"
        return super().text(value)


@functools.cache
def database() -> tuple[Any, ...]:
    """Torch's descriptions of its modules."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torch.testing._internal.common_modules import module_db
    return tuple(module_db)


def samples(info: Any, function: Any) -> list[Any]:
    if function is None:
        return []
    found: list[Any] = []
    settings = {"device": "cpu", "dtype": torch.float32, "requires_grad": False}
    with warnings.catch_warnings(), torch.random.fork_rng():
        warnings.simplefilter("ignore")
        torch.manual_seed(0)
        for training in (True, False):
            found += function(info, training=training, **settings)
    return found


def cases(info: Any, chosen: random.Random | None = None) -> Iterator[Case]:
    """Every different sample that can be written down, or a few `chosen`; `expected` is None where torch raises."""
    seen: set[str] = set()
    name = f"torch.nn.{info.module_cls.__name__}"
    errors = [sample.module_error_input for sample in samples(info, info.module_error_inputs_func)]
    given = [*samples(info, info.module_inputs_func), *errors]
    for sample in given if chosen is None else chosen.sample(given, min(len(given), OF_A_SLICE)):
        if sample.forward_input is None and sample not in errors:
            continue
        try:
            case = written(name, sample)
        except NotExpressible:
            continue
        if case.source not in seen and (case.expected is None) == (sample in errors):
            seen.add(case.source)
            yield case


def written(name: str, sample: Any) -> Case:
    writer = ModuleWriter()
    given = sample.constructor_input
    source = f"module = {name}({', '.join(writer.arguments(given.args, _without_places(given.kwargs)))})\n"
    if sample.forward_input is not None:
        given = sample.forward_input
        source += f"out = module({', '.join(writer.arguments(given.args, given.kwargs))})\n"
    header = f"import torch\n{writer.constructors()}"
    names = dict(writer.tensors)
    try:
        with warnings.catch_warnings(), torch.no_grad(), torch.random.fork_rng():
            warnings.simplefilter("ignore")
            exec(source, {"torch": torch}, names)
    except Exception as error:  # noqa: BLE001 - whatever torch raises
        if not is_about_shapes(error):
            raise NotExpressible(str(error)) from None
        return Case(name, header + source, None, str(error).partition("\n")[0])
    leaves = dict(itertools.islice(leaves_of("out", names.get("out")), MOST_LEAVES))
    lines = "".join(f"r{i} = {path}\n" for i, path in enumerate(leaves))
    return Case(name, header + source + lines, {f"r{i}": shape for i, shape in enumerate(leaves.values())})


def _without_places(keywords: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in keywords.items() if name not in ("device", "dtype")}


def known_modules() -> list[str]:
    """The public module classes of torch."""
    found = inspect.getmembers(torch.nn, inspect.isclass)
    return [name for name, kind in found if issubclass(kind, torch.nn.Module)]
