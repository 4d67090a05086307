"""What a program was seen to do with arrays: the record format, one line of JSON for a call.

The process that runs the program writes it, the linter's side reads it; it is data and nothing else.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple

VERSION: Final = 1
RETURNED: Final = "return"

Brackets = Literal["list", "tuple", "dict"]


class Array(NamedTuple):
    """An array: its class, such as `torch.Tensor`, its dtype without the library's name, and its sizes."""

    library: str
    dtype: str
    shape: tuple[int, ...]


class Items(NamedTuple):
    """A list, a tuple, or the values of a dictionary whose keys are strings."""

    brackets: Brackets
    items: tuple["Seen", ...]


Seen = Array | Items | int | str | None
"""A value: an array, a container, an integer, the dotted name of any other class, or None."""


class Call(NamedTuple):
    """One call that ended without an exception.

    Args:
        file: absolute path of the source.
        function: the qualified name, such as `Block.forward` or `outer.<locals>.inner`.
        line: the first line of the definition, decorators included, from 1.
        arguments: what the parameters got, in their order; variadic ones are `*args` and `**kwargs`, and what was
            returned is under `return`, but for generators.
        attributes: integers of the receiver that kept their value during the call: `self.width`.
    """

    file: str
    function: str
    line: int
    arguments: Mapping[str, Seen]
    attributes: Mapping[str, int]


def header() -> str:
    """The first line of a record."""
    return json.dumps({"shapeguard": VERSION})


def encode(call: Call) -> str:
    arguments = {name: _plain(value) for name, value in call.arguments.items()}
    row = [call.file, call.function, call.line, arguments, dict(call.attributes)]
    return json.dumps(row, separators=(",", ":"))


def _plain(value: Seen) -> object:
    if isinstance(value, Array):
        return {"array": value.library, "dtype": value.dtype, "shape": value.shape}
    if isinstance(value, Items):
        return {value.brackets: [_plain(item) for item in value.items]}
    return value


def decode(line: str) -> Call:
    """Read what `encode` wrote.

    Raises:
        ValueError: the line is something else.
    """
    try:
        file, function, row, arguments, attributes = json.loads(line)
        seen = {_text(name): _seen(value) for name, value in arguments.items()}
        numbers = {_text(name): _number(value) for name, value in attributes.items()}
        return Call(_text(file), _text(function), _number(row), seen, numbers)
    except (TypeError, ValueError, AttributeError, KeyError, RecursionError) as error:
        raise ValueError(f"no record of a call: {error}") from None


def _seen(value: Any) -> Seen:
    if value is None or isinstance(value, str) or type(value) is int:
        return value
    if "array" in value:
        return Array(_text(value["array"]), _text(value["dtype"]), tuple(_number(size) for size in value["shape"]))
    ((brackets, items),) = value.items()
    if brackets not in {"list", "tuple", "dict"}:
        raise TypeError(f"{brackets!r} is no container")
    return Items(brackets, tuple(_seen(item) for item in items))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _number(value: Any) -> int:
    if type(value) is not int:
        raise TypeError(f"{value!r} is no integer")
    return value
