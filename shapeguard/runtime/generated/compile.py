"""The one place where generated text becomes code."""

import ast
from types import CodeType, FunctionType
from typing import Any


def compiled(text: str, filename: str, line: int, name: str, constants: object) -> FunctionType:
    """The function `name` that `text` defines, with `constants` as its only free variable `_sg`.

    Only text that this package generated comes here. What a user wrote appears in it as names checked to be
    identifiers and as numbers; everything else, annotations included, is reached through `_sg`. All lines are given the
    decorated function's position, so that a traceback ends there.
    """
    tree = ast.parse(f"def _make(_sg):\n{_indented(text)}\n    return {name}")
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt | ast.expr | ast.arg | ast.keyword | ast.excepthandler):
            node.lineno = node.end_lineno = line
            node.col_offset = node.end_col_offset = 0
    code: CodeType = compile(tree, filename, "exec", dont_inherit=True)
    namespace: dict[str, Any] = {"__name__": __name__}
    exec(code, namespace)  # noqa: S102 - see above
    made = namespace.pop("_make")(constants)  # taken out, or it and its globals would refer to each other
    assert isinstance(made, FunctionType)
    return made


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
