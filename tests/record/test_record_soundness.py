"""What is written passes when it is enforced on the same calls, whatever these are."""

from typing import Any

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import shapeguard
from tests.record.observed import annotated

SIZES = st.integers(1, 4)
SHAPES = st.one_of(
    st.tuples(SIZES, SIZES), st.tuples(SIZES), st.tuples(SIZES, SIZES, SIZES), st.lists(SIZES, max_size=3).map(tuple)
)
CALLS = st.sampled_from([SHAPES, st.tuples(SIZES, SIZES), st.one_of(st.none(), st.tuples(SIZES, SIZES))])


@st.composite
def recorded(draw) -> list[dict[str, Any]]:
    """Calls of `f(self, x, y, z, k)`, in which axes are often equal to others or computed from them."""
    kinds = {name: draw(CALLS) for name in ("x", "y", "z", "return")}
    doubled = draw(st.booleans())
    rows = []
    for _ in range(draw(st.integers(1, 6))):
        row: dict[str, Any] = {"self": "C", **{name: draw(kind) for name, kind in kinds.items()}}
        row |= {"k": draw(SIZES), "self.d": draw(SIZES)}
        if doubled and row["x"]:
            row["y"] = (row["x"][0], 2 * row["x"][-1])
            row["return"] = (row["x"][0] + row["k"], row["self.d"])
        if draw(st.booleans()):
            row["z"] = [draw(st.tuples(SIZES, SIZES)) for _ in range(draw(st.integers(0, 2)))]
        rows.append(row)
    return rows


def tensors(short: Any) -> Any:
    if isinstance(short, list):
        return [tensors(item) for item in short]
    return torch.empty(short) if isinstance(short, tuple) else short


@settings(max_examples=150, deadline=None)
@given(recorded())
def test_what_is_written_passes_on_the_same_calls(calls: list[dict[str, Any]]) -> None:
    text = annotated("def f(self, x, y, z, k): return self.answer\n", *calls).text
    names: dict[str, Any] = {}
    exec(compile(text, "module.py", "exec", dont_inherit=True), names)
    checked = shapeguard.check(names["f"])
    for call in calls:
        receiver = type("C", (), {})()
        receiver.d, receiver.answer = call["self.d"], tensors(call["return"])
        checked(receiver, *(tensors(call[name]) for name in ("x", "y", "z", "k")))
