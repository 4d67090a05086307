"""`shaped(x, "b t (h d)")`: the shape of a value in the body of a function, checked where it is written."""

import sys
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeVar

from jaxtyping import AnnotationError, Shaped, config, jaxtyped

from shapeguard.grammar import Axis, AxisKind, GrammarError, Name, Opaque, parse_grouped, parse_tuple, to_jaxtyping
from shapeguard.runtime.annotations import is_tuple
from shapeguard.runtime.describe import shape_of
from shapeguard.runtime.errors import ContractError
from shapeguard.runtime.reveal import argument_text
from shapeguard.runtime.scope import STACKS, bind, bindings, current
from shapeguard.runtime.sizes import Unknown, evaluate, factors_of, names_in
from shapeguard.runtime.switches import is_off
from shapeguard.runtime.tracing import is_compiling, is_jit_tracing, is_proxy

T = TypeVar("T")
_array: Any = Shaped
_OFF: Final = is_off()


def shaped(value: T, axes: str, /) -> T:
    """Return `value` after checking its shape against `axes`, in the scope of the function that is running.

    Names that are not bound yet are bound, as by `isinstance(value, Shaped[.., axes])`. Axes in brackets are one axis,
    their product: in `"b t (h d)"`, with `h` bound to 4, an axis of 32 binds `d` to 8, and one of 30 does not fit. The
    linter takes the shape for a fact. Under torch.compile and tracers nothing is checked.

    Args:
        value: An array.
        axes: Axes as in annotations, `"batch *rest 2*d"`, or a tuple, `"(batch, channels)"`.

    Raises:
        ShapeError: where the shape does not fit.
        ContractError: where `axes` are no shape.
        jaxtyping.AnnotationError: where nothing binds the names that an axis is computed from.
    """
    if is_compiling():
        return value
    if not (_OFF or config.jaxtyping_disable or is_jit_tracing() or is_proxy(value)):
        error = _refusal(value, axes)
        if error is not None:
            raise error from None
    return value


class _Pattern(NamedTuple):
    """`annotation` is what jaxtyping can judge at once, `computed` the other axes, by index."""

    annotation: Any
    computed: tuple[tuple[int, Axis], ...]
    whole: Any


@lru_cache(maxsize=4096)
def _pattern(text: str) -> _Pattern:
    if not isinstance(text, str):
        axes_of = getattr(text, "dim_str", "batch channels")
        raise ContractError(f"shaped takes axes as text, not {text!r}: shaped(x, {axes_of!r})")
    try:
        axes = parse_grouped(to_jaxtyping(parse_tuple(text)) if is_tuple(text) else text)
    except GrammarError as error:
        raise ContractError(f"{text!r} is no shape: {error}") from None
    if unread := next((axis for axis in axes if isinstance(axis.expression, Opaque)), None):
        raise ContractError(f"{text!r} is no shape: {unread.text} is no size")
    run = next((i for i, axis in enumerate(axes) if axis.variadic), len(axes))
    computed = [(i if i < run else i - len(axes), axis) for i, axis in enumerate(axes) if _is_computed(axis)]
    blanked = [axis._replace(kind=AxisKind.ANONYMOUS) if _is_computed(axis) else axis for axis in axes]
    return _Pattern(_array[Any, to_jaxtyping(tuple(blanked))], tuple(computed), _array[Any, to_jaxtyping(axes)])


def _is_computed(axis: Axis) -> bool:
    return axis.expression is not None and next(names_in(axis.expression), None) is not None


def _refusal(value: object, text: str) -> Exception | None:
    pattern = _pattern(text)
    try:
        if STACKS is None or STACKS.stack:
            fits = _fits(value, pattern)
        else:
            with jaxtyped("context"):
                fits = _fits(value, pattern)
    except AnnotationError:
        fits, unbound = False, True
    else:
        unbound = False
    if fits:
        return None
    from shapeguard.runtime.inscope import Value, refusal_here

    frame = sys._getframe(2)  # noqa: SLF001 - the caller's, whose line the message names
    seen = Value(argument_text(frame) or "the value", value, pattern.whole, f'"{text}"')
    return refusal_here(seen, frame, unbound=unbound)


def _fits(value: object, pattern: _Pattern) -> bool:
    shape = shape_of(value)
    if shape is None or not isinstance(value, pattern.annotation):
        return False
    waiting, before = list(pattern.computed), -1
    while waiting and len(waiting) != before:
        before = len(waiting)
        outcomes = [(index, axis, _solve(axis, shape[index])) for index, axis in waiting]
        if any(outcome is False for _, _, outcome in outcomes):
            return False
        waiting = [(index, axis) for index, axis, outcome in outcomes if outcome is None]
    for _, axis in waiting:
        _factors(axis)
    return True


def _solve(axis: Axis, size: int) -> bool | None:
    """Whether a computed size is right; a product's one unknown factor is bound, and None says that more is unknown."""
    if axis.broadcastable and size == 1:
        return True
    if STACKS is None:  # what is bound cannot be read, but it can be asked for
        try:
            return bind(to_jaxtyping((axis._replace(broadcastable=False),)), size)
        except AnnotationError:
            pass
    try:
        known, unknown = _factors(axis)
    except AnnotationError:
        return None
    if not unknown:
        return known == size
    if known == 0 or size % known:
        return None if known == size else False
    return bind(unknown[0], size // known) if len(unknown) == 1 else None


def _factors(axis: Axis) -> tuple[int, list[str]]:
    """The product of the factors that are known, and the names of those that are not.

    Raises:
        AnnotationError: where a name that is not bound is anything but a factor.
    """
    assert axis.expression is not None
    memo = current()
    sizes: dict[str, Any] = bindings()
    known, unknown = 1, []
    for factor in factors_of(axis.expression):
        if isinstance(factor, Name) and factor.name not in sizes:
            unknown.append(factor.name)
            continue
        try:
            known *= evaluate(factor, sizes, memo[3] if memo else {})
        except Unknown:
            raise AnnotationError(axis.text) from None
    return known, unknown
