"""Annotated assignments in a body, `y: Float[Tensor, "b d"] = f(x)`, checked where they are made.

Python evaluates no annotation of a local name: the function is compiled again from its source, with a call around each
such value. Files, lines and columns stay as they are.
"""

import ast
import functools
import inspect
import sys
from collections.abc import Callable
from inspect import Parameter
from types import CellType, CodeType, FunctionType
from typing import Any, Final, NamedTuple

from jaxtyping import AnnotationError, config

from shapeguard.runtime.annotations import closure_of, evaluated, mentions_array
from shapeguard.runtime.checkers import acceptor, typeguard_accepts
from shapeguard.runtime.errors import ContractError
from shapeguard.runtime.options import Options
from shapeguard.runtime.tracing import is_jit_tracing, is_proxy

_HELPER: Final = "_sg_local"
_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Site(NamedTuple):
    """One annotated assignment, as source text."""

    target: str
    annotation: str


def with_checked_locals(function: Callable[..., Any], options: Options) -> Callable[..., Any]:
    """`function` with its annotated assignments of arrays checked; what is no array is left to its readers.

    Raises:
        ContractError: for a function whose source cannot be read.
    """
    if type(function) is not FunctionType:
        raise ContractError(f"locals=True needs a function with a body of its own, not {function!r}")
    code, sites = _instrumented(function.__code__, function.__qualname__)
    if not sites:
        return function
    helper = functools.partial(_check, _Locals(function, sites, options))
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    closure = tuple(CellType(helper) if name == _HELPER else cells[name] for name in code.co_freevars)
    made = FunctionType(code, function.__globals__, function.__name__, function.__defaults__, closure)
    functools.update_wrapper(made, function)
    made.__kwdefaults__ = function.__kwdefaults__
    del made.__wrapped__  # type: ignore[attr-defined]  # it is the function itself, not something around it
    return made


class _Locals:
    """What a function's sites are held against; annotations are evaluated when a value first comes by."""

    def __init__(self, function: FunctionType, sites: tuple[Site, ...], options: Options) -> None:
        self.function = function
        self.sites = sites
        self.accepts = acceptor(options.typechecker) or typeguard_accepts
        self.annotation = functools.cache(self._annotation)

    def _annotation(self, index: int) -> Any:
        """None where it says nothing about arrays."""
        target, text = self.sites[index]
        found = evaluated(self.function, target, text, self.function.__globals__, closure_of(self.function))
        return None if found is Parameter.empty or not mentions_array(found) else found


def _check(known: _Locals, value: Any, index: int) -> Any:
    annotation = known.annotation(index)
    if annotation is None or config.jaxtyping_disable or is_jit_tracing() or is_proxy(value):
        return value
    unbound = False
    try:
        if known.accepts(value, annotation):
            return value
    except AnnotationError:
        unbound = True
    from shapeguard.runtime.describe import annotation_text
    from shapeguard.runtime.inscope import Value, refusal_here

    seen = Value(known.sites[index].target, value, annotation, annotation_text(annotation))
    error = refusal_here(seen, sys._getframe(1), unbound=unbound)  # noqa: SLF001 - the body's, whose line is named
    if error is not None:
        raise error from None
    return value


@functools.lru_cache(maxsize=1024)
def _instrumented(code: CodeType, qualname: str) -> tuple[CodeType, tuple[Site, ...]]:
    definition = _definition(code, qualname)
    finder = _Sites()
    definition.body = [finder.visit(statement) for statement in definition.body]
    if not finder.found:
        return code, ()
    tree = ast.fix_missing_locations(ast.Module([_factory(definition, code, qualname)], []))
    made = _code_named(definition.name, compile(tree, code.co_filename, "exec", dont_inherit=True))
    return made.replace(co_qualname=code.co_qualname, co_name=code.co_name), tuple(finder.found)


def _definition(code: CodeType, qualname: str) -> _Function:
    """The syntax of a function, at its own lines and columns."""
    try:
        lines, first = inspect.getsourcelines(code)
        tree = ast.parse("if True:\n" + "".join(lines)) if lines[0][:1].isspace() else ast.parse("".join(lines))
    except (OSError, SyntaxError) as error:
        raise ContractError(f"locals=True needs the source of {qualname}: {error}") from None
    found = next((node for node in ast.walk(tree) if isinstance(node, _Function)), None)
    if found is None or found.name != code.co_name:
        raise ContractError(f"locals=True needs a function with a body of its own, and {qualname} has none")
    ast.increment_lineno(tree, first - 1 - lines[0][:1].isspace())
    found.decorator_list = []
    return found


class _Sites(ast.NodeTransformer):
    """Puts the call around values; functions and classes within have bodies of their own."""

    def __init__(self) -> None:
        self.found: list[Site] = []

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        if node.value is not None:
            helper = ast.Name(_HELPER, ast.Load())
            call = ast.Call(helper, [node.value, ast.Constant(len(self.found))], [])
            self.found.append(Site(ast.unparse(node.target), ast.unparse(node.annotation)))
            node.value = ast.copy_location(call, node.value)
            ast.fix_missing_locations(node)
        return node

    def _leave(self, node: ast.AST) -> ast.AST:
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = _leave  # noqa: N815 - ast's own naming


def _factory(definition: _Function, code: CodeType, qualname: str) -> ast.FunctionDef:
    """A function around the definition that has what it closes over; in a class of its name, for names such as `__x`."""
    given = [ast.arg(name) for name in (*code.co_freevars, _HELPER)]
    body: list[ast.stmt] = [definition]
    owner = qualname.rpartition(".")[0].rpartition(".")[2]
    if owner.isidentifier():
        shared: list[ast.stmt] = [] if owner in code.co_freevars else [ast.Global([owner])]
        body = [*shared, ast.ClassDef(owner, [], [], body, [])]
    arguments = ast.arguments([], given, None, [], [], None, [])
    made = ast.FunctionDef("_sg_factory", arguments, body, [])
    return ast.copy_location(made, definition)


def _code_named(name: str, code: CodeType) -> CodeType:
    """The code of the one function that the factory defines."""
    factory = next(each for each in code.co_consts if isinstance(each, CodeType))
    inner = [each for each in factory.co_consts if isinstance(each, CodeType)]
    if not any(each.co_name == name and each.co_flags & inspect.CO_NEWLOCALS for each in inner):
        inner = [each for owner in inner for each in owner.co_consts if isinstance(each, CodeType)]
    return next(each for each in inner if each.co_name == name)
