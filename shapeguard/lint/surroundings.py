"""The files of a project that may call the functions of another one, found by the names that they mention."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from shapeguard.interpreter import NOTHING_AROUND, Surroundings
from shapeguard.interpreter.mentions import names_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.interpreter import ir
    from shapeguard.lint.project import Folders

MOST_SEARCHED = 600  # files of a project; larger ones are not searched
MOST_READ = 6  # files around one; where more of them mention a name, they stand for the others
FEWEST_FOR_OTHERS = 3  # files that stand for others
MOST_BYTES = 200_000
DEEPEST_ROOT = 6
MARKERS = (".git", "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt")
_DEFINITION = re.compile(rb"\b(?:class|def)\s+(\w+)")
_NO_CODE = re.compile(
    rb'''"""(?:[^\\]|\\.)*?"""|\'{3}(?:[^\\]|\\.)*?\'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#[^\n]*''', re.DOTALL
)  # strings and comments
_PASSED_OVER = re.compile(
    r"\.|tests?$|test_|build$|dist$|venv$|node_modules$|site-packages$|.*_test\.py$|conftest\.py$"
)


def surroundings(path: str, module: ir.Module, project: Folders) -> Surroundings:
    """The files that mention the functions and classes of the file at `path`, those that mention most of them first."""
    names = names_of(module)
    searched = list(_files(_root(Path(path).parent)))
    if not names or len(searched) > MOST_SEARCHED:
        return NOTHING_AROUND
    pattern = re.compile(rb"\b(?:%s)\b" % b"|".join(name.encode() for name in sorted(names)))
    mentions = {other: _mentioned(other, pattern) for other in searched if other != path}
    read = sorted((other for other, found in mentions.items() if found), key=lambda each: -len(mentions[each]))
    modules = {other: project.whole(other) for other in read[:MOST_READ]}
    known = Counter(name for other, module in modules.items() if module is not None for name in mentions[other])
    left = {name for other in read if modules.get(other) is None for name in mentions[other]}
    unread = frozenset(name for name in left if known[name] < FEWEST_FOR_OTHERS)
    return Surroundings(tuple(filter(None, modules.values())), unread)


def _mentioned(path: str, pattern: re.Pattern[bytes]) -> frozenset[str]:
    try:
        content = Path(path).read_bytes()
    except OSError:
        return frozenset()
    if len(content) > MOST_BYTES or pattern.search(content) is None:
        return frozenset()
    content = _NO_CODE.sub(b" ", content)
    defined = _DEFINITION.findall(content)  # mentions of those are its own
    return frozenset(name.decode() for name in set(pattern.findall(content)).difference(defined))


def _root(folder: Path) -> Path:
    """The folder of the project that a folder belongs to, the outermost package where nothing says which."""
    for parent in (folder, *folder.parents)[:DEEPEST_ROOT]:
        if any((parent / marker).exists() for marker in MARKERS):
            return parent
    while (folder.parent / "__init__.py").is_file() and folder.parent != folder:
        folder = folder.parent
    return folder.parent if next(folder.parent.glob("*.py"), None) else folder  # beside the program that imports it


def _files(root: Path) -> Iterator[str]:
    """The Python files below a folder, at least as many as are searched at most."""
    count = 0
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not _PASSED_OVER.match(name))
        found = [name for name in sorted(files) if name.endswith(".py") and not _PASSED_OVER.match(name)]
        yield from (str(Path(folder, name)) for name in found)
        count += len(found)
        if count > MOST_SEARCHED:
            return
