"""What happens at the first call of a guarded function: annotations become a checker."""

import functools
import threading
import weakref
from collections.abc import Callable, Mapping
from inspect import Signature
from types import FunctionType
from typing import Any

from jaxtyping import jaxtyped

from shapeguard.runtime.annotations import resolved_signature
from shapeguard.runtime.checkers import acceptor
from shapeguard.runtime.class_axes import held, peek
from shapeguard.runtime.enforce import Enforced, Refused, name_of
from shapeguard.runtime.errors import ShapeError
from shapeguard.runtime.generated.compile import compiled
from shapeguard.runtime.generated.emitter import Inexpressible
from shapeguard.runtime.generated.function import BUILTINS, Heading, guarded_text, heading, slow_text, traced_text
from shapeguard.runtime.options import Options
from shapeguard.runtime.scope import STACKS

_PLAIN_HEADING = Heading("guarded", "*args, **kwargs", "*args, **kwargs", ("args", "kwargs"))
_lock = threading.RLock()


class Traced:
    """What the traced code of one function reads, apart from its stub's: torch.compile guards whatever two share."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.plain = function
        self.name = name_of(function)
        self.ShapeError, self.said, self.peek = ShapeError, said, peek


class Preparation:
    """Everything about one decorated function that its first call needs."""

    def __init__(
        self, stub: FunctionType, function: Callable[..., Any], contracts: Mapping[str, object], options: Options
    ) -> None:
        self.stub = weakref.ref(stub)
        self.function = function
        self.contracts = contracts
        self.options = options
        self.ready = False

    @functools.cached_property
    def signature(self) -> Signature:
        return resolved_signature(self.function, self.contracts)

    @functools.cached_property
    def heading(self) -> Heading | None:
        """None where the function has to be called exactly as its caller did."""
        if type(self.function) is not FunctionType or hasattr(self.function, "__wrapped__"):
            return None
        try:
            return heading(self.function.__name__, self.signature)
        except Inexpressible:
            return None

    def prepare(self, constants: Any) -> Callable[..., Any]:
        """Put the checker's code into the stub, and return it."""
        stub = self.stub()
        assert stub is not None  # it is being called
        with _lock:
            if not self.ready:
                self._enforce(constants)
                made = self._compile(self._guarded_text(constants), constants)
                self._set_defaults(stub)  # before the code that needs them; the stub's own code takes none
                stub.__code__ = made.__code__.replace(co_name=self.function_name)
                self.ready = True
        return stub

    def prepare_traced(self, constants: Any) -> None:
        """Make the function that torch.compile traces in the stub's place."""
        with _lock:
            if constants.traced is None:
                constants.traced = self.function if self.heading is None else self._traced(self.heading)

    def _traced(self, head: Heading) -> FunctionType:
        known = Traced(self.function)
        made = self._compile(traced_text(head, self.signature, known, self.options), known)
        self._set_defaults(made)
        return made

    @property
    def function_name(self) -> str:
        return getattr(self.function, "__name__", "guarded")

    def _enforce(self, constants: Any) -> None:
        enforced = Enforced(constants.function, self.signature, self.options, constants.attributes)
        constants.enforced = enforced
        constants.slow, constants.returned, constants.unusual = enforced.call, enforced.returned, enforced.traced
        constants.Refused, constants.stacks, constants.pack = Refused, STACKS, pack
        constants.held = held
        constants.blank = functools.partial(blank, tuple(self.signature.parameters))
        constants.skipped = functools.cache(lambda: jaxtyped(self.function, typechecker=None))

    def _guarded_text(self, constants: Any) -> str:
        accepts = acceptor(self.options.typechecker)
        if self.heading is None or accepts is None or STACKS is None or self._shadows_builtins():
            return slow_text(_PLAIN_HEADING, self.options)
        constants.accepts = accepts
        try:
            text, memo = guarded_text(self.heading, self.signature, constants, self.options)
        except Inexpressible:
            return slow_text(_PLAIN_HEADING, self.options)
        constants.memo = compiled(memo, __file__, 1, "_sg_memo", constants)
        return text

    def _shadows_builtins(self) -> bool:
        """Whether the module has names of its own for what a generated checker calls."""
        stub = self.stub()
        return stub is not None and not BUILTINS.isdisjoint(stub.__globals__)

    def _compile(self, text: str, constants: Any) -> FunctionType:
        code = getattr(self.function, "__code__", None)
        name = text.partition("(")[0].removeprefix("def ")
        file, line = (code.co_filename, code.co_firstlineno) if code else (__file__, 1)
        return compiled(text, file, line, name, constants)

    def _set_defaults(self, made: FunctionType) -> None:
        made.__defaults__ = getattr(self.function, "__defaults__", None)
        made.__kwdefaults__ = getattr(self.function, "__kwdefaults__", None)


def blank(names: tuple[str, ...], *values: object) -> Any:
    """The scope of a call that is not checked."""
    return {}, {}, {}, dict(zip(names, values, strict=True))


def pack(*args: Any, **kwargs: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    return args, kwargs


def said(*pieces: object) -> str:
    """A message for torch.compile, which formats a size that is not fixed, but takes no `str` of it, nor of a shape."""
    return "".join([_shape_text(piece) if isinstance(piece, tuple) else f"{piece}" for piece in pieces])


def _shape_text(sizes: tuple[object, ...]) -> str:
    return "(" + ", ".join([f"{size}" for size in sizes]) + ("," if len(sizes) == 1 else "") + ")"
