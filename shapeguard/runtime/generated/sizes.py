"""The text that computes a symbolic axis."""

from shapeguard.grammar import Attribute, Binary, Call, Embedded, Expression, Name, Negate, Number
from shapeguard.runtime.generated.emitter import Emitter, Inexpressible


def text_of(expression: Expression | None, emitter: Emitter) -> str:
    """An expression over the variables of bound axes; attributes of arguments are read into a variable first.

    Raises:
        Inexpressible: where an axis may be unbound, or Python's own evaluation could differ or fail.
    """
    match expression:
        case Number(value):
            return str(value)
        case Name(name) if name in emitter.bound or name in emitter.held:
            return f"_d_{name}"
        case Negate(operand):
            return f"(-{text_of(operand, emitter)})"
        case Binary(left, "+" | "-" | "*" as sign, right):
            return f"({text_of(left, emitter)} {sign} {text_of(right, emitter)})"
        case Binary(left, "//" | "/" | "%" as sign, Number(value)) if value:
            return f"({text_of(left, emitter)} {sign} {value})"
        case Binary(left, "//" | "/" | "%" as sign, Embedded() | Name() as right):
            return f"({text_of(left, emitter)} {sign} {_divisor(right, emitter)})"
        case Call("min" | "max" as function, operands) if function not in emitter.bound | emitter.perhaps:
            return f"{function}({', '.join(text_of(operand, emitter) for operand in operands)})"
        case Embedded(Name(name)):
            return _read(name, (name,), emitter)
        case Embedded(Attribute(path)):
            return _read(path[0], path, emitter)
    raise Inexpressible(str(expression))


def _divisor(expression: Embedded | Name, emitter: Emitter) -> str:
    if isinstance(expression, Name) and expression.name not in emitter.bound:
        raise Inexpressible(expression.name)
    value = text_of(expression, emitter)
    emitter.refuse_if(f"not {value}", "is divided by a size of 0")
    return value


def _read(parameter: str, path: tuple[str, ...], emitter: Emitter) -> str:
    """An argument's attribute: an int that is not negative reads the same as the text that jaxtyping evaluates."""
    if parameter not in emitter.parameters or not all(part.isascii() for part in path):
        raise Inexpressible(".".join(path))
    value = emitter.fresh("a")
    if emitter.traced:
        emitter.line(f"{value} = {'.'.join(path)}")
        return value
    emitter.line(f"try: {value} = {'.'.join(path)}")
    emitter.line(f"except Exception: {emitter.refusal()}")
    emitter.refuse_if(f"type({value}) is not int or {value} < 0")
    return value
