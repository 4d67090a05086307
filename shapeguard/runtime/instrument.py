"""A module's syntax tree with a decorator put on whatever has a contract."""

import ast
from typing import Final

FUNCTION: Final = "__shapeguard_function__"  # the names that an instrumented module finds its decorators under
CLASS: Final = "__shapeguard_class__"
VERSION: Final = 1  # in the name of cached bytecode: to be raised with every change of what this module writes

# Decorators that forbid it, and those that compile the source text of the function itself.
_LEFT_ALONE: Final = frozenset({"no_type_check", "script", "script_method", "jit", "njit"})

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def instrument(tree: ast.Module) -> None:
    """Decorate functions innermost, where their annotations are their own, and classes outermost, when they are made.

    A decorator has the position of what it decorates: no line of a traceback changes.
    """
    _Instrumenter().visit(tree)
    ast.fix_missing_locations(tree)


class _Instrumenter(ast.NodeVisitor):
    def visit_FunctionDef(self, node: _Function) -> None:
        if not _is_left_alone(node):
            self.generic_visit(node)
            if _is_annotated(node) or _asks_isinstance(node):
                node.decorator_list.append(ast.copy_location(ast.Name(FUNCTION, ast.Load()), node))

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - the visitor's own naming

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        if not _is_left_alone(node):
            self.generic_visit(node)
            first = node.decorator_list[0] if node.decorator_list else node
            node.decorator_list.insert(0, ast.copy_location(ast.Name(CLASS, ast.Load()), first))


def _is_left_alone(node: _Function | ast.ClassDef) -> bool:
    called = [each.func if isinstance(each, ast.Call) else each for each in node.decorator_list]
    names = [each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "") for each in called]
    return not _LEFT_ALONE.isdisjoint(names)


def _is_annotated(node: _Function) -> bool:
    """Whether it promises more than to return nothing."""
    given = node.args
    parameters = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    returns_nothing = isinstance(node.returns, ast.Constant) and node.returns.value is None
    return any(p and p.annotation for p in parameters) or not (node.returns is None or returns_nothing)


def _asks_isinstance(node: _Function) -> bool:
    """Whether its own body may bind axes: without a scope of its own they would be its caller's."""
    pending: list[ast.AST] = [*node.body]
    while pending:
        each = pending.pop()
        if isinstance(each, ast.Name) and each.id == "isinstance":
            return True
        if not isinstance(each, _Function | ast.ClassDef):
            pending += ast.iter_child_nodes(each)
    return False
