"""What the runtime raises."""

from jaxtyping import TypeCheckError


class ShapeError(TypeCheckError):
    """A value does not fit the contract of a decorated function.

    Wherever `jaxtyping.TypeCheckError` (and so `TypeError`) is caught, this is caught too.
    """


class ContractError(ValueError):
    """The contract itself is wrong: raised where the function is decorated, not where it is called."""


ShapeError.__module__ = ContractError.__module__ = "shapeguard"
