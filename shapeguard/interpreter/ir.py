"""The small plain-data form that functions are lowered to: all that the interpreter needs, nothing of the syntax.

Every node that something can be said about carries its `site`, the index of its syntax node in the file's table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


class Name(NamedTuple):
    site: int
    name: str


class Constant(NamedTuple):
    """A literal: an int, float, complex, string, bytes, bool, None or Ellipsis."""

    site: int
    value: object


class Attribute(NamedTuple):
    site: int
    value: Expression
    name: str


class Call(NamedTuple):
    site: int
    func: Expression
    args: tuple[Expression, ...]
    keywords: tuple[tuple[str | None, Expression], ...]  # None: `**mapping`


class Starred(NamedTuple):
    site: int
    value: Expression


class Subscript(NamedTuple):
    site: int
    value: Expression
    key: Expression


class Slice(NamedTuple):
    site: int
    lower: Expression | None
    upper: Expression | None
    step: Expression | None


class Binary(NamedTuple):
    site: int
    operator: str
    left: Expression
    right: Expression


class Unary(NamedTuple):
    site: int
    operator: str
    operand: Expression


class Compare(NamedTuple):
    site: int
    left: Expression
    comparisons: tuple[tuple[str, Expression], ...]


class Boolean(NamedTuple):
    site: int
    operator: str
    left: Expression
    right: Expression


class Conditional(NamedTuple):
    site: int
    test: Expression
    body: Expression
    orelse: Expression


class Display(NamedTuple):
    """A tuple, list or set display."""

    site: int
    kind: str
    items: tuple[Expression, ...]
    words: tuple[str, ...] | None = None  # the items of a long one that are all plain strings


class Dictionary(NamedTuple):
    site: int
    entries: tuple[tuple[Expression | None, Expression], ...]  # None: `**mapping`


class Clause(NamedTuple):
    target: Expression
    iterable: Expression
    conditions: tuple[Expression, ...]


class Comprehension(NamedTuple):
    site: int
    kind: str  # list, set, generator or dict
    element: Expression
    value: Expression | None  # of a dict comprehension
    clauses: tuple[Clause, ...]


class Lambda(NamedTuple):
    site: int
    function: Function


class Walrus(NamedTuple):
    site: int
    target: Expression
    value: Expression


class Suspend(NamedTuple):
    """`await`, `yield` or `yield from`."""

    site: int
    kind: str
    value: Expression | None


class Parts(NamedTuple):
    """An f-string, or anything else of which only the parts matter."""

    site: int
    parts: tuple[Expression, ...]


Expression: TypeAlias = (
    Name | Constant | Attribute | Call | Starred | Subscript | Slice | Binary | Unary | Compare | Boolean | Conditional
    | Display | Dictionary | Comprehension | Lambda | Walrus | Suspend | Parts
)  # fmt: skip


class Assign(NamedTuple):
    site: int
    targets: tuple[Expression, ...]
    value: Expression
    comment: str | None


class Annotated(NamedTuple):
    """`target: annotation = value`."""

    site: int
    target: Expression
    annotation: Expression
    value: Expression | None
    comment: str | None


class Augmented(NamedTuple):
    site: int
    target: Expression
    operator: str
    value: Expression
    comment: str | None


class Evaluate(NamedTuple):
    """An expression as a statement."""

    site: int
    value: Expression


class Return(NamedTuple):
    site: int
    value: Expression | None
    comment: str | None


class Raise(NamedTuple):
    site: int
    value: Expression | None


class Assert(NamedTuple):
    site: int
    test: Expression


class If(NamedTuple):
    site: int
    test: Expression
    body: Block
    orelse: Block


class For(NamedTuple):
    site: int
    target: Expression
    iterable: Expression
    body: Block
    orelse: Block


class While(NamedTuple):
    site: int
    test: Expression
    body: Block
    orelse: Block


class With(NamedTuple):
    site: int
    items: tuple[tuple[Expression, Expression | None], ...]
    body: Block


class Handler(NamedTuple):
    name: str | None
    body: Block


class Try(NamedTuple):
    site: int
    body: Block
    handlers: tuple[Handler, ...]
    orelse: Block
    finalbody: Block


class Case(NamedTuple):
    captures: tuple[str, ...]
    guard: Expression | None
    body: Block


class Match(NamedTuple):
    site: int
    subject: Expression
    cases: tuple[Case, ...]


class Delete(NamedTuple):
    site: int
    targets: tuple[Expression, ...]


class Jump(NamedTuple):
    """`break` or `continue`."""

    site: int
    kind: str


EVERY_NAME = "*"  # the member of `from module import *`, and what it binds


class Import(NamedTuple):
    """One bound name: `module` (relative ones with their dots), and the `member` taken from it, if any."""

    site: int
    bound: str
    module: str
    member: str | None


class Remark(NamedTuple):
    """Comments on lines of their own; `following` are names that the next statement binds and the one before did not."""

    site: int
    comments: tuple[str, ...]
    following: frozenset[str]


class Deferred(NamedTuple):
    """Statements of an imported file, which are read when one of the names that they bind is asked for."""

    site: int
    read: Callable[[], Block]


class Scope(NamedTuple):
    """`global` or (`inside`) `nonlocal` names."""

    site: int
    names: tuple[str, ...]
    inside: bool


class Parameter(NamedTuple):
    site: int
    name: str
    kind: str  # positional, keyword, args or kwargs
    annotation: Expression | None
    default: Expression | None
    comment: str | None


class Function(NamedTuple):
    site: int
    name: str
    qualname: str
    parameters: tuple[Parameter, ...]
    decorators: tuple[Expression, ...]
    returns: Expression | None
    body: Block
    docstring: str | None
    kind: str  # function, coroutine, generator or lambda
    sets: frozenset[str] = frozenset()  # of a method: attributes of the object that it sets or, with `[]`, adds to


class Class(NamedTuple):
    site: int
    name: str
    qualname: str
    bases: tuple[Expression, ...]
    decorators: tuple[Expression, ...]
    body: Block
    docstring: str | None


Statement: TypeAlias = (
    Assign | Annotated | Augmented | Evaluate | Return | Raise | Assert | If | For | While | With | Try | Match
    | Delete | Jump | Import | Remark | Deferred | Scope | Function | Class
)  # fmt: skip
Block: TypeAlias = tuple[Statement, ...]


class Module(NamedTuple):
    """A lowered file; `nodes` is not part of it, so that it stays plain data."""

    name: str
    body: Block
    names: Mapping[str, tuple[Statement, ...]]  # what binds the names of its top level
    shared: frozenset[str] = frozenset()  # names of its top level that functions bind, too: `global x`
    shared_inside: frozenset[str] = frozenset()  # names of functions that functions in them bind: `nonlocal x`


def target_names(target: Expression) -> Iterator[str]:
    """The names that an assignment to `target` binds, or changes a part of."""
    if isinstance(target, Name):
        yield target.name
    elif isinstance(target, Display):
        for item in target.items:
            yield from target_names(item)
    elif isinstance(target, (Attribute, Subscript)):
        yield from target_names(target.value)
