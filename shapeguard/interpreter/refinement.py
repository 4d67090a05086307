"""What a condition teaches about the path on which it holds, or does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import symbol
from shapeguard.interpreter import ir
from shapeguard.interpreter.attributes import assign_attribute
from shapeguard.interpreter.dispatch import evaluate
from shapeguard.interpreter.kinds import of_kind
from shapeguard.shapes.shape import SCALAR
from shapeguard.shapes.values import FALSE, NONE, Either, Number, Opaque, Sequence, Sizes, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.interpreter.frame import Frame


TWO = 2


def suppose(test: ir.Expression, frame: Frame, holds: bool) -> None:
    """Learn what follows from the condition `test` being true (or false), of the current path and of no other."""
    store = frame.path.store
    facts, runs = store.facts, set(store.runs) if store.assume else ()
    refine(test, frame, holds)
    if store.assume:
        store.note_conditions(facts, runs)


def refine(test: ir.Expression, frame: Frame, holds: bool) -> None:
    """Learn what follows from `test` being true (or false)."""
    if type(test) is ir.Unary and test.operator == "not":
        refine(test.operand, frame, not holds)
    elif type(test) is ir.Boolean and (test.operator == "and") is holds:
        refine(test.left, frame, holds)
        refine(test.right, frame, holds)
    elif type(test) is ir.Compare and len(test.comparisons) == 1:
        sign, right = test.comparisons[0]
        if type(right) is ir.Constant and right.value is None and sign in ("is", "is not", "==", "!="):
            _narrow(test.left, frame, is_none=holds is (sign in ("is", "==")))
        elif sign in ("is", "is not"):
            pass
        elif sign in ("==", "!="):
            equal = holds is (sign == "==")
            if not _is_parity(test.left, right, frame, equal) and equal:
                _equal(test.left, right, frame)
        else:
            _ordered(sign, test.left, right, frame, holds)
    elif type(test) is ir.Walrus:
        refine(test.target, frame, holds)
    elif type(test) is ir.Call:
        _of_kind(test, frame, holds)
    elif holds and type(test) in (ir.Name, ir.Attribute):
        _narrow(test, frame, is_none=False)
    elif type(test) is ir.Binary and test.operator == "%":
        _remains(test, frame, holds)


def _narrow(node: ir.Expression, frame: Frame, *, is_none: bool) -> None:
    """Choose between the options of a value that may be None."""
    if type(node) is ir.Walrus:
        node = node.target
    if type(node) is ir.Name:
        value = frame.path.names.get(node.name)
        narrowed = _chosen(value, is_none=is_none)
        if narrowed is not None:
            frame.path.names[node.name] = narrowed
            if frame.name.endswith(".__init__"):  # the object may hold it already
                held = [key for key, other in frame.path.attributes.items() if other is value]
                frame.path.attributes.update(dict.fromkeys(held, narrowed))
    elif type(node) is ir.Attribute:
        receiver = evaluate(node.value, frame)
        narrowed = _chosen(evaluate(node, frame), is_none=is_none)
        if narrowed is not None:
            assign_attribute(receiver, node.name, narrowed, frame)


def _of_kind(test: ir.Call, frame: Frame, holds: bool) -> None:
    """`isinstance(x, kinds)`: choose between the options of a name."""
    if type(test.func) is not ir.Name or test.func.name != "isinstance" or len(test.args) != 2:
        return
    name = test.args[0]
    value = frame.path.names.get(name.name) if type(name) is ir.Name else None
    narrowed = None if value is None else of_kind(value, evaluate(test.args[1], frame), holds=holds)
    if narrowed is not None:
        frame.path.names[name.name] = narrowed  # type: ignore[union-attr]


def _chosen(value: Value | None, *, is_none: bool) -> Value | None:
    if isinstance(value, Opaque) and is_none:
        return NONE
    if not isinstance(value, Either):
        return None
    if is_none:
        return NONE
    options = tuple(option for option in value.options if option is not NONE and option is not FALSE)
    return options[0] if len(options) == 1 else Either(options) if options else None


def _equal(left: ir.Expression, right: ir.Expression, frame: Frame) -> None:
    for one, other in ((left, right), (right, left)):
        tensor = _rank_source(one, frame)
        if tensor is not None:
            rank = evaluate(other, frame)
            if isinstance(rank, Number) and rank.dim.value is not None:
                frame.path.store.fix_rank(tensor.shape, rank.dim.value)
            return
    a, b = evaluate(left, frame), evaluate(right, frame)
    if _divisibility(left, b, frame) or _divisibility(right, a, frame):
        return
    if isinstance(a, Sizes) or isinstance(b, Sizes):
        _equal_shapes(a, b, frame)
        return
    if isinstance(a, Number) or isinstance(b, Number):  # what is held against a tuple is no number
        size, other_size = _size(a), _size(b)
        if size is not None and other_size is not None:
            frame.path.store.learn_equal(size, other_size)
    else:
        frame.compared.append((a, b))


def _rank_source(node: ir.Expression, frame: Frame) -> Tensor | None:
    """The tensor whose rank an expression is: `x.ndim`, `x.dim()`, `len(x.shape)`, `len(x.size())`."""
    owner: ir.Expression | None = None
    if type(node) is ir.Attribute and node.name == "ndim":
        owner = node.value
    elif type(node) is ir.Call and type(node.func) is ir.Attribute and node.func.name in ("dim", "ndimension"):
        owner = node.func.value
    elif type(node) is ir.Call and type(node.func) is ir.Name and node.func.name == "len" and len(node.args) == 1:
        value = evaluate(node.args[0], frame)
        return value.tensor if isinstance(value, Sizes) else None
    if owner is None:
        return None
    value = evaluate(owner, frame)
    if isinstance(value, Opaque):
        return value.tensor
    return value if isinstance(value, Tensor) else None


def _divisibility(node: ir.Expression, other: Value, frame: Frame) -> bool:
    """`a % b == 0`."""
    if not (isinstance(other, Number) and other.dim.constant == 0 and type(node) is ir.Binary and node.operator == "%"):
        return False
    a, b = _size(evaluate(node.left, frame)), _size(evaluate(node.right, frame))
    if a is not None and b is not None:
        frame.path.store.facts = frame.path.store.facts.divides(a, b)
    return True


def _is_parity(left: ir.Expression, right: ir.Expression, frame: Frame, holds: bool) -> bool:
    """`n % 2 == 1`: whether a condition is one of numbers being even."""
    if type(left) is not ir.Binary or left.operator != "%" or type(left.right) is not ir.Constant:
        return False
    if left.right.value != TWO or type(right) is not ir.Constant or right.value not in (0, 1):
        return False
    _remains(left, frame, holds is (right.value == 1))
    return True


def _remains(node: ir.Binary, frame: Frame, holds: bool) -> None:
    """`if n % 2`: whether anything is left over, of two a single one."""
    a, b = _size(evaluate(node.left, frame)), _size(evaluate(node.right, frame))
    if a is None or b is None or b.value == 0:
        return
    store = frame.path.store
    if not holds:
        store.facts = store.facts.divides(a, b)
    elif b.value == TWO:
        store.learn_equal(a, TWO * symbol(None, minimum=0) + 1)


def _size(value: Value) -> Dim | None:
    if isinstance(value, Number):
        return value.dim
    if isinstance(value, Opaque) and value.name is not None:
        return value.number.dim
    return None


def _equal_shapes(a: Value, b: Value, frame: Frame) -> None:
    store = frame.path.store
    if isinstance(b, Sizes) and not isinstance(a, Sizes):
        a, b = b, a
    if not isinstance(a, Sizes):
        return
    if isinstance(b, Sizes):
        mine, theirs = store.shape(a.tensor), store.shape(b.tensor)
        if mine.run is not None and theirs.axes is not None:
            mine = store.fix_rank(mine, len(theirs.axes)) or mine
        elif theirs.run is not None and mine.axes is not None:
            theirs = store.fix_rank(theirs, len(mine.axes)) or theirs
        sizes = [axis.size for axis in theirs.axes or ()]
    elif isinstance(b, Sequence):
        found = [_size(item) for item in b.items]
        if None in found:
            return
        sizes = [size for size in found if size is not None]
        mine = store.fix_rank(store.shape(a.tensor), len(sizes)) or SCALAR
    else:
        return
    if mine.axes is not None and len(mine.axes) == len(sizes):
        for axis, size in zip(mine.axes, sizes, strict=True):
            store.learn_equal(axis.size, size)


def _ordered(symbol: str, left: ir.Expression, right: ir.Expression, frame: Frame, holds: bool) -> None:
    a, b = _size(evaluate(left, frame)), _size(evaluate(right, frame))
    if a is None or b is None:
        return
    if not holds:
        symbol = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}.get(symbol, symbol)
    store = frame.path.store
    if symbol in (">", ">=") and b.value is not None:
        store.facts = store.facts.at_least(a, b.value + (symbol == ">"))
    elif symbol in ("<", "<=") and b.value is not None:
        store.facts = store.facts.at_most(a, b.value - (symbol == "<"))
    elif symbol in ("<", "<=") and a.value is not None:
        store.facts = store.facts.at_least(b, a.value + (symbol == "<"))
    elif symbol in (">", ">=") and a.value is not None:
        store.facts = store.facts.at_most(b, a.value - (symbol == ">"))
