"""The grammar is the lowest layer: it loads fast and stands on nothing."""

import subprocess
import sys

PROGRAM = """
import sys
before = set(sys.modules)  # an environment may load more at its start
import shapeguard.grammar
readers = {f"shapeguard.grammar.{name}" for name in ("comments", "docstrings", "wording")}
assert not readers & set(sys.modules), "the readers of prose load on first use"
shapeguard.grammar.comment_claims("# (B, T)")
shapeguard.grammar.docstring_claims("x: (B, T)")
ours = {name for name in sys.modules if name.startswith("shapeguard.") and not name.startswith("shapeguard.grammar")}
assert not ours, ours
heavy = {"torch", "jaxtyping", "typeguard", "libcst", "ast", "inspect", "dataclasses"} & (set(sys.modules) - before)
assert not heavy, heavy
"""


def test_loads_nothing_else() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_unknown_names_are_attribute_errors() -> None:
    import shapeguard.grammar

    assert not hasattr(shapeguard.grammar, "no_such_reader")
    assert callable(shapeguard.grammar.docstring_claims)
