"""libcst tree -> plain data: expressions and parameters."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import libcst as cst

from shapeguard.interpreter import ir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Expressions:
    """Lowers expressions, and keeps the table from sites to nodes."""

    def __init__(self, first_site: int) -> None:
        self.first_site = first_site
        self.nodes: list[cst.CSTNode] = []
        self.path: list[str] = []
        self.suspensions = 0

    def site(self, node: cst.CSTNode) -> int:
        self.nodes.append(node)
        return self.first_site + len(self.nodes) - 1

    @contextmanager
    def scope(self, name: str, *, function: bool = True) -> Iterator[tuple[str, list[None]]]:
        """Enter a definition: its qualified name, and a list that fills up when its body yields."""
        self.path.append(name)
        outer, self.suspensions = self.suspensions, 0
        found: list[None] = []
        qualname = ".".join(self.path)
        if function:
            self.path.append("<locals>")
        yield qualname, found
        found.extend([None] * self.suspensions)
        self.suspensions = outer
        del self.path[-2 if function else -1 :]

    def expression(self, node: Any) -> ir.Expression:
        handler = _EXPRESSIONS.get(type(node))
        if handler is not None:
            return handler(self, node)
        return ir.Parts(self.site(node), ())

    def optional(self, node: Any) -> ir.Expression | None:
        return None if node is None else self.expression(node)

    # -- atoms -----------------------------------------------------------------------------------------------------

    def name(self, node: cst.Name) -> ir.Expression:
        keyword = _KEYWORDS.get(node.value, _KEYWORDS)
        if keyword is not _KEYWORDS:
            return ir.Constant(self.site(node), keyword)
        return ir.Name(self.site(node), node.value)

    def integer(self, node: cst.Integer) -> ir.Constant:
        text = node.value
        value = int(text) if text.isdigit() and (text[0] != "0" or len(text) == 1) else int(text, 0)
        return ir.Constant(self.site(node), value)

    def float_(self, node: cst.Float) -> ir.Constant:
        return ir.Constant(self.site(node), float(node.value))

    def imaginary(self, node: cst.Imaginary) -> ir.Constant:
        return ir.Constant(self.site(node), complex(node.value))

    def ellipsis(self, node: cst.Ellipsis) -> ir.Constant:
        return ir.Constant(self.site(node), ...)

    def string(self, node: cst.SimpleString | cst.ConcatenatedString) -> ir.Expression:
        value = self.text(node)
        if value is None:
            return ir.Parts(self.site(node), ())
        return ir.Constant(self.site(node), value)

    def text(self, node: cst.CSTNode) -> str | bytes | None:
        """The value of a string literal, None for one with computed parts."""
        if isinstance(node, cst.SimpleString):
            value = node.value
            quote = value[0]
            if quote in "'\"" and "\\" not in value and value[1:2] != quote:
                return value[1:-1]
            return node.evaluated_value
        if isinstance(node, cst.ConcatenatedString):
            left, right = self.text(node.left), self.text(node.right)
            if isinstance(left, str) and isinstance(right, str):
                return left + right
        return None

    def formatted(self, node: cst.FormattedString) -> ir.Parts:
        parts = tuple(
            self.expression(part.expression) for part in node.parts if isinstance(part, cst.FormattedStringExpression)
        )
        return ir.Parts(self.site(node), parts)

    # -- operators ---------------------------------------------------------------------------------------------------

    def attribute(self, node: cst.Attribute) -> ir.Attribute:
        return ir.Attribute(self.site(node), self.expression(node.value), node.attr.value)

    def binary(self, node: cst.BinaryOperation) -> ir.Binary:
        operator = BINARY[type(node.operator)]
        return ir.Binary(self.site(node), operator, self.expression(node.left), self.expression(node.right))

    def unary(self, node: cst.UnaryOperation) -> ir.Expression:
        operator = UNARY[type(node.operator)]
        operand = self.expression(node.expression)
        if operator == "-" and type(operand) is ir.Constant and type(operand.value) in (int, float):
            return ir.Constant(self.site(node), -operand.value)  # type: ignore[operator]
        return ir.Unary(self.site(node), operator, operand)

    def boolean(self, node: cst.BooleanOperation) -> ir.Boolean:
        operator = "and" if type(node.operator) is cst.And else "or"
        return ir.Boolean(self.site(node), operator, self.expression(node.left), self.expression(node.right))

    def comparison(self, node: cst.Comparison) -> ir.Compare:
        comparisons = tuple(
            (COMPARE[type(part.operator)], self.expression(part.comparator)) for part in node.comparisons
        )
        return ir.Compare(self.site(node), self.expression(node.left), comparisons)

    def conditional(self, node: cst.IfExp) -> ir.Conditional:
        return ir.Conditional(
            self.site(node), self.expression(node.test), self.expression(node.body), self.expression(node.orelse)
        )

    def walrus(self, node: cst.NamedExpr) -> ir.Walrus:
        return ir.Walrus(self.site(node), self.expression(node.target), self.expression(node.value))

    # -- calls and indices -------------------------------------------------------------------------------------------

    def call(self, node: cst.Call) -> ir.Call:
        func = self.expression(node.func)
        args: list[ir.Expression] = []
        keywords: list[tuple[str | None, ir.Expression]] = []
        for arg in node.args:
            value = self.expression(arg.value)
            if arg.keyword is not None:
                keywords.append((arg.keyword.value, value))
            elif arg.star == "**":
                keywords.append((None, value))
            else:
                args.append(ir.Starred(value.site, value) if arg.star else value)
        return ir.Call(self.site(node), func, tuple(args), tuple(keywords))

    def subscript(self, node: cst.Subscript) -> ir.Subscript:
        value = self.expression(node.value)
        items = tuple(self.index(element.slice) for element in node.slice)
        site = self.site(node)
        trailing_comma = isinstance(node.slice[-1].comma, cst.Comma)
        index = items[0] if len(items) == 1 and not trailing_comma else ir.Display(site, "tuple", items)
        return ir.Subscript(site, value, index)

    def index(self, node: Any) -> ir.Expression:
        if type(node) is cst.Index:
            value = self.expression(node.value)
            return ir.Starred(value.site, value) if node.star else value
        lower, upper, step = self.optional(node.lower), self.optional(node.upper), self.optional(node.step)
        return ir.Slice(self.site(node), lower, upper, step)

    # -- displays ----------------------------------------------------------------------------------------------------

    def display(self, node: cst.Tuple | cst.List | cst.Set) -> ir.Display:
        kind = "tuple" if type(node) is cst.Tuple else "list" if type(node) is cst.List else "set"
        items = tuple(self.element(element) for element in node.elements)
        return ir.Display(self.site(node), kind, items, _words(items) if len(items) > LONG else None)

    def element(self, node: cst.BaseElement) -> ir.Expression:
        value = self.expression(node.value)
        return ir.Starred(value.site, value) if isinstance(node, cst.StarredElement) else value

    def dictionary(self, node: cst.Dict) -> ir.Dictionary:
        entries = tuple(
            (self.expression(element.key) if isinstance(element, cst.DictElement) else None,
             self.expression(element.value))
            for element in node.elements
        )  # fmt: skip
        return ir.Dictionary(self.site(node), entries)

    def comprehension(self, node: Any) -> ir.Comprehension:
        clauses: list[ir.Clause] = []
        clause = node.for_in
        while clause is not None:
            conditions = tuple(self.expression(condition.test) for condition in clause.ifs)
            clauses.append(ir.Clause(self.expression(clause.target), self.expression(clause.iter), conditions))
            clause = clause.inner_for_in
        if type(node) is cst.DictComp:
            element, value = self.expression(node.key), self.expression(node.value)
            return ir.Comprehension(self.site(node), "dict", element, value, tuple(clauses))
        kind = _COMPREHENSIONS[type(node)]
        return ir.Comprehension(self.site(node), kind, self.expression(node.elt), None, tuple(clauses))

    # -- functions ---------------------------------------------------------------------------------------------------

    def lambda_(self, node: cst.Lambda) -> ir.Lambda:
        parameters = self.parameters(node.params)
        with self.scope("<lambda>") as (qualname, _):
            value = self.expression(node.body)
        site = self.site(node)
        body = (ir.Return(value.site, value, None),)
        return ir.Lambda(site, ir.Function(site, "<lambda>", qualname, parameters, (), None, body, None, "lambda"))

    def parameters(self, node: cst.Parameters) -> tuple[ir.Parameter, ...]:
        found = [self.parameter(item, "positional") for item in (*node.posonly_params, *node.params)]
        if isinstance(node.star_arg, cst.Param):
            found.append(self.parameter(node.star_arg, "args"))
        found += [self.parameter(item, "keyword") for item in node.kwonly_params]
        if node.star_kwarg is not None:
            found.append(self.parameter(node.star_kwarg, "kwargs"))
        return tuple(found)

    def parameter(self, node: cst.Param, kind: str) -> ir.Parameter:
        annotation = None if node.annotation is None else self.expression(node.annotation.annotation)
        return ir.Parameter(
            self.site(node.name), node.name.value, kind, annotation, self.optional(node.default), _comment(node)
        )

    def suspend(self, node: cst.Await | cst.Yield) -> ir.Suspend:
        if isinstance(node, cst.Await):
            return ir.Suspend(self.site(node), "await", self.expression(node.expression))
        self.suspensions += 1
        if isinstance(node.value, cst.From):
            return ir.Suspend(self.site(node), "from", self.expression(node.value.item))
        return ir.Suspend(self.site(node), "yield", self.optional(node.value))


def dotted(node: Any) -> str:
    """`a.b.c` as text."""
    return node.value if isinstance(node, cst.Name) else f"{dotted(node.value)}.{node.attr.value}"


def _comment(node: cst.Param) -> str | None:
    """The comment behind a parameter on a line of its own."""
    comma = node.comma
    space = comma.whitespace_after if isinstance(comma, cst.Comma) else node.whitespace_after_param
    if isinstance(space, cst.ParenthesizedWhitespace) and space.first_line.comment is not None:
        return space.first_line.comment.value
    return None


_KEYWORDS: dict[str, Any] = {"None": None, "True": True, "False": False}
BINARY: dict[type, str] = {
    cst.Add: "+", cst.Subtract: "-", cst.Multiply: "*", cst.Divide: "/", cst.FloorDivide: "//", cst.Modulo: "%",
    cst.Power: "**", cst.MatrixMultiply: "@", cst.BitAnd: "&", cst.BitOr: "|", cst.BitXor: "^", cst.LeftShift: "<<",
    cst.RightShift: ">>",
}  # fmt: skip
LONG = 32  # a table of labels is one value, not so many


def _words(items: tuple[ir.Expression, ...]) -> tuple[str, ...] | None:
    words = tuple(item.value for item in items if type(item) is ir.Constant and isinstance(item.value, str))
    return words if len(words) == len(items) else None


AUGMENTED: dict[type, str] = {
    cst.AddAssign: "+", cst.SubtractAssign: "-", cst.MultiplyAssign: "*", cst.DivideAssign: "/",
    cst.FloorDivideAssign: "//", cst.ModuloAssign: "%", cst.PowerAssign: "**", cst.MatrixMultiplyAssign: "@",
    cst.BitAndAssign: "&", cst.BitOrAssign: "|", cst.BitXorAssign: "^", cst.LeftShiftAssign: "<<",
    cst.RightShiftAssign: ">>",
}  # fmt: skip
UNARY: dict[type, str] = {cst.Minus: "-", cst.Plus: "+", cst.Not: "not", cst.BitInvert: "~"}
COMPARE: dict[type, str] = {
    cst.Equal: "==", cst.NotEqual: "!=", cst.LessThan: "<", cst.LessThanEqual: "<=", cst.GreaterThan: ">",
    cst.GreaterThanEqual: ">=", cst.Is: "is", cst.IsNot: "is not", cst.In: "in", cst.NotIn: "not in",
}  # fmt: skip
_COMPREHENSIONS: dict[type, str] = {cst.ListComp: "list", cst.SetComp: "set", cst.GeneratorExp: "generator"}
_EXPRESSIONS: dict[type, Callable[[Expressions, Any], ir.Expression]] = {
    cst.Name: Expressions.name,
    cst.Integer: Expressions.integer,
    cst.Float: Expressions.float_,
    cst.Imaginary: Expressions.imaginary,
    cst.Ellipsis: Expressions.ellipsis,
    cst.SimpleString: Expressions.string,
    cst.ConcatenatedString: Expressions.string,
    cst.FormattedString: Expressions.formatted,
    cst.Attribute: Expressions.attribute,
    cst.BinaryOperation: Expressions.binary,
    cst.UnaryOperation: Expressions.unary,
    cst.BooleanOperation: Expressions.boolean,
    cst.Comparison: Expressions.comparison,
    cst.IfExp: Expressions.conditional,
    cst.NamedExpr: Expressions.walrus,
    cst.Call: Expressions.call,
    cst.Subscript: Expressions.subscript,
    cst.Tuple: Expressions.display,
    cst.List: Expressions.display,
    cst.Set: Expressions.display,
    cst.StarredElement: Expressions.element,
    cst.Dict: Expressions.dictionary,
    cst.ListComp: Expressions.comprehension,
    cst.SetComp: Expressions.comprehension,
    cst.GeneratorExp: Expressions.comprehension,
    cst.DictComp: Expressions.comprehension,
    cst.Lambda: Expressions.lambda_,
    cst.Await: Expressions.suspend,
    cst.Yield: Expressions.suspend,
}
