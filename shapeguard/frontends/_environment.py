"""What else is installed here: other distributions that bring a top-level `shapeguard` of their own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DISTRIBUTION = "pytorch-shapeguard"
PACKAGE = "shapeguard"


def rival_notice(folders: Iterable[str] | None = None) -> str | None:
    """One line that names the other distributions that install a top-level `shapeguard`, or None.

    It runs at every start of the command, so it lists `folders` (by default `sys.path`) and reads the file lists of
    distributions with `shapeguard` in their names, nothing else.
    """
    rivals = sorted({name for folder in (sys.path if folders is None else folders) for name in _rivals(Path(folder))})
    if not rivals:
        return None
    return (
        f"{' and '.join(rivals)} also installed a package named 'shapeguard' here, over files of this one; "
        f"to mend it: pip uninstall {' '.join(rivals)} {DISTRIBUTION}, then pip install {DISTRIBUTION}"
    )


def _rivals(folder: Path) -> Iterator[str]:
    for metadata in folder.glob(f"*{PACKAGE}*-info"):  # .dist-info, and .egg-info from older installers
        name = metadata.stem.partition("-")[0].replace("_", "-").lower()
        if name != DISTRIBUTION and any(_lists_package(metadata / file) for file in ("top_level.txt", "RECORD")):
            yield name


def _lists_package(listing: Path) -> bool:
    try:
        text = listing.read_text(encoding="utf-8", errors="replace")
    except OSError:  # installers may leave either out
        return False
    return any(line.strip().partition("/")[0] == PACKAGE for line in text.splitlines())
