"""What `@shapeguard.check` is asked for, read once where it is written."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from shapeguard.grammar import AxisKind, GrammarError, parse_axes
from shapeguard.runtime.errors import ContractError

Checker = Callable[[Any], Any]
OnError = Literal["raise", "warn", "log"]
TYPEGUARD: Final = "typeguard"
_ON_ERROR: Final = ("raise", "warn", "log")


@dataclass(frozen=True)
class Options:
    """As `shapeguard.check` documents them. `typechecker` is a decorator, or None for a scope without checks."""

    typechecker: Checker | None
    sanitize: bool = False
    shapes_only: bool = False
    fields: bool = False
    class_axes: tuple[str, ...] = ()
    locals: bool = False
    on_error: OnError = "raise"
    every: int = 1

    @property
    def checker(self) -> Checker:
        """The type checker of a function that is checked at all."""
        assert self.typechecker is not None
        return self.typechecker


def read_typechecker(given: Checker | str | None, *, shapes_only: bool) -> Checker | None:
    """The decorator that checks types, loaded only where it is used.

    Raises:
        ContractError: for what is no checker.
    """
    if shapes_only:
        if given != TYPEGUARD:
            raise ContractError(f"shapes_only=True checks no types: leave out typechecker={given!r}")
        from shapeguard.runtime.shapes_only import shapes_checked

        return shapes_checked
    if given == TYPEGUARD or _is_typeguards(given):
        from shapeguard.runtime.adapter import typechecked

        return typechecked
    if isinstance(given, str):
        raise ContractError(f"typechecker={given!r} is no checker: pass a decorator such as `beartype.beartype`")
    return given


def _is_typeguards(typechecker: Any) -> bool:
    """`typeguard.typechecked` itself checks almost nothing of what jaxtyping hands it: its adapter is meant."""
    return getattr(typechecker, "__name__", "") == "typechecked" and typechecker.__module__.startswith("typeguard")


def read_on_error(given: str) -> OnError:
    """What happens to a call that does not fit.

    Raises:
        ContractError: for any other word.
    """
    for known in _ON_ERROR:
        if given == known:
            return known
    raise ContractError(f"on_error={given!r}: a call that does not fit can `raise`, `warn` or `log`")


def read_every(given: int) -> int:
    """Each how many calls one is checked.

    Raises:
        ContractError: for what is no number of calls.
    """
    if type(given) is not int or given < 1:
        raise ContractError(f"every={given!r}: pass a number of calls, 1 to check each of them")
    return given


def read_class_axes(given: str | Iterable[str]) -> tuple[str, ...]:
    """The names in `"d_model heads"`, or in a sequence of them.

    Raises:
        ContractError: for what are no names of single axes.
    """
    text = given if isinstance(given, str) else " ".join(given)
    try:
        axes = parse_axes(text)
    except GrammarError as error:
        raise ContractError(f"class_axes={given!r} are no axes: {error}") from None
    for axis in axes:
        if axis.kind is not AxisKind.NAMED or axis.variadic or axis.broadcastable or axis.treepath:
            raise ContractError(f"class_axes={given!r}: {axis.text} is no name of a single axis, as in `d_model`")
    return tuple(str(axis.name) for axis in axes)
