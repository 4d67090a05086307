"""The text that checks a value against an array annotation."""

import sys
from functools import lru_cache
from typing import Any

from jaxtyping import AbstractArray, Shaped

from shapeguard.runtime.describe import annotation_text
from shapeguard.runtime.generated.axes import check_shape
from shapeguard.runtime.generated.emitter import Emitter, Inexpressible, Source
from shapeguard.runtime.mismatch import parsed_axes
from shapeguard.runtime.tracing import RUN_WHILE_TRACING

_NO_ARRAY = object()
_SHAPED: Any = Shaped  # the one that takes every dtype


def check_array(annotation: type[AbstractArray], value: str, emitter: Emitter, *, certain: bool) -> None:
    """Class, dtype and shape, in jaxtyping's order."""
    if takes_anything(annotation):
        raise Inexpressible(annotation.__name__)
    emitter.refuse_if(is_no(annotation, value, emitter), f"is no {annotation_text(annotation)}")
    wanted = ("has dtype ", Source(f"{value}.dtype"), f", expected {annotation.dtype.__name__}")
    if annotation.dtype is not _SHAPED:
        if _is_torch(annotation.array_type):
            dtypes = torch_dtypes(annotation.dtype)
            if emitter.traced:
                emitter.refuse_if(f"not {emitter.constant(_asked_once(dtypes), 'takes')}({value}.dtype)", *wanted)
            else:
                unusual = f"{value}.dtype is not {emitter.constant(_usual(dtypes), 'dtype')}"
                accepted = emitter.constant(dtypes, "dtypes")
                emitter.refuse_if(f"{unusual} and {value}.dtype not in {accepted}", *wanted)
        else:
            learnt: set[object] = set()
            accepted, learn = (
                emitter.constant(learnt, "dtypes"),
                emitter.constant(_learner(annotation, learnt), "learn"),
            )
            emitter.refuse_if(f"{value}.dtype not in {accepted} and not {learn}({value})", *wanted)
    check_shape(parsed_axes(annotation.dim_str), f"{value}.shape", emitter, certain=certain)


def takes_anything(annotation: type[AbstractArray]) -> bool:
    """Whether `make_transparent` was called on it: then even what is no array is an instance."""
    try:
        return isinstance(_NO_ARRAY, annotation)
    except Exception:  # noqa: BLE001 - a class that is asked by duck typing may miss anything
        return False


def is_no(annotation: type[AbstractArray], value: str, emitter: Emitter) -> str:
    """The condition under which `value` is not of the annotation's array class."""
    kind = annotation.array_type
    if kind is Any:
        arraylike = emitter.constant(_is_arraylike, "arraylike")
        tensor = f"type({value}) is not {emitter.constant(_tensor(), 'tensor')} and " if _tensor() else ""
        return f"{tensor}not {arraylike}({value})"
    if not isinstance(kind, type) or not _is_known(kind):
        raise Inexpressible(str(kind))
    constant = emitter.constant(kind, "array")
    return f"type({value}) is not {constant} and not isinstance({value}, {constant})"


def _tensor() -> Any:
    return getattr(sys.modules.get("torch"), "Tensor", None)


def _is_torch(kind: Any) -> bool:
    return isinstance(kind, type) and _tensor() is not None and issubclass(kind, _tensor())


def _is_known(kind: type) -> bool:
    """Whether a class is known to have `shape` and `dtype` on every instance."""
    known = [
        _tensor(),
        getattr(sys.modules.get("numpy"), "ndarray", None),
        getattr(sys.modules.get("jax"), "Array", None),
    ]
    return issubclass(kind, tuple(each for each in known if each is not None))


def _is_arraylike(value: object) -> bool:
    return isinstance(getattr(value, "shape", None), tuple) and hasattr(value, "dtype")


class _Empty:
    """An array of any dtype, to ask jaxtyping about that dtype."""

    shape = ()

    def __init__(self, dtype: object) -> None:
        self.dtype = dtype


@lru_cache(maxsize=256)
def torch_dtypes(dtype: Any) -> frozenset[object]:
    """The torch dtypes that jaxtyping accepts for `Float`, `Int`, or a dtype of the user's own: it is asked."""
    torch = sys.modules["torch"]
    candidates = {value for value in vars(torch).values() if isinstance(value, torch.dtype)}
    return frozenset(each for each in candidates if isinstance(_Empty(each), dtype[_Empty, "..."]))


def _usual(dtypes: frozenset[object]) -> object:
    """The one that is worth asking for first: comparing costs less than looking up."""
    torch = sys.modules["torch"]
    return next((each for each in (torch.float32, torch.int64) if each in dtypes), None)


def _asked_once(dtypes: frozenset[object]) -> Any:
    """Whether a dtype is accepted, answered while torch.compile traces: it would guard the whole set."""

    def takes(dtype: object) -> bool:
        return dtype in dtypes

    setattr(takes, RUN_WHILE_TRACING, True)
    return takes


def _learner(annotation: type[AbstractArray], learnt: set[object]) -> Any:
    probe = annotation.dtype[annotation.array_type, "..."]

    def learn(value: Any) -> bool:
        accepted = isinstance(value, probe)
        if accepted:
            learnt.add(value.dtype)
        return accepted

    return learn
