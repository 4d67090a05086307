"""A size as an expression: plain data that is parsed and printed, never evaluated."""

from typing import Final

LOOSEST: Final = 0
PRECEDENCE: Final = {"+": 1, "-": 1, "*": 2, "/": 2, "//": 2, "%": 2, "**": 4}
UNARY: Final = 3


class Node:
    """Compares and prints by type and fields."""

    __slots__: tuple[str, ...] = ()
    __match_args__: tuple[str, ...] = ()

    def fields(self) -> tuple[object, ...]:
        return tuple([getattr(self, field) for field in self.__match_args__])

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.fields() == other.fields()

    def __hash__(self) -> int:
        return hash((type(self).__name__, self.fields()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.fields()))})"

    def __str__(self) -> str:
        return render(self)


class Number(Node):
    __slots__ = ("value",)
    __match_args__ = ("value",)

    def __init__(self, value: int) -> None:
        self.value = value


class Name(Node):
    """The size of the axis with that name: always an identifier."""

    __slots__ = ("name",)
    __match_args__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Attribute(Node):
    """A dotted path such as `config.n_embd`."""

    __slots__ = ("path",)
    __match_args__ = ("path",)

    def __init__(self, path: tuple[str, ...]) -> None:
        self.path = path


class Binary(Node):
    """One of `+ - * / // % **` between two sizes."""

    __slots__ = ("left", "operator", "right")
    __match_args__ = ("left", "operator", "right")

    def __init__(self, left: "Expression", operator: str, right: "Expression") -> None:
        self.left = left
        self.operator = operator
        self.right = right


class Negate(Node):
    __slots__ = ("operand",)
    __match_args__ = ("operand",)

    def __init__(self, operand: "Expression") -> None:
        self.operand = operand


class Call(Node):
    """A function of sizes, such as `max(a, b)`."""

    __slots__ = ("arguments", "function")
    __match_args__ = ("function", "arguments")

    def __init__(self, function: str, arguments: tuple["Expression", ...]) -> None:
        self.function = function
        self.arguments = arguments


class Embedded(Node):
    """`{size}` or `{self.dim}`: taken from the arguments of the call, not from the axes."""

    __slots__ = ("expression",)
    __match_args__ = ("expression",)

    def __init__(self, expression: "Expression") -> None:
        self.expression = expression


class Opaque(Node):
    """Text that says nothing about the size here, as it was written."""

    __slots__ = ("text",)
    __match_args__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


Expression = Number | Name | Attribute | Binary | Negate | Call | Embedded | Opaque


def render(node: Node, outer: int = LOOSEST) -> str:
    """Print without spaces, in parentheses only where an operator of precedence `outer` around it needs them."""
    match node:
        case Binary(left, operator, right):
            own = PRECEDENCE[operator]
            # All but the power lean left, and only a power takes a sign on its right.
            outer_left, outer_right = (own + 1, UNARY) if operator == "**" else (own, own + 1)
            text = f"{render(left, outer_left)}{operator}{render(right, outer_right)}"
            text = f"({text})" if own < outer else text
        case Negate(operand):
            text = f"-{render(operand, UNARY)}"
            text = f"({text})" if outer > UNARY else text
        case Call(function, arguments):
            text = f"{function}({','.join(map(render, arguments))})"
        case Embedded(expression):
            text = f"{{{render(expression)}}}"
        case Attribute(path):
            text = ".".join(path)
        case _:
            text = str(node.fields()[0])
    return text
