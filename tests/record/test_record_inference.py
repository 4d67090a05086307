"""What is written for a function after some calls: a table of signatures."""

from typing import Any

import pytest

from tests.record.observed import annotated, signature

Calls = list[dict[str, Any]]


def table(cases: list[tuple[str, str, Calls, str]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("source", "calls", "expected"), [case[1:] for case in cases], ids=[c[0] for c in cases]
    )


def calls(names: str, *rows: tuple[Any, ...]) -> Calls:
    """`calls("x return", ((2, 3), (3,)))` is a call with x of the shape (2, 3) that returned the shape (3,)."""
    return [dict(zip(names.split(), row, strict=True)) for row in rows]


@table(
    [
        (
            "equal while they vary: one axis",
            "def f(x, y): ...",
            calls("x y", ((2, 3), (3, 5)), ((4, 6), (6, 7))),
            'def f(x: Float[Tensor, "n m"], y: Float[Tensor, "m k"]): ...',
        ),
        (
            "a first axis that arrays share is the batch",
            "def f(x): ...",
            calls("x return", ((2, 3), (2,)), ((4, 6), (4,))),
            'def f(x: Float[Tensor, "batch n"]) -> Float[Tensor, " batch"]: ...',
        ),
        (
            "equal in one call only: not taken for one axis",
            "def f(x): ...",
            calls("x", ((4, 4),)),
            'def f(x: Float[Tensor, "n m"]): ...',
        ),
        (
            "equal in one call, and by what the code does",
            "def f(x): n, m = x.shape; return x.relu()",
            calls("x return", ((4, 4), (4, 4))),
            'def f(x: Float[Tensor, "n m"]) -> Float[Tensor, "n m"]: n, m = x.shape; return x.relu()',
        ),
        (
            "names of the source",
            "def f(x): b, t = x.shape",
            calls("x return", ((2, 3), None)),
            'def f(x: Float[Tensor, "b t"]): b, t = x.shape',
        ),
        (
            "names of a docstring",
            'def f(x): """Args: x: the tokens, of shape (batch, words)."""',
            calls("x", ((2, 3),), ((2, 4),)),
            'def f(x: Float[Tensor, "n m"]): """Args: x: the tokens, of shape (batch, words)."""',
        ),
        (
            "a number that only calls speak for is a name",
            "def f(x): ...",
            calls("x", ((2, 3),), ((4, 3),), ((5, 3),)),
            'def f(x: Float[Tensor, "n m"]): ...',
        ),
        (
            "a number that the code demands",
            "def f(x): a, b = x.shape; return x.new_zeros(3, a) @ x",
            calls("x return", ((2, 5), (3, 5))),
            'def f(x: Float[Tensor, "a b"]) -> Float[Tensor, "3 b"]: a, b = x.shape; return x.new_zeros(3, a) @ x',
        ),
        (
            "an axis that is 1 in arrays of several shapes",
            "def f(mask): ...",
            calls("mask", ((2, 1, 5),), ((3, 1, 4),)),
            'def f(mask: Float[Tensor, "n 1 m"]): ...',
        ),
        (
            "a first axis of 1 may be a batch",
            "def f(x): ...",
            calls("x", ((1, 5),), ((1, 4),)),
            'def f(x: Float[Tensor, "n m"]): ...',
        ),
        (
            "an integer attribute that varies along",
            "def f(self, x): ...",
            calls("self x self.d self.layers", ("C", (2, 8), 8, 3), ("C", (3, 4), 4, 3)),
            'def f(self, x: Float[Tensor, "n {self.d}"]): ...',
        ),
        (
            "an attribute that never varied lends its name only",
            "def f(self, x): ...",
            calls("self x self.d", ("C", (2, 8), 8), ("C", (3, 8), 8)),
            'def f(self, x: Float[Tensor, "n d"]): ...',
        ),
        (
            "two attributes that varied along: neither",
            "def f(self, x): ...",
            calls("self x self.a self.b", ("C", (2, 8), 8, 8), ("C", (3, 4), 4, 4)),
            'def f(self, x: Float[Tensor, "n m"]): ...',
        ),
        (
            "an integer argument",
            "def f(x, k): ...",
            calls("x k return", ((9,), 2, (2,)), ((9,), 3, (3,))),
            'def f(x: Float[Tensor, " n"], k) -> Float[Tensor, " {k}"]: ...'.replace('" {k}"', '"{k}"'),
        ),
        (
            "a sum with one",
            "def f(x): ...",
            calls("x return", ((2, 3), (2, 4)), ((2, 5), (2, 6)), ((3, 9), (3, 10))),
            'def f(x: Float[Tensor, "batch n"]) -> Float[Tensor, "batch n+1"]: ...',
        ),
        (
            "twice an axis",
            "def f(x): ...",
            calls("x return", ((3,), (6,)), ((5,), (10,)), ((9,), (18,))),
            'def f(x: Float[Tensor, " n"]) -> Float[Tensor, "2*n"]: ...',
        ),
        (
            "a product of two axes",
            "def f(x): ...",
            calls("x return", ((2, 3), (6,)), ((4, 5), (20,)), ((3, 9), (27,)), ((7, 5), (35,))),
            'def f(x: Float[Tensor, "n m"]) -> Float[Tensor, "n*m"]: ...',
        ),
        (
            "two calls are too few for a formula",
            "def f(x): ...",
            calls("x return", ((3,), (6,)), ((5,), (10,))),
            'def f(x: Float[Tensor, " n"]) -> Float[Tensor, " m"]: ...',
        ),
        (
            "one call is enough where the code says the formula",
            "def f(x): n, m = x.shape; return x.reshape(n * m)",
            calls("x return", ((3, 4), (12,))),
            'def f(x: Float[Tensor, "n m"]) -> Float[Tensor, "n*m"]: n, m = x.shape; return x.reshape(n * m)',
        ),
        (
            "what is not always there is no ground for a formula",
            "def f(x=None): ...",
            calls("x return", ((3,), (6,)), ((5,), (10,)), ((9,), (18,))),
            'def f(x: Float[Tensor, " n"] | None = None) -> Float[Tensor, " m"]: ...',
        ),
        (
            "a formula for a parameter would hold callers to it",
            "def f(x, y): ...",
            calls("x y", ((3,), (6,)), ((5,), (10,)), ((9,), (18,))),
            'def f(x: Float[Tensor, " n"], y: Float[Tensor, " m"]): ...',
        ),
        (
            "the axis of another parameter, or 1",
            "def f(x, mask): ...",
            calls("x mask", ((2, 7), (1,)), ((3, 8), (3,)), ((4, 9), (4,))),
            'def f(x: Float[Tensor, "n m"], mask: Float[Tensor, "#n"]): ...',
        ),
        (
            "what parameters have in common goes before what results have",
            "def f(x, y=None): ...",
            calls("x y return", ((2, 7), None, (2, 1)), ((3, 8), (8,), (3, 8)), ((4, 9), (9,), (4, 9))),
            'def f(x: Float[Tensor, "batch n"], y: Float[Tensor, " n"] | None = None) -> Float[Tensor, "batch m"]: ...',
        ),
        (
            "any rank",
            "def f(x): ...",
            calls("x return", ((3,), (3,)), ((2, 5), (2, 5)), ((4, 2, 6), (4, 2, 6))),
            'def f(x: Float[Tensor, "*batch n"]) -> Float[Tensor, "*batch n"]: ...',
        ),
        (
            "two runs that differ",
            "def f(x, y): ...",
            calls("x y", ((3,), (2, 7)), ((2, 5), (7,))),
            'def f(x: Float[Tensor, "*batch n"], y: Float[Tensor, "*batch1 m"]): ...',
        ),
        ("a scalar", "def f(x): ...", calls("x", ((),)), 'def f(x: Float[Tensor, ""]): ...'),
        ("no arrays", "def f(x): ...", calls("x", (3,)), "def f(x): ..."),
    ]
)
def test_axes(source: str, calls: Calls, expected: str) -> None:
    assert signature(source, *calls) == expected


@table(
    [
        ("optional", "def f(x): ...", calls("x", ((2,),), (None,)), 'def f(x: Float[Tensor, " n"] | None): ...'),
        ("a default", "def f(x=1.0): ...", calls("x", ((2,),)), 'def f(x: Float[Tensor, " n"] | float = 1.0): ...'),
        (
            "a number or an array",
            "def f(x): ...",
            calls("x", ((2,),), (2,)),
            'def f(x: Float[Tensor, " n"] | int): ...',
        ),
        (
            "a list of equal shapes",
            "def f(x): ...",
            calls("x", ([(2, 3), (2, 3)],), ([(4, 5)],)),
            'def f(x: list[Float[Tensor, "n m"]]): ...',
        ),
        (
            "a list of several shapes",
            "def f(x): ...",
            calls("x", ([(2, 3), (2, 4)],), ([(4, 5)],)),
            'def f(x: list[Float[Tensor, "n _"]]): ...',
        ),
        (
            "a tuple of several things",
            "def f(x): ...",
            calls("return", ({((2,), None, 3)},), ({((4,), (), 3)},)),
            'def f(x) -> tuple[Float[Tensor, " n"], Float[Tensor, ""] | None, int]: ...',
        ),
        (
            "tuples of any length",
            "def f(x): ...",
            calls("x", ({((2,), (2,))},), ({((3,),)},)),
            'def f(x: tuple[Float[Tensor, " n"], ...]): ...',
        ),
        (
            "variadic arguments",
            "def f(*xs, **more): ...",
            calls("*xs **more", ({((2, 3), (2, 4))}, None), ({((5, 3),)}, None)),
            'def f(*xs: Float[Tensor, "n _"], **more): ...',
        ),
        ("classes without a name here", "def f(x): ...", [{"x": (2,)}, {"x": "module.Class"}], "def f(x): ..."),
        (
            "dtypes of one kind",
            "def f(x): ...",
            calls("x", ({(2,): "float16"},), ({(3,): "bfloat16"},)),
            'def f(x: Float[Tensor, " n"]): ...',
        ),
        (
            "dtypes of two kinds",
            "def f(x): ...",
            calls("x", ({(2,): "float32"},), ({(3,): "int64"},)),
            'def f(x: Real[Tensor, " n"]): ...',
        ),
        (
            "an unusual dtype",
            "def f(x): ...",
            calls("x", ({(2,): "qint8"},)),
            'def f(x: Shaped[Tensor, " n"]): ...',
        ),
    ]
)
def test_types(source: str, calls: Calls, expected: str) -> None:
    assert signature(source, *calls) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x: Tensor", 'x: Float[Tensor, " n"]'),
        ("x: Tensor = None", 'x: Float[Tensor, " n"] | None = None'),
        ("x: Tensor | None", 'x: Float[Tensor, " n"] | None'),
        ("x: Optional[Tensor] = None", 'x: Optional[Float[Tensor, " n"]] = None'),
        ("x: Union[Tensor, float]", 'x: Union[Float[Tensor, " n"], float]'),
        ("x: torch.Tensor", 'x: Float[torch.Tensor, " n"]'),
        ("x: 'Tensor'", "x: 'Tensor'"),
        ("x: Any", "x: Any"),
        ("x: float", "x: float"),
        ('x: Float[Tensor, "..."]', 'x: Float[Tensor, "..."]'),
    ],
)
def test_annotations_that_are_there(before: str, after: str) -> None:
    header = (
        "import torch\nfrom typing import Any, Optional, Union\nfrom jaxtyping import Float\nfrom torch import Tensor\n"
    )
    text = annotated(f"def f({before}): ...\n", {"x": (2,)}, header=header).text
    assert text == f"{header}def f({after}): ...\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("list[Tensor]", 'list[Float[Tensor, " n"]]'),
        ("List[Tensor]", 'List[Float[Tensor, " n"]]'),
        ("Sequence[Tensor]", 'Sequence[Float[Tensor, " n"]]'),
        ("tuple[Tensor, ...]", "tuple[Tensor, ...]"),
    ],
)
def test_containers_that_are_annotated(before: str, after: str) -> None:
    header = "from typing import List, Sequence\nfrom jaxtyping import Float\nfrom torch import Tensor\n"
    text = annotated(f"def f(x: {before}): ...\n", {"x": [(2,), (2,)]}, header=header).text
    assert text == f"{header}def f(x: {after}): ...\n"


