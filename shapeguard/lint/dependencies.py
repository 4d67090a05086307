"""What findings depend on in other files, as digests: the whole file, or only what binds the names that were asked of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from shapeguard.lint.storage import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Dependency: TypeAlias = "tuple[str, Mapping[str, str] | None]"
"""A digest of a file's content, "" where there is none, and where that does not settle it, those of names in it."""


class Dependencies:
    """The files below `base` as they are now; each is read once in a run."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._digests: dict[str, str] = {}
        self._names: dict[str, dict[str, str] | None] = {}

    def on(self, name: str, asked: Iterable[str] | None) -> Dependency:
        """The dependency on a file of which names were `asked`; None: on all of it."""
        whole = self._digest(name)
        if asked is None or not whole:
            return whole, None
        known = self._names_in(name)
        if known is None:
            return whole, None
        return whole, {each: known.get(each, "") for each in sorted(asked)}

    def hold(self, name: str, dependency: Dependency) -> bool:
        """Whether the file is still the same in all that counts."""
        whole, names = dependency
        current = self._digest(name)
        if current == whole:
            return True
        if names is None or not current:
            return False
        known = self._names_in(name)
        return known is not None and all(known.get(each, "") == expected for each, expected in names.items())

    def _digest(self, name: str) -> str:
        if name not in self._digests:
            try:
                self._digests[name] = digest(Path(self._base, name).read_bytes()).hex()
            except OSError:
                self._digests[name] = ""
        return self._digests[name]

    def _names_in(self, name: str) -> dict[str, str] | None:
        """A digest of what binds each name at the top level of a file, None where that cannot be told."""
        if name not in self._names:
            from shapeguard.lint.toplevel import sources, text_of  # not needed where nothing changed

            text = text_of(str(Path(self._base, name)))
            found = None if text is None else sources(text)
            self._names[name] = found and {bound: _digest_of(source) for bound, source in found.items()}
        return self._names[name]


def _digest_of(source: str) -> str:
    return digest(source.encode("utf-8", "surrogatepass")).hex()
