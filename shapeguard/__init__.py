"""One shape contract for PyTorch: enforced while it runs, linted before it runs.

The names below load on first use: importing shapeguard imports neither torch nor jaxtyping, typeguard or libcst.

(For pytest, which takes a package with a plugin for one that has assertions to rewrite: PYTEST_DONT_REWRITE)
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapeguard.runtime.decorator import check as check
    from shapeguard.runtime.errors import BroadcastError as BroadcastError
    from shapeguard.runtime.errors import BroadcastWarning as BroadcastWarning
    from shapeguard.runtime.errors import ContractError as ContractError
    from shapeguard.runtime.errors import ShapeError as ShapeError
    from shapeguard.runtime.errors import ShapeWarning as ShapeWarning
    from shapeguard.runtime.importing import install_import_hook as install_import_hook
    from shapeguard.runtime.reveal import reveal_shape as reveal_shape
    from shapeguard.runtime.sanitizer import sanitize as sanitize
    from shapeguard.runtime.shaped import shaped as shaped
    from shapeguard.runtime.switches import disabled as disabled

    __version__: str

_HOMES = {
    "check": "shapeguard.runtime.decorator",
    "disabled": "shapeguard.runtime.switches",
    "install_import_hook": "shapeguard.runtime.importing",
    "reveal_shape": "shapeguard.runtime.reveal",
    "sanitize": "shapeguard.runtime.sanitizer",
    "shaped": "shapeguard.runtime.shaped",
    "BroadcastError": "shapeguard.runtime.errors",
    "BroadcastWarning": "shapeguard.runtime.errors",
    "ContractError": "shapeguard.runtime.errors",
    "ShapeError": "shapeguard.runtime.errors",
    "ShapeWarning": "shapeguard.runtime.errors",
}

__all__ = [
    "BroadcastError",
    "BroadcastWarning",
    "ContractError",
    "ShapeError",
    "ShapeWarning",
    "__version__",
    "check",
    "disabled",
    "install_import_hook",
    "reveal_shape",
    "sanitize",
    "shaped",
]


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version

        value: object = version("pytorch-shapeguard")
    elif home := _HOMES.get(name):
        from importlib import import_module

        value = getattr(import_module(home), name)
    else:
        raise AttributeError(f"module 'shapeguard' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
