"""Positions are those of libcst's own PositionProvider, whatever subset of a file's nodes is asked for."""

import random
import sysconfig
from pathlib import Path

import libcst as cst
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from libcst.metadata import MetadataWrapper, PositionProvider

from shapeguard.lint import Position, Span
from shapeguard.lint.locate import locate

LIBRARY = Path(sysconfig.get_path("stdlib"))
MODULES = [
    "abc", "ast", "bisect", "calendar", "cmd", "codeop", "contextlib", "copy", "csv", "dis", "enum", "fnmatch", "glob",
    "heapq", "json/decoder", "keyword", "mailcap", "opcode", "queue", "reprlib", "sched", "shlex", "stat", "tabnanny",
    "test/test_fstring", "test/test_patma", "textwrap", "this", "timeit", "token", "weakref",
]  # fmt: skip
MOST_NODES = 300

SNIPPETS = [
    "x = a @ b\n",
    "x = (\n    a\n    @ b  # comment\n)\n",
    "def f(\n    x,\n    *, y=1,\n) -> int:\n\treturn (x) [y]\n",
    "@first\n@second(1)\n\n# comment\nasync def f(): pass\n",
    "class A(B, metaclass=C):\n\n    # comment\n    x: int = 1; y = 2\n",
    "if a:\n    b\nelif c :\n    d\nelse:\n    e\n# end",
    "x = '''one\ntwo''' + b\r\ny = [\r\n 1]\r\n",
    "x = 'ü' + 日本 @ b\n",
    "if x:\n\ty = a \\\n\t\t+ b\n",
    "with (open(a) as b, c):\n  f'{x!r:>{w}} { y }'\n",
    "match x:\n    case [1, *rest] if a: pass\n    case {'k': v, **r} | None: pass\n",
    "try:\n    a\nexcept* E as e:\n    b\nfinally:\n    c\n",
    "[a for b in c if d for e in f]; lambda x, /, y=2, *z, **k: (yield)\n",
    "x = not (a) if (b) else - c\nprint(*a, **b, c = d)\n",
    "x\x0c = 1\n\x0cdef f(): ...\n",
    "",
    "\n\n",
    "pass",
]


def nodes_of(tree: cst.Module) -> list[tuple[cst.CSTNode, Span]]:
    positions = MetadataWrapper(tree, unsafe_skip_copy=True).resolve(PositionProvider)
    return [
        (node, Span(Position(at.start.line, at.start.column + 1), Position(at.end.line, at.end.column + 1)))
        for node, at in positions.items()
        if not isinstance(node, cst.BaseParenthesizableWhitespace)  # shared between places
    ]


def assert_same(tree: cst.Module, chosen: list[tuple[cst.CSTNode, Span]]) -> None:
    for (node, expected), found in zip(chosen, locate(tree, [node for node, _ in chosen]), strict=True):
        assert found == expected, f"{type(node).__name__}: {tree.code_for_node(node)[:80]!r}"


@pytest.mark.parametrize("text", SNIPPETS)
def test_every_node_of_a_snippet(text: str) -> None:
    tree = cst.parse_module(text)
    assert_same(tree, nodes_of(tree))


@pytest.mark.parametrize("text", SNIPPETS)
def test_every_node_of_a_snippet_alone(text: str) -> None:
    tree = cst.parse_module(text)
    for choice in nodes_of(tree):
        assert_same(tree, [choice])


@pytest.mark.parametrize("module", MODULES)
def test_nodes_of_the_standard_library(module: str) -> None:
    path = LIBRARY / f"{module}.py"
    if not path.exists():
        pytest.skip("not in this Python")
    tree = cst.parse_module(path.read_bytes())
    nodes = nodes_of(tree)
    assert_same(tree, random.Random(module).sample(nodes, min(MOST_NODES, len(nodes))))


TREE = cst.parse_module((LIBRARY / "textwrap.py").read_bytes())
NODES = nodes_of(TREE)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(range(len(NODES))), max_size=8))
def test_any_choice_in_any_order_and_with_repetitions(indices: list[int]) -> None:
    assert_same(TREE, [NODES[index] for index in indices])


def test_nothing_is_written_after_the_last_wanted_node() -> None:
    tree = cst.parse_module("a\n" + "b\n" * 1000)
    visited = 0

    class Watched(cst.Name):
        def _codegen_impl(self, state: object, **kwargs: object) -> None:
            nonlocal visited
            visited += 1
            super()._codegen_impl(state, **kwargs)

    body = [line.with_changes(body=[cst.Expr(Watched("b"))]) for line in tree.body]
    tree = tree.with_changes(body=body)
    locate(tree, [tree.body[1].body[0].value])
    assert visited == 2
