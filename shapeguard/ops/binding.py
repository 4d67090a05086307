"""Binding arguments to torch's own parameter names, and turning them into what an operation works with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from shapeguard.ops.conversion import CONVERTERS, Unresolved

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapeguard.ops.call import Call
    from shapeguard.shapes.values import Value

    Converter = Callable[[Call, Value], Any]

REQUIRED = object()
ALIASES = {
    "axis": "dim", "keepdims": "keepdim", "x": "input", "self": "input", "x1": "input", "x2": "other",
    "exponent": "other", "a": "input", "A": "input", "b": "other",
}  # fmt: skip
IGNORED = frozenset(
    [
        "out",
        "dtype",
        "device",
        "requires_grad",
        "layout",
        "pin_memory",
        "generator",
        "memory_format",
        "names",
        "non_blocking",
        "copy",
        "inplace",
        "size_average",
        "reduce",
    ]
)
_VARARGS, _KEYWORDS = 0x04, 0x08


class Parameter(NamedTuple):
    name: str
    convert: Converter
    default: Any

    @property
    def is_required(self) -> bool:
        return self.default is REQUIRED


class Signature:
    """The parameters of an operation, as its Python function declares them."""

    __slots__ = ("keyword_only", "lenient", "positional", "required", "variadic")

    def __init__(
        self,
        positional: tuple[Parameter, ...],
        variadic: Parameter | None = None,
        keyword_only: tuple[Parameter, ...] = (),
        *,
        lenient: bool = False,
    ) -> None:
        self.positional = positional
        self.required = sum(parameter.default is REQUIRED for parameter in positional)
        self.variadic = variadic
        self.keyword_only = keyword_only
        self.lenient = lenient  # keywords that the function does not name are passed on as they are

    @classmethod
    def of(cls, function: Any, skip: int) -> Signature:
        """Read off a function, without its first `skip` parameters; its annotations name the converters."""
        code, annotations = function.__code__, function.__annotations__
        defaults = function.__defaults__ or ()
        names = code.co_varnames
        count = code.co_argcount
        required = count - len(defaults)
        positional = tuple(
            Parameter(name, CONVERTERS[annotations[name]], defaults[i - required] if i >= required else REQUIRED)
            for i, name in enumerate(names[:count])
            if i >= skip
        )
        end = count + code.co_kwonlyargcount
        keyword_defaults = function.__kwdefaults__ or {}
        keyword_only = tuple(
            Parameter(name, CONVERTERS[annotations[name]], keyword_defaults.get(name, REQUIRED))
            for name in names[count:end]
        )
        variadic = None
        if code.co_flags & _VARARGS:
            variadic = Parameter(names[end], CONVERTERS[annotations[names[end]]], REQUIRED)
        return cls(positional, variadic, keyword_only, lenient=bool(code.co_flags & _KEYWORDS))

    @classmethod
    def of_tensors(cls, names: list[str]) -> Signature:
        """The signature of an operation that takes tensors and nothing else."""
        return cls(tuple(Parameter(name, CONVERTERS["Tensor"], REQUIRED) for name in names))

    def bind(self, call: Call, args: list[Value], keywords: dict[str, Value]) -> tuple[list[Any], dict[str, Any]]:
        """The arguments of the operation's function.

        Raises:
            Unresolved: an argument is missing, unexpected or of a kind the operation cannot work with.
        """
        bound: list[Any] = []
        filled = {parameter.name for parameter in self.positional[: len(args)]}
        given = {}
        for name, value in keywords.items():
            own = self.own_name(name)
            given[name if own in filled else own] = value
        if not filled.isdisjoint(given):
            raise Unresolved("an argument that is given twice")
        if len(args) < self.required:  # before any of them is taken for a number or a tensor
            missing = {parameter.name for parameter in self.positional[len(args) : self.required]} - given.keys()
            self._refuse_missing(missing)
        for index, parameter in enumerate(self.positional):
            if index < len(args):
                bound.append(parameter.convert(call, args[index]))
            else:
                bound.append(self._take(call, parameter, given))
        rest = args[len(self.positional) :]
        if self.variadic is not None:
            if not rest and self.variadic.name in given:
                rest = [given.pop(self.variadic.name)]
            bound.extend(self.variadic.convert(call, value) for value in rest)
        elif rest:
            raise Unresolved("more arguments than the operation takes")
        named = {parameter.name: self._take(call, parameter, given) for parameter in self.keyword_only}
        if self.lenient:
            named |= given
        elif not given.keys() <= IGNORED:
            raise Unresolved("an argument the operation does not have")
        return bound, named

    @staticmethod
    def _refuse_missing(names: set[str]) -> None:
        if names:
            raise Unresolved(f"the argument {min(names)} is missing")

    def own_name(self, name: str) -> str:
        """The parameter that a keyword means, the keyword itself where there is none."""
        alias = ALIASES.get(name)
        return alias if alias is not None and not self._has(name) and self._has(alias) else name

    def _has(self, name: str) -> bool:
        return any(parameter.name == name for parameter in (*self.positional, *self.keyword_only)) or (
            self.variadic is not None and self.variadic.name == name
        )

    @staticmethod
    def _take(call: Call, parameter: Parameter, given: dict[str, Value]) -> Any:
        value = given.pop(parameter.name, None)
        if value is not None:
            return parameter.convert(call, value)
        if parameter.default is REQUIRED:
            raise Unresolved(f"the argument {parameter.name} is missing")
        return parameter.default
