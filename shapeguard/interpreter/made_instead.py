"""Arguments in whose place a tensor is made where they are left out: `if noise is None: noise = torch.randn_like(x)`.

They are assumed to have the shape of that tensor, but for its numbers, which belong to this place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.interpreter import ir
from shapeguard.shapes.values import Either, Opaque, Tensor

if TYPE_CHECKING:
    from shapeguard.interpreter.frame import Frame, Path
    from shapeguard.shapes.store import Store
    from shapeguard.shapes.values import Value

_KINDS = ("zeros", "ones", "full", "empty", "rand", "randn")  # not what counts: positions may be given for each item
MAKING = frozenset(
    f"{before}{kind}{after}" for kind in _KINDS for before, after in (("", ""), ("", "_like"), ("new_", ""))
)


def take_as_made(node: ir.If, taken: Path, other: Path, frame: Frame) -> None:
    """Learn that an argument is like what is made instead of it, on both paths from the question whether it is given."""
    asked = _argument(node.test) if frame.interpreter.assume and taken.alive and other.alive else None
    argument = None if asked is None else frame.arguments.get(asked[0])
    if asked is None or argument is None:
        return
    without, given = (taken, other) if asked[1] else (other, taken)
    body, orelse = (node.body, node.orelse) if asked[1] else (node.orelse, node.body)
    for name in _made(body):
        made, tensor, instead = without.names.get(name), _tensor(argument), _tensor(given.names.get(name))
        if isinstance(made, Tensor) and tensor is not None and instead is not None:
            if _compared(orelse, name, asked[0]) or _is_of(instead, tensor, given.store):
                for each in (tensor, instead):
                    _take(each, made, without.store, given.store)


def _argument(test: ir.Expression) -> tuple[str, bool] | None:
    """The name of which a condition asks whether it is None, and whether it holds if it is."""
    if type(test) is ir.Compare and len(test.comparisons) == 1 and type(test.left) is ir.Name:
        sign, right = test.comparisons[0]
        if type(right) is ir.Constant and right.value is None and sign in ("is", "is not"):
            return test.left.name, sign == "is"
    return None


def _made(block: ir.Block) -> list[str]:
    """The names that get a tensor which is made there and then."""
    return [
        statement.targets[0].name
        for statement in block
        if type(statement) is ir.Assign and type(statement.targets[0]) is ir.Name and _makes(statement.value)
    ]


def _compared(block: ir.Block, name: str, argument: str) -> bool:
    """Whether a name stands for an argument that was compared with a number."""
    return any(
        type(statement) is ir.Assign
        and type(statement.targets[0]) is ir.Name
        and statement.targets[0].name == name
        and type(statement.value) is ir.Compare
        and type(statement.value.left) is ir.Name
        and statement.value.left.name == argument
        and all(type(right) is ir.Constant for _, right in statement.value.comparisons)
        for statement in block
    )


def _makes(node: ir.Expression) -> bool:
    while type(node) is ir.Compare or type(node) is ir.Binary:
        node = node.left
    return type(node) is ir.Call and getattr(node.func, "name", None) in MAKING


def _tensor(value: Value | None) -> Tensor | None:
    """The tensor that a value is, where it is given."""
    options = value.present if isinstance(value, Either) else (value,)
    if len(options) == 1 and isinstance(options[0], (Tensor, Opaque)):
        return options[0] if isinstance(options[0], Tensor) else options[0].tensor
    return None


def _is_of(value: Tensor, tensor: Tensor, store: Store) -> bool:
    """Whether one tensor has the shape of another."""
    mine, theirs = store.shape(value), store.shape(tensor)
    sizes = [[axis.size for axis in (*shape.leading, *shape.trailing)] for shape in (mine, theirs)]
    return mine.run is theirs.run and len(mine.leading) == len(theirs.leading) and sizes[0] == sizes[1]


def _take(tensor: Tensor, made: Tensor, first: Store, second: Store) -> None:
    axes = first.axes(made)
    if axes is None:
        return
    for store in (first, second):
        known = store.fix_rank(store.shape(tensor), len(axes))
        for mine, theirs in zip(known.leading if known else (), axes, strict=True) if known else ():
            if theirs.size.constant is None and store.facts.simplify(mine.size).names is None:
                store.learn_equal(mine.size, theirs.size)
