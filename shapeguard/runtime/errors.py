"""What the runtime raises."""

from jaxtyping import TypeCheckError


class ShapeError(TypeCheckError):
    """A value does not fit the contract of a decorated function.

    Wherever `jaxtyping.TypeCheckError` (and so `TypeError`) is caught, this is caught too.
    """


class ShapeWarning(UserWarning):
    """The same, where `check(on_error="warn")` asks for it."""


class BroadcastError(RuntimeError):
    """Two operands stretch each other, where `shapeguard.sanitize` looks.

    A `RuntimeError` as torch's own of this kind: a `TypeError` would make `x - y` try `y.__rsub__` instead.
    """


class BroadcastWarning(UserWarning):
    """The same, where it is asked to warn."""


class ContractError(ValueError):
    """The contract itself is wrong: raised where the function is decorated, not where it is called."""


for each in (ShapeError, ShapeWarning, BroadcastError, BroadcastWarning, ContractError):
    each.__module__ = "shapeguard"
