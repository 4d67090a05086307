"""Evaluating expressions to abstract values."""

from __future__ import annotations

import builtins
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from shapeguard.interpreter import ir
from shapeguard.interpreter.alternatives import take_values_for_one
from shapeguard.interpreter.attributes import attribute, method
from shapeguard.interpreter.calls import call
from shapeguard.interpreter.dictionaries import UNKNOWN, key_of
from shapeguard.interpreter.dispatch import evaluate, expression
from shapeguard.interpreter.iteration import bind_target, element
from shapeguard.interpreter.joins import join
from shapeguard.interpreter.operators import binary, compare, concatenate, truth_of
from shapeguard.interpreter.refinement import suppose
from shapeguard.interpreter.subscripts import subscript
from shapeguard.interpreter.tensor_names import METHODS
from shapeguard.interpreter.values import REST, Bound, FunctionValue
from shapeguard.ops.names import canonical
from shapeguard.shapes.past import NEGATED
from shapeguard.shapes.values import (
    ELLIPSIS,
    FALSE,
    NONE,
    TRUE,
    Computed,
    Either,
    Library,
    Literal,
    Mapping,
    Number,
    Opaque,
    Repeated,
    Sequence,
    Sizes,
    Slice,
    Tensor,
    Value,
    integer,
)

if TYPE_CHECKING:
    from shapeguard.interpreter.frame import Frame


@expression(ir.Name)
def _name(node: ir.Name, frame: Frame) -> Value:
    found = frame.lookup(node.name)
    return _builtin(node.name) if found is None else found


@cache
def _builtin(name: str) -> Value:
    if name == "Ellipsis":
        return ELLIPSIS
    return Library(f"builtins.{name}" if hasattr(builtins, name) else f"nowhere.{name}")


@expression(ir.Constant)
def _constant(node: ir.Constant, _frame: Frame) -> Value:
    value = node.value
    if value is None:
        return NONE
    if value is True:
        return TRUE
    if value is False:
        return FALSE
    return integer(value) if isinstance(value, int) else Literal(value)


@expression(ir.Attribute)
def _attribute(node: ir.Attribute, frame: Frame) -> Value:
    value = evaluate(node.value, frame)
    if (
        node.name in METHODS and isinstance(value, Opaque) and not value.used_as_tensor
    ):  # `config.dim`, which is not called
        return value.part(node.name, None if value.name is None else f"{value.name}.{node.name}")
    return attribute(value, node.name, frame, node.site)


@expression(ir.Call)
def _call(node: ir.Call, frame: Frame) -> Value:
    func = node.func
    if type(func) is ir.Attribute:
        function = method(evaluate(func.value, frame), func.name, frame, func.site)
    else:
        function = evaluate(func, frame)
    args: list[Value] = []
    unknown_count = False
    for arg in node.args:
        value = evaluate(arg, frame)
        if type(arg) is ir.Starred:
            unknown_count |= _spread(value, args, frame)
        else:
            args.append(value)
    keywords: dict[str, Value] = {}
    for name, expression in node.keywords:
        value = evaluate(expression, frame)
        if name is not None:
            keywords[name] = value
        elif isinstance(value, Mapping) and all(isinstance(key, str) for key in value.entries):
            keywords.update({str(key): item for key, item in value.entries.items()})
            if value.rest is not None:
                keywords[REST] = value.rest
        elif type(value) is Opaque and frame.interpreter.assume:
            keywords[REST] = value
        else:
            unknown_count = True
    if unknown_count and not _takes_any_number(function, args):
        columns = transposed(value) if len(node.args) == 1 and not keywords and _is_zip(function) else None
        return columns or call_with_rest(function, args)
    return call(function, args, keywords, frame, node.site)


def _is_zip(function: Value) -> bool:
    return isinstance(function, Library) and function.name == "builtins.zip"


