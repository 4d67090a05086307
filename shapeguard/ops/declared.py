"""Operations that users declare: the shapes of their own and of third-party functions, in the language of operations.

`"mylib.attend(q, k, scale)" = "b n d, b m d, ... -> b n m"`: a shape for each parameter, `...` where it has none. The
parameters may be left out where only positions matter.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from shapeguard.grammar import AxisKind, GrammarError
from shapeguard.ops.conversion import Unresolved, present
from shapeguard.ops.signatures import Bindings, build, match, specification
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Run, Shape
from shapeguard.shapes.values import NONE, Either, Opaque, Sequence, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.ops.call import Call

_NAME = re.compile(r"(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)(?:\((?P<parameters>[^()]*)\))?\Z")
_PARAMETER = re.compile(r"(?P<name>[A-Za-z_]\w*)(?P<optional>\s*=.*)?\Z")
_ANYTHING = "..."


class SignatureError(ValueError):
    """A declaration that says nothing: what is wrong with it, and what to write."""


class Declaration(NamedTuple):
    """What a user says of one function; `parameters` is empty where only positions count."""

    name: str
    parameters: tuple[str, ...]
    optional: frozenset[str]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    def shape_of(self, parameter: str, index: int) -> str | None:
        """What is declared of a parameter of the function, the receiver of a method not counted."""
        at = self.parameters.index(parameter) if parameter in self.parameters else index
        if (self.parameters and parameter not in self.parameters) or at >= len(self.inputs):
            return None
        return None if self.inputs[at] == _ANYTHING else self.inputs[at]

    def result(self, call: Call, args: list[Value], keywords: dict[str, Value], names: tuple[str, ...]) -> Value:
        """What calling the function gives; `names` are its parameters where its definition is known.

        Raises:
            Unresolved: the arguments do not fit (which is reported), or too little is known of them.
        """
        given = self._bound(args, keywords, self.parameters or names)
        shaped = [(tensor, text) for tensor, text in zip(given, self.inputs, strict=True) if isinstance(tensor, Tensor)]
        call.operands = tuple(tensor for tensor, _ in shaped)
        bindings = Bindings()
        for tensor, text in shaped:
            match(call, tensor, text, bindings)
        for text in self.outputs:
            _bind_new(call, text, bindings)
        results = [Tensor(build(text, bindings)) for text in self.outputs]
        return results[0] if len(results) == 1 else Sequence(results)

    def _bound(self, args: list[Value], keywords: dict[str, Value], names: tuple[str, ...]) -> list[Tensor | None]:
        bound: list[Tensor | None] = []
        for index, text in enumerate(self.inputs):
            name = names[index] if index < len(names) else None
            value = args[index] if index < len(args) else keywords.get(name or "")
            absent = value is None or value is NONE
            if text == _ANYTHING or (absent and name in self.optional):
                bound.append(None)
            elif value is None:
                raise Unresolved(f"the argument {name or index + 1} is missing")
            else:
                bound.append(_tensor(value))
        return bound


def _tensor(value: Value) -> Tensor:
    if isinstance(value, Either):
        value = present(value)
    if isinstance(value, Opaque) and not value.used_as_number:
        return value.tensor
    if isinstance(value, Tensor):
        return value
    raise Unresolved("not a tensor")


def _bind_new(call: Call, text: str, bindings: Bindings) -> None:
    """Axes that only the result has get sizes of which nothing is known."""
    for axis in specification(text):
        if axis.variadic:
            bindings.runs.setdefault(axis.name or "", Shape((), Run()))
        elif axis.kind is AxisKind.NAMED and axis.name is not None:
            bindings.axes.setdefault(axis.name, Axis(call.fresh()))


def declaration(name: str, text: str) -> Declaration:
    """Read one entry.

    Raises:
        SignatureError: the name or the shapes cannot be read.
    """
    found = _NAME.match(name.strip())
    if found is None:
        raise SignatureError("expects the dotted name of a function, such as `mylib.attend` or `mylib.attend(q, k)`")
    parameters, optional = _parameters(found["parameters"])
    sides = text.split("->")
    if len(sides) != 2:
        raise SignatureError('expects the shapes before and after one `->`, such as "b n d, b m d -> b n m"')
    inputs, outputs = (tuple(part.strip() for part in side.split(",")) for side in sides)
    if found["parameters"] is not None and len(parameters) != len(inputs):
        raise SignatureError(
            f"has {len(parameters)} {'parameter' if len(parameters) == 1 else 'parameters'} and {len(inputs)} "
            f"{'shape' if len(inputs) == 1 else 'shapes'} before `->`; write `...` for one without a shape"
        )
    for shape in (*inputs, *outputs):
        try:
            axes = specification(shape)
        except GrammarError as error:
            raise SignatureError(f"cannot be read: {error}") from None
        if shape in outputs and any(axis.kind is AxisKind.ANONYMOUS and not axis.variadic for axis in axes):
            raise SignatureError("has `_` in its result; give the axis a name")
    return Declaration(found["name"], parameters, optional, inputs, outputs)


def _parameters(text: str | None) -> tuple[tuple[str, ...], frozenset[str]]:
    """Names, and those of them that may be left out, as in `f(x, mask=None)`."""
    names: list[str] = []
    optional: set[str] = set()
    for part in (text or "").split(",") if text and text.strip() else ():
        found = _PARAMETER.match(part.strip())
        if found is None:
            raise SignatureError(f"has `{part.strip()}` where the name of a parameter belongs")
        names.append(found["name"])
        if found["optional"]:
            optional.add(found["name"])
    kept = tuple(name for name in names if name != "self")
    return kept, frozenset(optional)


class Declarations:
    """All entries of a project, by the names under which functions are met."""

    def __init__(self, entries: tuple[tuple[str, str], ...] = ()) -> None:
        """Raises SignatureError for an entry that cannot be read."""
        found = [declaration(name, text) for name, text in entries]
        self._by_name = {each.name: each for each in found}
        self._by_last: dict[str, list[Declaration]] = {}
        for each in found:
            self._by_last.setdefault(each.name.rpartition(".")[2], []).append(each)
        self._parents = frozenset(each.name.rpartition(".")[0] for each in found)

    def __bool__(self) -> bool:
        return bool(self._by_name)

    def named(self, name: str) -> Declaration | None:
        """The entry of a dotted name outside the program."""
        return self._by_name.get(name)

    def has_methods(self, name: str) -> bool:
        """Whether methods of the class `name` are declared."""
        return name in self._parents

    def in_file(self, path: str, qualname: str) -> Declaration | None:
        """The entry of a function in a file: its module is the end of the file's path."""
        for each in self._by_last.get(qualname.rpartition(".")[2], ()):
            if each.name.endswith(f".{qualname}"):
                module = each.name[: -len(qualname) - 1].split(".")
                if _module_of(path)[-len(module) :] == module:
                    return each
        return None


def _module_of(path: str) -> list[str]:
    parts = path.replace("\\", "/").removesuffix(".py").split("/")
    return parts[:-1] if parts[-1] == "__init__" else parts


@cache
def declarations(entries: tuple[tuple[str, str], ...]) -> Declarations:
    """The entries of a project, read once in a run."""
    return Declarations(entries)


NOTHING_DECLARED = Declarations()
