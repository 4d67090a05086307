"""The mutations: each finds the places in a tree where it applies, and says what the text there becomes."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from tests.mutation.sources import Mutant, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.mutation.sources import Function

Edit = tuple[ast.expr, str]  # this expression's text becomes that
MUTATIONS: dict[str, Callable[[ast.AST, Source], Iterator[Edit]]] = {}
VIEWS = {"view", "reshape", "flatten"}
REORDERINGS = {"transpose", "permute", "swapaxes", "swapdims", "t", "movedim"}
JOINS = {"cat": 0, "concat": 0, "concatenate": 0, "stack": 0}
PAIRED = re.compile(r"Linear|Conv(Transpose)?[123]d|Embedding|LSTM|GRU|RNN")
SIZED = re.compile(r"Linear|Conv(Transpose)?[123]d|Embedding|LSTM|GRU|RNN|LayerNorm|RMSNorm|BatchNorm[123]d|GroupNorm")
SIZES = {"in_features", "out_features", "in_channels", "out_channels", "input_size", "hidden_size", "num_features"}


def mutation(name: str) -> Callable[..., Callable[[ast.AST, Source], Iterator[Edit]]]:
    def registered(
        function: Callable[[ast.AST, Source], Iterator[Edit]],
    ) -> Callable[[ast.AST, Source], Iterator[Edit]]:
        MUTATIONS[name] = function
        return function

    return registered


def called(node: ast.AST) -> str:
    """The last name of what a node calls, or nothing."""
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute):
            return node.func.attr
        if isinstance(node.func, ast.Name):
            return node.func.id
    return ""


def receiver(node: ast.Call) -> ast.expr | None:
    """The tensor of a method call `x.op(...)`, or of `torch.op(x, ...)`."""
    if not isinstance(node.func, ast.Attribute):
        return None
    if isinstance(node.func.value, ast.Name) and node.func.value.id == "torch":
        return node.args[0] if node.args else None
    return node.func.value


@mutation("drop keepdim=True")
def keepdim(node: ast.AST, source: Source) -> Iterator[Edit]:
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg == "keepdim" and isinstance(keyword.value, ast.Constant) and keyword.value.value is True:
                yield node, rewritten(node, source, dropped=keyword)


def rewritten(node: ast.Call, source: Source, dropped: ast.keyword) -> str:
    kept = [source.text(argument) for argument in (*node.args, *node.keywords) if argument is not dropped]
    return f"{source.text(node.func)}({', '.join(kept)})"


@mutation("drop unsqueeze or None")
def unsqueeze(node: ast.AST, source: Source) -> Iterator[Edit]:
    if isinstance(node, ast.Call) and called(node) == "unsqueeze":
        tensor = receiver(node)
        if tensor is not None:
            yield node, source.text(tensor)
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        for part in parts:
            if isinstance(part, ast.Constant) and part.value is None:
                kept = ", ".join(source.text(other) for other in parts if other is not part)
                yield node, f"{source.text(node.value)}[{kept}]" if kept else source.text(node.value)


def before_view(node: ast.AST, source: Source) -> bool:
    """Whether what follows in a chain of calls, up to `contiguous()`, is a view."""
    parent = source.parents.get(node)
    if isinstance(parent, ast.Attribute):
        if parent.attr in VIEWS:
            return True
        if parent.attr in {"contiguous", "clone"}:
            return before_view(source.parents[parent], source)
    return False


def reorderings(node: ast.AST, source: Source) -> Iterator[Edit]:
    if isinstance(node, ast.Call) and called(node) in REORDERINGS:
        tensor = receiver(node)
        if tensor is not None:
            yield node, source.text(tensor)
    elif isinstance(node, ast.Attribute) and node.attr in {"T", "mT"} and isinstance(node.ctx, ast.Load):
        yield node, source.text(node.value)


@mutation("drop transpose before view")
def transpose_before_view(node: ast.AST, source: Source) -> Iterator[Edit]:
    if before_view(node, source):
        yield from reorderings(node, source)


@mutation("drop other transpose")
def transpose(node: ast.AST, source: Source) -> Iterator[Edit]:
    if not before_view(node, source):
        yield from reorderings(node, source)


@mutation("swap view arguments")
def view(node: ast.AST, source: Source) -> Iterator[Edit]:
    if not (isinstance(node, ast.Call) and called(node) in VIEWS - {"flatten"}):
        return
    sizes = node.args[1:] if receiver(node) in node.args else node.args
    if len(sizes) == 1 and isinstance(sizes[0], ast.Tuple | ast.List):
        sizes = sizes[0].elts
    yield from swaps(node, sizes, source)


def swaps(node: ast.Call, sizes: list[ast.expr], source: Source) -> Iterator[Edit]:
    start = source.span(node)[0]
    for left, right in pairwise(sizes):
        first, second = source.span(left), source.span(right)
        if source.text(left) != source.text(right) and not isinstance(left, ast.Starred):
            whole = source.content[start : source.span(node)[1]]
            (a, b), (c, d) = ((at - start, to - start) for at, to in (first, second))
            yield node, (whole[:a] + whole[c:d] + whole[b:c] + whole[a:b] + whole[d:]).decode()


@mutation("change layer size")
def layer_size(node: ast.AST, source: Source) -> Iterator[Edit]:
    if not (isinstance(node, ast.Call) and SIZED.fullmatch(called(node))):
        return
    sizes = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg in SIZES)]
    sizes = sizes[: 2 if PAIRED.fullmatch(called(node)) else 1]
    yield from swaps(node, sizes, source)
    if len(sizes) == 2 and source.text(sizes[0]) != source.text(sizes[1]):
        yield sizes[0], source.text(sizes[1])
        yield sizes[1], source.text(sizes[0])
    for size in sizes:
        if isinstance(size, ast.BinOp) and isinstance(size.op, ast.Mult | ast.FloorDiv):
            kept = size.right if isinstance(size.left, ast.Constant) else size.left
            yield size, source.text(kept)


@mutation("change einsum letter")
def einsum(node: ast.AST, source: Source) -> Iterator[Edit]:
    if called(node) != "einsum":
        return
    for equation, left, right in patterns(node):
        named = " " in left and re.search(r"\w\w", left)
        letter = re.compile(r"[A-Za-z]\w*" if named else r"[A-Za-z]")
        letters = list(dict.fromkeys(letter.findall(left)))
        for found in letter.finditer(left):
            other = letters[(letters.index(found[0]) + 1) % len(letters)]
            yield equation, repr(f"{left[: found.start()]}{other}{left[found.end() :]}->{right}")
        yield from ((equation, repr(f"{left}->{swapped}")) for swapped in adjacent(right, letter))


@mutation("swap einops axes")
def einops(node: ast.AST, source: Source) -> Iterator[Edit]:
    if called(node) not in {"rearrange", "Rearrange", "repeat", "reduce", "Reduce"}:
        return
    for pattern, left, right in patterns(node):
        for swapped in adjacent(right, re.compile(r"[A-Za-z_]\w*")):
            yield pattern, repr(f"{left}->{swapped}")


def patterns(node: ast.AST) -> Iterator[tuple[ast.expr, str, str]]:
    assert isinstance(node, ast.Call)
    for argument in node.args:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and "->" in argument.value:
            left, _, right = argument.value.partition("->")
            yield argument, left, right


def adjacent(text: str, name: re.Pattern[str]) -> Iterator[str]:
    """The text with two neighbours swapped, in all ways."""
    found = list(name.finditer(text))
    for a, b in pairwise(found):
        if a[0] != b[0]:
            yield text[: a.start()] + b[0] + text[a.end() : b.start()] + a[0] + text[b.end() :]


@mutation("change cat axis")
def cat(node: ast.AST, source: Source) -> Iterator[Edit]:
    if not (isinstance(node, ast.Call) and called(node) in JOINS and node.args):
        return
    named = [keyword.value for keyword in node.keywords if keyword.arg in {"dim", "axis"}]
    for axis in [*named, *node.args[1:2]]:
        try:
            value = ast.literal_eval(axis)
        except ValueError:
            return
        yield axis, str({0: 1, -1: -2}.get(value, value + 1 if value < 0 else value - 1))
        return
    yield node.args[0], f"{source.text(node.args[0])}, dim=1"


@mutation("add squeeze()")
def squeeze(node: ast.AST, source: Source) -> Iterator[Edit]:
    if not isinstance(node, ast.Assign | ast.Return) or not isinstance(
        node.value, ast.Call | ast.BinOp | ast.Subscript
    ):
        return
    if called(node.value) in {"size", "len", "int", "float", "range", "list"} or called(node.value).istitle():
        return
    text = source.text(node.value)
    yield node.value, f"{text}.squeeze()" if isinstance(node.value, ast.Call | ast.Subscript) else f"({text}).squeeze()"


def mutants(source: Source, group: str, function: str, node: Function) -> Iterator[Mutant]:
    """All mutants of a function's body; what a constructor assigns is rarely a tensor, so nothing is squeezed there."""
    mutations = {kind: mutate for kind, mutate in MUTATIONS.items() if mutate is not squeeze or node.name != "__init__"}
    for inner in (part for statement in node.body for part in ast.walk(statement)):
        for kind, mutate in mutations.items():
            for place, text in mutate(inner, source):
                content = source.replaced(*source.span(place), text)
                statement = source.statement(place)
                body = getattr(statement, "body", None)
                last = body[0].lineno - 1 if body else statement.end_lineno
                if parses(content):
                    lines = statement.lineno, max(statement.lineno, last or 0)
                    before = source.text(place)
                    yield Mutant(kind, group, source.path, function, node.lineno, *lines, before, text, content)


def parses(content: bytes) -> bool:
    try:
        ast.parse(content)
    except SyntaxError:
        return False
    return True
