"""Internal errors on mutated sources: `python -m tests.lint.mutated FOLDER... [--count N] [--seed N]`.

Expressions, statements and names of each file are put in the place of others, so that the result is Python, and makes no
sense. A check may say whatever it likes of it, as long as it neither fails nor hangs.
"""

from __future__ import annotations

import argparse
import ast
import copy
import warnings
from pathlib import Path
from random import Random
from time import process_time
from typing import TYPE_CHECKING

from shapeguard.lint import Settings
from shapeguard.lint.checking import checked
from shapeguard.lint.process import prepare_process
from shapeguard.lint.project import Folders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.lint import Diagnostic

MOST_CHANGES = 8
NUMBERS = (-1, 0, 1, 2, 3, 10**9)
SETTINGS = Settings(preview=True, debug=True, coverage=True)
PATIENCE_SECONDS = 20


def mutated(text: str, random: Random) -> str:
    """The source with a few parts of it replaced by others."""
    tree = ast.parse(text)
    for _ in range(random.randint(1, MOST_CHANGES)):
        random.choice((_expression, _expression, _expression, _statement, _name, _number))(tree, random)
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n# torch\n"


def _places(tree: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.expr]]:
    """Where expressions that are read stand: the node, its field, and the index in it."""
    for node in ast.walk(tree):
        for field, value in ast.iter_fields(node):
            items = enumerate(value) if isinstance(value, list) else [(None, value)]
            for index, item in items:
                readable = isinstance(item, ast.expr) and isinstance(getattr(item, "ctx", None), (ast.Load, type(None)))
                if readable and not isinstance(node, (ast.JoinedStr, ast.FormattedValue, ast.MatchValue)):
                    yield node, field, index, item


def _expression(tree: ast.AST, random: Random) -> None:
    places = list(_places(tree))
    if places:
        node, field, index, _ = random.choice(places)
        new = copy.deepcopy(random.choice(places)[3])
        if isinstance(new, (ast.Slice, ast.Starred)):
            return
        if index is None:
            setattr(node, field, new)
        else:
            getattr(node, field)[index] = new


def _statement(tree: ast.AST, random: Random) -> None:
    blocks = [node.body for node in ast.walk(tree) if isinstance(getattr(node, "body", None), list)]
    block, other = random.choice(blocks), random.choice(blocks)
    if block and other:
        new = copy.deepcopy(random.choice(other))
        at = random.randrange(len(block))
        if random.random() < 0.5:
            block[at] = new
        else:
            block.insert(at, new)


def _name(tree: ast.AST, random: Random) -> None:
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    if names:
        random.choice(names).id = random.choice(names).id


def _number(tree: ast.AST, random: Random) -> None:
    numbers = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and type(node.value) is int]
    if numbers:
        random.choice(numbers).value = random.choice(NUMBERS)


def failures(text: str) -> list[Diagnostic]:
    """The internal errors of a check of this text."""
    return [
        found for found in checked(text.encode(), "mutated.py", SETTINGS, Folders()).findings if found.code == "SHP003"
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--count", type=int, default=3, help="mutants of each file")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    prepare_process()
    warnings.simplefilter("ignore")
    checks = errors = 0
    for path in sorted(path for folder in arguments.folders for path in folder.rglob("*.py")):
        for number in range(arguments.count):
            random = Random(f"{arguments.seed} {path} {number}")
            try:
                text = mutated(path.read_text(), random)
            except (SyntaxError, ValueError, RecursionError):
                continue
            start = process_time()
            found = failures(text)
            checks += 1
            errors += len(found)
            for failure in found:
                print(f"{path} {number}: {failure.message}\n{failure.help}", flush=True)
            if process_time() - start > PATIENCE_SECONDS:
                print(f"{path} {number}: {process_time() - start:.0f} s", flush=True)
    print(f"{checks} mutants, {errors} internal errors")


if __name__ == "__main__":
    main()
