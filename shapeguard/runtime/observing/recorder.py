"""One row for each new combination of shapes that a watched function is called with."""

import inspect
import os
from collections.abc import Iterator
from contextlib import suppress
from types import CodeType, FrameType
from typing import Any, Final

from shapeguard.grammar.observations import RETURNED, Call, Seen, encode, header
from shapeguard.runtime.observing.values import is_tracing, seen

MOST_ROWS: Final = 2_000  # of one function that differ in integers only; new shapes are always written
_GENERATORS: Final = inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR

Arguments = dict[str, Seen]


class Watched:
    """A function whose calls are written down."""

    def __init__(self, code: CodeType, file: str) -> None:
        self.code = code  # kept alive: the recorder knows it by its id
        self.file = file
        self.yields = bool(code.co_flags & _GENERATORS)
        count = code.co_argcount + code.co_kwonlyargcount
        names = code.co_varnames
        self.parameters = {name: name for name in names[: code.co_argcount]}
        if code.co_flags & inspect.CO_VARARGS:
            self.parameters[f"*{names[count]}"] = names[count]
        self.parameters |= {name: name for name in names[code.co_argcount : count]}
        if code.co_flags & inspect.CO_VARKEYWORDS:
            name = names[count + bool(code.co_flags & inspect.CO_VARARGS)]
            self.parameters[f"**{name}"] = name
        outer = code.co_qualname.rpartition(".")[0]
        self.receiver = names[0] if outer and not outer.endswith("<locals>") and code.co_argcount else None
        self.shapes: set[Any] = set()
        self.rows: set[Any] = set()


class Recorder:
    """Writes calls of the functions defined in `files` to `target`, line by line, as they end."""

    def __init__(self, files: frozenset[str], target: str) -> None:
        self._files = files
        self._known: dict[int, tuple[CodeType, Watched | None]] = {}
        self._open: dict[int, tuple[CodeType, Arguments, dict[str, int]]] = {}  # by frame: calls that have begun
        self._output = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._write(header())

    def watched(self, code: CodeType) -> Watched | None:
        known = self._known.get(id(code))
        if known is None:
            known = self._known[id(code)] = (code, self._watch(code))
        return known[1]

    def _watch(self, code: CodeType) -> Watched | None:
        if code.co_name.startswith("<") or not code.co_flags & inspect.CO_OPTIMIZED:
            return None  # a lambda or comprehension; a module or the body of a class
        file = os.path.abspath(code.co_filename)  # noqa: PTH100 - as `files` were made
        if file not in self._files:
            file = os.path.realpath(file)
        return Watched(code, file) if file in self._files else None

    def begin(self, watched: Watched, frame: FrameType) -> None:
        """A function begins: note its arguments before its body rebinds them."""
        self._open.pop(id(frame), None)
        if is_tracing():
            return
        with suppress(Exception):  # whatever a value does when it is looked at, the program goes on
            values = frame.f_locals
            arguments = {name: seen(values[local]) for name, local in watched.parameters.items() if local in values}
            attributes = _attributes(watched, values)
            if watched.yields:
                self._row(watched, arguments, attributes)
            else:
                self._open[id(frame)] = (watched.code, arguments, attributes)

    def end(self, watched: Watched, frame: FrameType, value: Any) -> None:
        """A function returns: write the call if it is a new one."""
        begun = self._open.pop(id(frame), None)
        if begun is None or begun[0] is not watched.code:
            return
        _, arguments, attributes = begun
        with suppress(Exception):
            arguments[RETURNED] = seen(value)
            if attributes:
                kept = _attributes(watched, frame.f_locals)
                attributes = {name: size for name, size in attributes.items() if kept.get(name) == size}
            self._row(watched, arguments, attributes)

    def _row(self, watched: Watched, arguments: Arguments, attributes: dict[str, int]) -> None:
        row = (*arguments.items(), *attributes.items())
        shapes = tuple([int if type(value) is int else value for value in arguments.values()])
        if row in watched.rows or (len(watched.rows) >= MOST_ROWS and shapes in watched.shapes):
            return
        watched.rows.add(row)
        watched.shapes.add(shapes)
        code = watched.code
        self._write(encode(Call(watched.file, code.co_qualname, code.co_firstlineno, arguments, attributes)))

    def _write(self, line: str) -> None:
        os.write(self._output, f"{line}\n".encode("utf-8", "surrogatepass"))  # at once: threads and forks write too


def _attributes(watched: Watched, values: Any) -> dict[str, int]:
    """The receiver's integers."""
    receiver = values.get(watched.receiver) if watched.receiver else None
    if receiver is None or issubclass(type(receiver), type):
        return {}
    return {f"{watched.receiver}.{name}": value for name, value in _integers(receiver)}


def _integers(receiver: Any) -> Iterator[tuple[str, int]]:
    try:
        found = object.__getattribute__(receiver, "__dict__")
    except AttributeError:  # it has slots, or is a number
        return
    for name, value in list(found.items()):
        if type(value) is int and isinstance(name, str) and name.isidentifier():
            yield name, value