def _takes_any_number(function: Value, args: list[Value]) -> bool:
    """Whether `*blocks` of unknown number, all alike, are an argument as good as any."""
    if isinstance(function, Bound):
        function = function.function
    names = ("torch.nn.Sequential", "builtins.super.__init__")
    return (
        isinstance(function, Library)
        and canonical(function.name) in names
        and any(isinstance(arg, Repeated) for arg in args)
    )


def call_with_rest(function: Value, _args: list[Value]) -> Value:
    """A call with an unknown number of arguments."""
    return Opaque(reason=f"{function!r} was called with an unknown number of arguments")


def transposed(rows: Value) -> Sequence | None:
    """The columns of any number of rows that look alike, as `zip(*rows)` gives them."""
    if not isinstance(rows, Repeated) or not isinstance(rows.element, Sequence):
        return None
    return Sequence([Repeated(item, rows.length, "tuple") for item in rows.element.items])


def _spread(value: Value, items: list[Value], frame: Frame) -> bool:
    """Append the items of a starred value; true when their number is not known."""
    if isinstance(value, Sequence):
        items.extend(value.items)
        return False
    if isinstance(value, Sizes):
        axes = frame.path.store.axes(value.tensor)
        if axes is not None:
            items.extend(Number(axis.size) for axis in axes)
            return False
        items.append(value)  # operations take sizes of unknown number as one argument
        return False
    if isinstance(value, Repeated):
        items.extend(value.parts)
    return True


@expression(ir.Starred)
def _starred(node: ir.Starred, frame: Frame) -> Value:
    return evaluate(node.value, frame)


@expression(ir.Subscript)
def _subscript(node: ir.Subscript, frame: Frame) -> Value:
    return subscript(evaluate(node.value, frame), evaluate(node.key, frame), frame, node.site)


@expression(ir.Slice)
def _slice(node: ir.Slice, frame: Frame) -> Value:
    lower, upper, step = (None if part is None else evaluate(part, frame) for part in node[1:])
    return Slice(lower, upper, step)


@expression(ir.Binary)
def _binary(node: ir.Binary, frame: Frame) -> Value:
    return binary(node.operator, evaluate(node.left, frame), evaluate(node.right, frame), frame, node.site)


@expression(ir.Unary)
def _unary(node: ir.Unary, frame: Frame) -> Value:
    value = evaluate(node.operand, frame)
    if node.operator == "not":
        truth = truth_of(value)
        return Opaque(reason="a condition") if truth is None else (FALSE if truth else TRUE)
    if isinstance(value, Number):
        return Number(-value.dim) if node.operator == "-" else value if node.operator == "+" else Opaque()
    if isinstance(value, Tensor):
        return Tensor(value.shape, value.dtype, NEGATED) if node.operator == "-" and value.past is None else value
    if isinstance(value, Literal) and isinstance(value.value, (int, float)) and node.operator == "-":
        return Literal(-value.value)
    if isinstance(value, Opaque):
        return value if value.used_as_tensor else Computed(value)
    return Opaque(reason="an operator")


@expression(ir.Compare)
def _compare(node: ir.Compare, frame: Frame) -> Value:
    left = evaluate(node.left, frame)
    results: list[Value] = []
    for symbol, expression in node.comparisons:
        right = evaluate(expression, frame)
        results.append(compare(symbol, left, right, frame, node.site))
        left = right
    if len(results) == 1:
        return results[0]
    truths = [truth_of(result) for result in results]
    return FALSE if False in truths else TRUE if all(truths) else Opaque(reason="a condition")


@expression(ir.Boolean)
def _boolean(node: ir.Boolean, frame: Frame) -> Value:
    left = evaluate(node.left, frame)
    truth = truth_of(left)
    if truth is not None:
        return evaluate(node.right, frame) if truth is (node.operator == "and") else left
    before = frame.path
    frame.path = before.copy()
    suppose(node.left, frame, node.operator == "and")
    right = evaluate(node.right, frame)
    if node.operator == "or":
        left = _where_true(left)
    result = join(left, right, before.store, frame.path.store)
    frame.path = before.join(frame.path)
    return result