def test_names_that_are_declared_are_used_for_what_is_equal_to_them() -> None:
    source = 'def f(x: Float[Tensor, "*rest words 3"], y): ...'
    found = signature(source, *calls("x y", ((2, 5, 3), (5, 2)), ((4, 7, 6, 3), (6, 4))))
    assert found == 'def f(x: Float[Tensor, "*rest words 3"], y: Float[Tensor, "words n"]): ...'


@pytest.mark.parametrize(
    ("rows", "question"),
    [
        (calls("x y", ((4, 2), (4,))), "axis 0 of `x` and axis 0 of `y` were 4 in every call"),
        (calls("x y self.d", ((4, 2), (3,), 4)), "axis 0 of `x` and `self.d` were 4 in every call"),
        (
            calls("x y self.a self.b", ((4, 2), (3,), 4, 4), ((5, 7), (8,), 5, 5)),
            "axis 0 of `x` was `{self.a}` and `{self.b}` in every call",
        ),
        (
            calls("x y", ((1, 2), (3,)), ((2, 3), (5,)), ((3, 1), (4,)), ((5, 6), (11,))),
            "axis 0 of `y` was `n+m` in every call",
        ),
        (
            calls("x y", ((4,), (8,)), ((3,), (6,)), ((2,), (4,))),
            "axis 0 of `y` was `2*n` in every call",
        ),
        (
            calls("x z y", ((2,), (2,), (2,)), ((3,), (3,), (3,)), ((4,), (5,), None)),
            "axis 0 of `y` was equal to axes that differ from each other in calls without it",
        ),
        (
            calls("x y return", ((4, 2), 3, (6,)), ((5, 9), 7, (14,)), ((8, 2), 5, (10,)), ((3, 9), 6, (12,))),
            "axis 0 of the result was `2*{y}` and `n+m` in every call",
        ),
    ],
)
def test_what_calls_do_not_tell_is_said(rows: Calls, question: str | None) -> None:
    questions = [each.text for each in annotated("def f(self, x, y, z): ...\n", *rows).questions]
    assert questions == ([question] if question else [])
