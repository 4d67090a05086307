"""`torch.jit.script` of what is decorated: it compiles the function itself, where it can read the annotations."""

import sys
import typing
from collections.abc import Callable
from typing import Any, Final

from shapeguard.runtime.annotations import is_array, resolved_signature
from shapeguard.runtime.errors import ContractError

PREPARE: Final = "__prepare_scriptable__"  # what `torch.jit.script` calls first, on functions and modules


def scriptable(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function that TorchScript is to compile: the decorated one, without its checks.

    Raises:
        ContractError: where it has annotations that TorchScript cannot read; says what to write instead.
    """
    signature = resolved_signature(function, {})
    annotations = {name: parameter.annotation for name, parameter in signature.parameters.items()}
    annotations["returns"] = signature.return_annotation
    given = {name: each for name, each in annotations.items() if _has_axes(each)}
    if given:
        known = next((f'{name}="{each.dim_str}"' for name, each in given.items() if is_array(each)), 'x="b d"')
        raise ContractError(
            f"torch.jit.script cannot read the annotations of {function.__qualname__}: it needs plain ones, as in "
            f"`x: Tensor`. Give the shapes to the decorator instead: @shapeguard.check({known}, ..)"
        )
    return function


def _has_axes(annotation: Any) -> bool:
    return is_array(annotation) or any(map(_has_axes, typing.get_args(annotation)))


def prepare_class(cls: type, names: list[str]) -> None:
    """Let instances of a module class, whose methods `names` are guarded, say the same."""
    torch = sys.modules.get("torch")
    if torch is None or not issubclass(cls, torch.nn.Module) or hasattr(cls, PREPARE):
        return

    def prepare(self: Any) -> Any:
        for name in names:
            if check := getattr(vars(cls)[name], PREPARE, None):
                check()
        return self

    setattr(cls, PREPARE, prepare)
