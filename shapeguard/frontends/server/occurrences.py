"""Where names are bound and used in a file."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from shapeguard.frontends.server.scopes import Place, Scope

if TYPE_CHECKING:
    from collections.abc import Callable

_BEFORE = -1  # the place in a block of what is bound before its first statement


class Occurrences:
    """The bindings and uses of names in a file, and the attributes met."""

    def __init__(self, tree: ast.Module) -> None:
        self.bound: list[Place] = []
        self.used: list[Place] = []
        self.functions: list[Place] = []
        self.attributes: list[Place] = []
        self._scope = Scope(tree, "<module>", None)
        self._statement: ast.AST = tree
        self._path: tuple[tuple[int, int], ...] = ()
        self._loops: frozenset[int] = frozenset()
        self._perhaps = 0
        self._within: int | None = None
        self._block(tree.body)

    def _place(self, name: str, node: ast.AST, *, before: list[ast.stmt] | None = None) -> Place:
        path = self._path if before is None else (*self._path, (id(before), _BEFORE))
        return Place(name, node, self._scope, self._statement, path, self._loops, not self._perhaps, self._within)

    def _bind(self, name: str, node: ast.AST, before: list[ast.stmt] | None = None) -> Place:
        place = self._place(name, node, before=before)
        if name not in self._scope.elsewhere:
            self._scope.bindings[name].append(place)
        return place

    def _block(self, statements: list[ast.stmt]) -> None:
        outer, path = self._statement, self._path
        for index, statement in enumerate(statements):
            self._statement, self._path = statement, (*path, (id(statements), index))
            self.visit(statement)
        self._statement, self._path = outer, path

    def visit(self, node: ast.AST) -> None:
        """Note what is bound and used in a node."""
        visit = _VISITS.get(type(node))
        if visit is not None:
            visit(self, node)
        else:
            self._inside(node)

    def _inside(self, node: ast.AST) -> None:
        for _, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                self._block(value)
            elif isinstance(value, list):
                for item in value:
                    if isinstance(item, ast.AST):
                        self.visit(item)
            elif isinstance(value, ast.AST):
                self.visit(value)

    def on_name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self.bound.append(self._bind(node.id, node))
        elif isinstance(node.ctx, ast.Load):
            self.used.append(self._place(node.id, node))

    def on_attribute(self, node: ast.Attribute) -> None:
        name = dotted(node)
        if name is not None:
            self.attributes.append(self._place(name, node))
        self.visit(node.value)

    def on_annotated(self, node: ast.AnnAssign) -> None:
        if node.value is not None:  # else nothing is bound
            self._inside(node)

    def on_named(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self._perhaps += 1
        self.visit(node.target)
        self._perhaps -= 1

    def on_for(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        outer, path = self._loops, self._path
        self._loops |= {id(node)}
        self._path = (*path, (id(node.body), _BEFORE))
        self.visit(node.target)
        self._path = path
        self._block(node.body)
        self._loops = outer
        self._block(node.orelse)

    def on_while(self, node: ast.While) -> None:
        outer = self._loops
        self._loops |= {id(node)}
        self.visit(node.test)
        self._block(node.body)
        self._loops = outer
        self._block(node.orelse)

    def on_comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        outer, within = self._loops, self._within
        self._perhaps += 1
        for index, generator in enumerate(node.generators):
            self.visit(generator.iter)
            if not index:
                self._loops |= {id(node)}
            self._within = id(node)
            self.visit(generator.target)
            self._within = within
            for condition in generator.ifs:
                self.visit(condition)
        for result in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            self.visit(result)
        self._perhaps -= 1
        self._loops = outer

    def on_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        parameters = node.args
        every = [*parameters.posonlyargs, *parameters.args, *parameters.kwonlyargs]
        outside = [*parameters.defaults, *(default for default in parameters.kw_defaults if default is not None)]
        name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
        if not isinstance(node, ast.Lambda):
            self.functions.append(self._bind(name, node))
            outside += [*node.decorator_list, *(each.annotation for each in every if each.annotation is not None)]
        for expression in outside:
            self.visit(expression)
        outer = self._scope, self._path, self._loops, self._perhaps
        self._scope, self._path, self._loops, self._perhaps = self._scope.inner(node, name), (), frozenset(), 0
        body = node.body if isinstance(node.body, list) else []
        for each in (*every, *(each for each in (parameters.vararg, parameters.kwarg) if each is not None)):
            self.bound.append(self._bind(each.arg, each, body))
        self._block(body)
        if isinstance(node, ast.Lambda):
            self.visit(node.body)
        self._scope, self._path, self._loops, self._perhaps = outer

    def on_class(self, node: ast.ClassDef) -> None:
        self._bind(node.name, node)
        for expression in (*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)):
            self.visit(expression)
        outer, path = self._scope, self._path
        self._scope, self._path = outer.inner(node, node.name), ()
        self._block(node.body)
        self._scope, self._path = outer, path

    def on_import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            self._bind((alias.asname or alias.name).partition(".")[0], node)

    def on_declaration(self, node: ast.Global | ast.Nonlocal) -> None:
        self._scope.elsewhere.update(node.names)

    def on_handler(self, node: ast.ExceptHandler) -> None:
        if node.name is not None:
            self._bind(node.name, node)
        self._inside(node)

    def on_pattern(self, node: ast.MatchAs | ast.MatchStar | ast.MatchMapping) -> None:
        name = node.rest if isinstance(node, ast.MatchMapping) else node.name
        if name is not None:
            self._bind(name, node)
        self._inside(node)


_VISITS: dict[type[ast.AST], Callable[[Occurrences, Any], None]] = {
    ast.Name: Occurrences.on_name,
    ast.Attribute: Occurrences.on_attribute,
    ast.AnnAssign: Occurrences.on_annotated,
    ast.NamedExpr: Occurrences.on_named,
    ast.For: Occurrences.on_for,
    ast.AsyncFor: Occurrences.on_for,
    ast.While: Occurrences.on_while,
    ast.ListComp: Occurrences.on_comprehension,
    ast.SetComp: Occurrences.on_comprehension,
    ast.GeneratorExp: Occurrences.on_comprehension,
    ast.DictComp: Occurrences.on_comprehension,
    ast.FunctionDef: Occurrences.on_function,
    ast.AsyncFunctionDef: Occurrences.on_function,
    ast.Lambda: Occurrences.on_function,
    ast.ClassDef: Occurrences.on_class,
    ast.Import: Occurrences.on_import,
    ast.ImportFrom: Occurrences.on_import,
    ast.Global: Occurrences.on_declaration,
    ast.Nonlocal: Occurrences.on_declaration,
    ast.ExceptHandler: Occurrences.on_handler,
    ast.MatchAs: Occurrences.on_pattern,
    ast.MatchStar: Occurrences.on_pattern,
    ast.MatchMapping: Occurrences.on_pattern,
}


def dotted(node: ast.expr) -> str | None:
    """`self.layer.weight` as text; None for anything else than names and dots."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join((node.id, *reversed(parts))) if isinstance(node, ast.Name) else None