def _where_true(value: Value) -> Value:
    """What `value or ...` gives where it is the value: no option that counts as false."""
    options = [option for option in value.options if truth_of(option) is not False] if isinstance(value, Either) else []
    return value if not options else options[0] if len(options) == 1 else Either(tuple(options))


@expression(ir.Conditional)
def _conditional(node: ir.Conditional, frame: Frame) -> Value:
    truth = truth_of(evaluate(node.test, frame))
    if truth is not None:
        return evaluate(node.body if truth else node.orelse, frame)
    before = frame.path
    frame.path = before.copy()
    suppose(node.test, frame, holds=True)
    one, body = evaluate(node.body, frame), frame.path
    frame.path = before
    suppose(node.test, frame, holds=False)
    other = evaluate(node.orelse, frame)
    take_values_for_one(node.test, (one, body.store), (other, frame.path.store), frame)
    result = join(one, other, body.store, frame.path.store)
    frame.path = body.join(frame.path)
    return result


@expression(ir.Display)
def _display(node: ir.Display, frame: Frame) -> Value:
    if node.words is not None:
        return _labels(node.words, node.kind)
    if not any(type(item) is ir.Starred for item in node.items):
        return Sequence([evaluate(item, frame) for item in node.items], node.kind)
    parts: list[Value] = []
    for item in node.items:
        value = evaluate(item, frame)
        if type(item) is not ir.Starred:
            parts.append(Sequence((value,)))
        elif isinstance(value, (Sequence, Sizes, Repeated)):
            parts.append(value)
        else:
            return Opaque(reason="a sequence of unknown length")
    return concatenate(parts, frame, node.kind)


@lru_cache(maxsize=64)
def _labels(words: tuple[str, ...], kind: str) -> Sequence:
    return Sequence(tuple(map(Literal, words)), kind)


@expression(ir.Dictionary)
def _dictionary(node: ir.Dictionary, frame: Frame) -> Value:
    entries: dict[object, Value] = {}
    known = True
    rest: Opaque | None = None
    for key, expression in node.entries:
        value = evaluate(expression, frame)
        if key is None:
            known &= isinstance(value, Mapping)
            entries.update(value.entries if isinstance(value, Mapping) else {})
            rest = value.rest or rest if isinstance(value, Mapping) else rest
            continue
        name = key_of(evaluate(key, frame))
        known &= name is not UNKNOWN
        entries[name] = value
    return Mapping(entries, rest) if known else Opaque(reason="a dictionary with unknown keys")


@expression(ir.Lambda)
def _lambda(node: ir.Lambda, frame: Frame) -> Value:
    return FunctionValue(node.function, frame, frame.owner, defaults(node.function, frame))


def defaults(function: ir.Function, frame: Frame) -> dict[str, Value]:
    """The values of a function's defaults, evaluated where it is defined."""
    return {
        parameter.name: evaluate(parameter.default, frame)
        for parameter in function.parameters
        if parameter.default is not None
    }


@expression(ir.Walrus)
def _walrus(node: ir.Walrus, frame: Frame) -> Value:
    value = evaluate(node.value, frame)
    bind_target(node.target, value, frame, node.site)
    return value


@expression(ir.Suspend)
def _suspend(node: ir.Suspend, frame: Frame) -> Value:
    value = NONE if node.value is None else evaluate(node.value, frame)
    if node.kind == "await":
        return value
    frame.yields.append(element(value, frame) if node.kind == "from" else value)
    return Opaque(reason="sent into a generator")


@expression(ir.Parts)
def _parts(node: ir.Parts, frame: Frame) -> Value:
    for part in node.parts:
        evaluate(part, frame)
    return Opaque(reason="a computed string")
