"""libcst tree -> plain data: statements, functions and classes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import libcst as cst

from shapeguard.interpreter import ir
from shapeguard.interpreter.binding import attributes_set, bound_outside, statements_by_name
from shapeguard.interpreter.lower_expressions import AUGMENTED, Expressions, dotted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def lower(tree: cst.Module, name: str, first_site: int = 0) -> tuple[ir.Module, list[cst.CSTNode]]:
    """Lower a file; the second result is the table that turns sites, counted from `first_site`, back into nodes."""
    lowering = _Statements(first_site)
    body = lowering.block(tree.body)
    shared, inside = bound_outside(body) if lowering.declares else (frozenset[str](), frozenset[str]())
    return ir.Module(name, body, statements_by_name(body), shared, inside), lowering.nodes


class _Statements(Expressions):
    """Statements on top of expressions, and the definitions they contain."""

    declares = False  # whether there is any `global` or `nonlocal`

    def block(self, body: Any) -> ir.Block:
        found: list[ir.Statement] = []
        for statement in body:
            remark = self.remark(statement.leading_lines) if statement.leading_lines else None
            at = len(found)
            handler = _COMPOUND.get(type(statement))
            if handler is not None:
                found.append(handler(self, statement))
            else:
                self.simple(statement, found)
            if remark is not None:
                following = _bound(found[at:]) - _bound(found[at - 1 : at])
                found.insert(at, remark._replace(following=following))
        return tuple(found)

    def remark(self, lines: Sequence[cst.EmptyLine]) -> ir.Remark | None:
        """The comments among lines between statements that may state shapes."""
        texts = tuple(line.comment.value for line in lines if line.comment is not None and _MAYBE(line.comment.value))
        return ir.Remark(self.site(lines[0]), texts, frozenset()) if texts else None

    def suite(self, node: Any) -> ir.Block:
        if type(node) is cst.IndentedBlock:
            body = self.block(node.body)
            remark = self.remark(node.footer) if node.footer else None
            return body if remark is None else (*body, remark)
        found: list[ir.Statement] = []
        self.simple(node, found)
        return tuple(found)

    def simple(self, line: Any, found: list[ir.Statement]) -> None:
        comment = line.trailing_whitespace.comment
        text = None if comment is None else comment.value
        for statement in line.body:
            handler = _SIMPLE.get(type(statement))
            if handler is not None:
                handler(self, statement, text, found)

    def orelse(self, node: Any) -> ir.Block:
        if node is None:
            return ()
        return (self.if_(node),) if type(node) is cst.If else self.suite(node.body)

    def if_(self, node: cst.If) -> ir.If:
        return ir.If(self.site(node), self.expression(node.test), self.suite(node.body), self.orelse(node.orelse))

    def for_(self, node: cst.For) -> ir.For:
        return ir.For(
            self.site(node),
            self.expression(node.target),
            self.expression(node.iter),
            self.suite(node.body),
            self.orelse(node.orelse),
        )

    def while_(self, node: cst.While) -> ir.While:
        return ir.While(self.site(node), self.expression(node.test), self.suite(node.body), self.orelse(node.orelse))

    def with_(self, node: cst.With) -> ir.With:
        items = tuple(
            (self.expression(item.item), None if item.asname is None else self.expression(item.asname.name))
            for item in node.items
        )
        return ir.With(self.site(node), items, self.suite(node.body))

    def try_(self, node: Any) -> ir.Try:
        handlers = tuple(
            ir.Handler(handler.name.name.value if handler.name is not None else None, self.suite(handler.body))
            for handler in node.handlers
        )
        final = () if node.finalbody is None else self.suite(node.finalbody.body)
        return ir.Try(self.site(node), self.suite(node.body), handlers, self.orelse(node.orelse), final)

    def match(self, node: cst.Match) -> ir.Match:
        subject = self.expression(node.subject)
        cases = tuple(
            ir.Case(tuple(_captures(case.pattern)), self.guard(subject, case), self.suite(case.body))
            for case in node.cases
        )
        return ir.Match(self.site(node), subject, cases)

    def guard(self, subject: ir.Expression, case: cst.MatchCase) -> ir.Expression | None:
        """What holds in a case: its guard, or that the subject is the literal that is written."""
        if case.guard is not None:
            return self.expression(case.guard)
        if isinstance(case.pattern, cst.MatchValue):
            value = self.expression(case.pattern.value)
            return ir.Compare(self.site(case), subject, (("==", value),)) if type(value) is ir.Constant else None
        return None

    def function(self, node: cst.FunctionDef) -> ir.Function:
        decorators = tuple(self.expression(decorator.decorator) for decorator in node.decorators)
        returns = None if node.returns is None else self.expression(node.returns.annotation)
        parameters = self.parameters(node.params)
        with self.scope(node.name.value) as (qualname, suspensions):
            body = self.suite(node.body)
        kind = "generator" if suspensions else "function" if node.asynchronous is None else "coroutine"
        return ir.Function(
            self.site(node),
            node.name.value,
            qualname,
            parameters,
            decorators,
            returns,
            body,
            self.docstring(node.body),
            kind,
        )

    def class_(self, node: cst.ClassDef) -> ir.Class:
        bases = tuple(self.expression(base.value) for base in node.bases)
        decorators = tuple(self.expression(decorator.decorator) for decorator in node.decorators)
        with self.scope(node.name.value, function=False) as (qualname, _):
            body = tuple(
                item._replace(sets=attributes_set(item.parameters, item.body)) if type(item) is ir.Function else item
                for item in self.suite(node.body)
            )
        return ir.Class(self.site(node), node.name.value, qualname, bases, decorators, body, self.docstring(node.body))

    def docstring(self, suite: Any) -> str | None:
        first = suite.body[0] if suite.body else None
        if type(first) is cst.SimpleStatementLine:
            first = first.body[0]
        if type(first) is cst.Expr and type(first.value) in (cst.SimpleString, cst.ConcatenatedString):
            value = self.text(first.value)
            return value if isinstance(value, str) else None
        return None

    # -- small statements ----------------------------------------------------------------------------------------

    def assign(self, node: cst.Assign, comment: str | None, found: list[ir.Statement]) -> None:
        value = self.expression(node.value)
        targets = tuple(self.expression(target.target) for target in node.targets)
        found.append(ir.Assign(self.site(node), targets, value, comment))

    def annotated(self, node: cst.AnnAssign, comment: str | None, found: list[ir.Statement]) -> None:
        annotation = self.expression(node.annotation.annotation)
        value = self.optional(node.value)
        found.append(ir.Annotated(self.site(node), self.expression(node.target), annotation, value, comment))

    def augmented(self, node: cst.AugAssign, comment: str | None, found: list[ir.Statement]) -> None:
        operator = AUGMENTED[type(node.operator)]
        target, value = self.expression(node.target), self.expression(node.value)
        found.append(ir.Augmented(self.site(node), target, operator, value, comment))

    def evaluate(self, node: cst.Expr, _comment: str | None, found: list[ir.Statement]) -> None:
        found.append(ir.Evaluate(self.site(node), self.expression(node.value)))

    def return_(self, node: cst.Return, comment: str | None, found: list[ir.Statement]) -> None:
        found.append(ir.Return(self.site(node), self.optional(node.value), comment))

    def raise_(self, node: cst.Raise, _comment: str | None, found: list[ir.Statement]) -> None:
        found.append(ir.Raise(self.site(node), self.optional(node.exc)))

    def assert_(self, node: cst.Assert, _comment: str | None, found: list[ir.Statement]) -> None:
        found.append(ir.Assert(self.site(node), self.expression(node.test)))

    def delete(self, node: cst.Del, _comment: str | None, found: list[ir.Statement]) -> None:
        target = self.expression(node.target)
        targets = target.items if isinstance(target, ir.Display) else (target,)
        found.append(ir.Delete(self.site(node), targets))

    def break_(self, node: cst.Break, _comment: str | None, found: list[ir.Statement]) -> None:
        found.append(ir.Jump(self.site(node), "break"))

    def continue_(self, node: cst.Continue, _comment: str | None, found: list[ir.Statement]) -> None:
        found.append(ir.Jump(self.site(node), "continue"))

    def import_(self, node: cst.Import, _comment: str | None, found: list[ir.Statement]) -> None:
        for alias in node.names:
            module = dotted(alias.name)
            if alias.asname is not None:
                found.append(ir.Import(self.site(node), _imported(alias), module, None))
            else:
                top = module.partition(".")[0]
                found.append(ir.Import(self.site(node), top, top, None))

    def import_from(self, node: cst.ImportFrom, _comment: str | None, found: list[ir.Statement]) -> None:
        module = "." * len(node.relative) + ("" if node.module is None else dotted(node.module))
        if isinstance(node.names, cst.ImportStar):
            found.append(ir.Import(self.site(node), "*", module, "*"))
            return
        for alias in node.names:
            found.append(ir.Import(self.site(node), _imported(alias), module, dotted(alias.name)))

    def scope_names(self, node: Any, _comment: str | None, found: list[ir.Statement]) -> None:
        self.declares = True
        names = tuple(item.name.value for item in node.names)
        found.append(ir.Scope(self.site(node), names, type(node) is cst.Nonlocal))


_MAYBE = re.compile(r"[(\[].*[)\]]|\w x \w").search


def _bound(statements: list[ir.Statement]) -> frozenset[str]:
    """The names that plain assignments among the statements bind."""
    return frozenset(
        name
        for statement in statements
        if isinstance(statement, (ir.Assign, ir.Annotated, ir.Augmented))
        for target in (statement.targets if isinstance(statement, ir.Assign) else (statement.target,))
        for name in ir.target_names(target)
    )


def _imported(alias: cst.ImportAlias) -> str:
    name = alias.name if alias.asname is None else alias.asname.name
    return dotted(name)


def _captures(node: cst.CSTNode) -> list[str]:
    """The names that a match pattern binds."""
    found: list[str] = []
    stack: list[cst.CSTNode] = [node]
    while stack:
        current = stack.pop()
        name = getattr(current, "name", None)
        if isinstance(current, (cst.MatchAs, cst.MatchStar)) and isinstance(name, cst.Name):
            found.append(name.value)
        rest = current.rest if isinstance(current, cst.MatchMapping) else None
        if rest is not None:
            found.append(rest.value)
        stack.extend(child for child in current.children if not isinstance(child, cst.BaseExpression))
    return found


_COMPOUND: dict[type, Callable[[_Statements, Any], ir.Statement]] = {
    cst.If: _Statements.if_,
    cst.For: _Statements.for_,
    cst.While: _Statements.while_,
    cst.With: _Statements.with_,
    cst.Try: _Statements.try_,
    cst.TryStar: _Statements.try_,
    cst.Match: _Statements.match,
    cst.FunctionDef: _Statements.function,
    cst.ClassDef: _Statements.class_,
}
_SIMPLE: dict[type, Callable[[_Statements, Any, str | None, list[ir.Statement]], None]] = {
    cst.Assign: _Statements.assign,
    cst.AnnAssign: _Statements.annotated,
    cst.AugAssign: _Statements.augmented,
    cst.Expr: _Statements.evaluate,
    cst.Return: _Statements.return_,
    cst.Raise: _Statements.raise_,
    cst.Assert: _Statements.assert_,
    cst.Del: _Statements.delete,
    cst.Break: _Statements.break_,
    cst.Continue: _Statements.continue_,
    cst.Import: _Statements.import_,
    cst.ImportFrom: _Statements.import_from,
    cst.Global: _Statements.scope_names,
    cst.Nonlocal: _Statements.scope_names,
}
