"""The function that stands in for a decorated one.

It is light until its first call: then the annotations are read, a checker is generated, and its code takes the place of
the stub's, so that a call costs no more than the checks.
"""

import builtins
import functools
import itertools
import sys
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any, Final

from jaxtyping import config, jaxtyped

from shapeguard.runtime.options import Options
from shapeguard.runtime.prepare import Preparation
from shapeguard.runtime.scripting import PREPARE, scriptable
from shapeguard.runtime.suspended import guard_suspended, is_suspended
from shapeguard.runtime.tracing import RUN_WHILE_TRACING

GUARD: Final = "__shapeguard__"  # marks a function that is guarded already


class Constants:
    """What the code of one guarded function reads: the only thing it closes over."""

    def __init__(self, function: Callable[..., Any], options: Options) -> None:
        torch = sys.modules.get("torch")
        self.plain = function
        self.function = body_of(function, options)
        self.config = config
        self.compiling = torch.compiler.is_dynamo_compiling if torch else bool
        self.tracing = torch._C._is_tracing if torch else bool  # noqa: SLF001 - `torch.jit.is_tracing` without its cost
        self.turn = itertools.count().__next__
        self.attributes: dict[str, Any] = {}
        self.traced: Any = None


def body_of(function: Callable[..., Any], options: Options) -> Callable[..., Any]:
    """What runs between the checks: `function`, and what the options put around and into it."""
    if options.locals:
        from shapeguard.runtime.locals import with_checked_locals

        function = with_checked_locals(function, options)
    if options.sanitize:
        from shapeguard.runtime.sanitizer import sanitized

        function = sanitized(function)
    return function


def guard(function: Callable[..., Any], contracts: Mapping[str, object], options: Options) -> Callable[..., Any]:
    """`function` behind its checks; `contracts` are axis strings by parameter, as `read_contracts` gives them."""
    if options.typechecker is None:
        return jaxtyped(body_of(function, options), typechecker=None)
    if is_suspended(function):
        guarded = guard_suspended(body_of(function, options), contracts, options)
        setattr(guarded, GUARD, True)
        return guarded
    constants: Any = Constants(function, options)
    stub = _stub(constants, function)
    code = getattr(function, "__code__", None)
    place = {"co_filename": code.co_filename, "co_firstlineno": code.co_firstlineno} if code else {}
    stub.__code__ = stub.__code__.replace(co_name=getattr(function, "__name__", "guarded"), **place)
    functools.update_wrapper(stub, function)
    setattr(stub, GUARD, True)
    setattr(stub, PREPARE, functools.partial(scriptable, function))
    constants.attributes = stub.__dict__
    _make_ready(constants, Preparation(stub, function, contracts, options))
    return stub


def _make_ready(constants: Any, preparation: Preparation) -> None:
    def prepare() -> Callable[..., Any]:
        return preparation.prepare(constants)

    def prepare_traced() -> None:
        preparation.prepare_traced(constants)

    setattr(prepare_traced, RUN_WHILE_TRACING, True)
    constants.prepare, constants.prepare_traced = prepare, prepare_traced


def _stub(_sg: Any, function: Callable[..., Any]) -> FunctionType:
    """On one line, which in tracebacks becomes the first of the decorated function."""
    made: Any = lambda *a, **k: (_sg.prepare_traced() or _sg.traced if _sg.compiling() else _sg.prepare())(*a, **k)  # noqa: E731, PLW0108 - it reads `_sg` at every call
    # The globals are the function's own: TorchScript looks up there what the body names. (What a named tuple generates
    # runs without Python's own names.)
    names = getattr(function, "__globals__", globals())
    usual = names.get("__builtins__", builtins) in (builtins, vars(builtins))
    return FunctionType(made.__code__, names if usual else globals(), made.__name__, None, made.__closure__)
