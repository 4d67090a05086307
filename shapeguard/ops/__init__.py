"""What every known operation does to shapes; importing the package declares them all."""

from importlib import import_module as _load
from pathlib import Path as _Path

from shapeguard.ops.names import canonical
from shapeguard.ops.registry import LAYERS, OPERATIONS

for _file in sorted(_Path(__file__).parent.glob("[a-z]*.py")):
    _load(f"{__name__}.{_file.stem}")

__all__ = ["LAYERS", "OPERATIONS", "canonical"]
