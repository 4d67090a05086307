"""Declared shapes, held against arguments, results and annotated names: what is different for certain is reported."""

import pytest

HEAD = """
import torch, shapeguard
from jaxtyping import Float, Bool
from torch import Tensor, nn
"""
X = 'x: Float[Tensor, "b c"]'

RESULTS = [
    # a signature, what it returns, and whether that contradicts it
    (f'({X}) -> Float[Tensor, "b"]', "x.sum(1)", False),
    (f'({X}) -> Float[Tensor, "b"]', "x.sum(1, keepdim=True)", True),
    (f'({X}) -> Float[Tensor, "b"]', "x.sum(0)", True),  # a caller may choose other sizes for b and c
    (f'({X}) -> Float[Tensor, "c b"]', "x.mT", False),
    (f'({X}) -> Float[Tensor, "c b"]', "x", True),
    (f'({X}) -> Float[Tensor, "b 2*c"]', "torch.cat([x, x], 1)", False),
    (f'({X}) -> Float[Tensor, "b c+1"]', "torch.cat([x, x], 1)", True),
    (f'({X}) -> Float[Tensor, "n c"]', "x[x[:, 0] > 0]", False),
    (f'({X}) -> Float[Tensor, "n n"]', "x @ x.mT", False),
    (f'({X}) -> Float[Tensor, "n n"]', "torch.zeros(2, 3)", True),
    (f'({X}) -> Float[Tensor, "b 3"]', "x", True),  # it holds for one c only
    (f'({X}) -> Float[Tensor, "#b c"]', "x.sum(0, keepdim=True)", False),
    (f'({X}) -> Float[Tensor, "... c"]', "x[None]", False),
    (f'({X}) -> Float[Tensor, "*any 4 c"]', "x[None]", True),
    (f'({X}) -> tuple[Float[Tensor, "b"], Float[Tensor, "c"]]', "x.sum(1), x.sum(0)", False),
    (f'({X}) -> tuple[Float[Tensor, "b"], Float[Tensor, "c"]]', "x.sum(0), x.sum(1)", True),
    (f'({X}) -> Float[Tensor, "b"] | None', "x", True),
    (f'({X}) -> Float[Tensor, "b"] | Float[Tensor, "b c"]', "x[None]", False),  # one of several: not held
    ('(x: Float[Tensor, "*n c"]) -> Float[Tensor, "*n"]', "x.sum(-1)", False),
    ('(x: Float[Tensor, "*n c"]) -> Float[Tensor, "*n c"]', "x.sum(-1)", True),
    ('(x: Float[Tensor, "*n c"]) -> Float[Tensor, "*n c"]', "x + 1", False),
    ('(x: Tensor) -> Float[Tensor, "b c"]', "x", False),
    ('(x: Tensor) -> Float[Tensor, "b c"]', "x.view(2, 3, 4)", True),
]


@pytest.mark.parametrize(("signature", "result", "wrong"), RESULTS)
def test_results(understand, signature: str, result: str, wrong: bool) -> None:
    found = understand(f"{HEAD}def f{signature}:\n    return {result}\n")
    assert found.events == (["ReturnMismatch"] if wrong else []) * (
        2 if wrong and "x.sum(0), x.sum(1)" in result else 1
    )


def test_sizes_that_a_guard_made_equal_are_equal(understand) -> None:
    source = f"""
    def f({X}) -> Float[Tensor, "c b"]:
        if x.shape[0] != x.shape[1]:
            raise ValueError
        return x
    """
    assert understand(HEAD.replace("\n", "\n    ") + source).events == []


ARGUMENTS = [
    # what is passed for x ("b c") and y ("b 3"), and whether that contradicts the signature
    ("torch.zeros(4, 5), torch.zeros(4, 3)", False),
    ("torch.zeros(4, 5), torch.zeros(5, 3)", True),
    ("torch.zeros(4, 5), torch.zeros(4, 2)", True),
    ("torch.zeros(4, 5, 1), torch.zeros(4, 3)", True),
    ("torch.zeros(4, 5), y=torch.zeros(5, 3)", True),
    ("torch.zeros(4, 5), unknown", False),
    ("unknown, torch.zeros(4, 3)[0]", True),
    ("p, q", False),
    ("p[:-1], q", True),
    ("p, r", True),
]


@pytest.mark.parametrize("declaration", [f'({X}, y: Float[Tensor, "b 3"])', "(x, y)"])
@pytest.mark.parametrize(("arguments", "wrong"), ARGUMENTS)
def test_arguments(understand, declaration: str, arguments: str, wrong: bool) -> None:
    check = "" if "Float" in declaration else '@shapeguard.check(x="b c", y="(b, 3)")\n'
    source = f"""{HEAD}
{check}def f{declaration}:
    return x

def g(p: Float[Tensor, "n k"], q: Float[Tensor, "n 3"], r: Float[Tensor, "m 3"], unknown):
    return f({arguments})
"""
    assert understand(source).events == (["ArgumentMismatch"] if wrong else [])


def test_a_call_that_breaks_a_contract_is_one_mistake(understand) -> None:
    source = f"""{HEAD}
def f({X}, y: Float[Tensor, "c d"]):
    return x @ y

f(torch.zeros(2, 3), torch.zeros(4, 5))
"""
    assert understand(source).events == ["ArgumentMismatch"]


def test_annotations_may_call_what_they_annotate(understand) -> None:
    source = f"""{HEAD}
def f(x: Float[f(1), "a b"]):
    return f(x)

f(2)
"""
    assert understand(source).events == []


def test_methods_are_held_behind_their_receiver(understand) -> None:
    source = f"""{HEAD}
class M(nn.Module):
    def forward(self, {X}):
        return x

    def other(self):
        return self(torch.zeros(3))
"""
    assert understand(source).events == ["ArgumentMismatch"]


def test_what_is_not_followed_is_as_its_signature_declares(understand) -> None:
    source = f"""{HEAD}
def f({X}, depth) -> Float[Tensor, "c b"]:
    return f(x, depth - 1)

y = f(torch.zeros(3, 4), 2)
"""
    assert understand(source)["y"] == "(4, 3)"


LOCALS = [
    # an annotated name in a function of x ("b c") and u (unknown), its shape, and whether it is contradicted
    ('y: Float[Tensor, "b"] = x.sum(1)', "(b,)", False),
    ('y: Float[Tensor, "b"] = x.sum(1, keepdim=True)', "(b, 1)", True),
    ('y: Float[Tensor, "b k"] = u', "(b, k)", False),
    ('y: Float[Tensor, "c c"] = x', "(b, c)", True),
]


@pytest.mark.parametrize(("body", "shape", "wrong"), LOCALS)
def test_annotated_names(understand, body: str, shape: str, wrong: bool) -> None:
    found = understand(f"{HEAD}def f({X}, u):\n    {body}\n")
    assert found["y"] == shape
    assert found.events == (["AnnotationMismatch"] if wrong else [])


ALIASES = """
Image = Float[Tensor, "c h w"]

class Shapes:
    def __init__(self, kind):
        self.kind = kind

    def __getitem__(self, text):
        return self.kind[Tensor, text]

Float = Shapes(Float)
"""


@pytest.mark.parametrize("annotation", ["Image", 'Float["c h w"]', '"Image"'])
def test_annotations_under_other_names_and_behind_helpers(understand, annotation: str) -> None:
    found = understand(f"{HEAD}{ALIASES}\ndef f(x: {annotation}):\n    y = x\n")
    assert found["y"] == ("unknown" if annotation == '"Image"' else "(c, h, w)")


INVALID = [
    ('def f(x: Float[Tensor, "b, c"]): ...', True),
    ('def f(x) -> tuple[int, Float[Tensor, "*a *b"]]: ...', True),
    ('def f(x: Float[Tensor, "b c"] | Float[Tensor, "b, c"]): ...', True),
    ('def f(x):\n    y: Float[Tensor, "b c#"] = x', True),
    ('class C:\n    x: Float[Tensor, "b, c"]', True),
    ('@shapeguard.check(x="b *a *c")\ndef f(x): ...', True),
    ('@shapeguard.check(x="(b, c)", returns="b c")\ndef f(x): ...', False),
    ('def f(x):\n    return shapeguard.shaped(x, "b *a *c")', True),
    ('def f(x: Float[Tensor, "b {self.n} *_ #c d-1"]): ...', False),
]


@pytest.mark.parametrize(("source", "wrong"), INVALID)
def test_texts_that_are_no_shapes(understand, source: str, wrong: bool) -> None:
    assert understand(f"{HEAD}{source}\n").events == (["InvalidAnnotation"] if wrong else [])


COMPILED = [
    ("@torch.compile\ndef f(x):\n    return isinstance(x, T)", True),
    ("@torch.compile(dynamic=True)\ndef f(x):\n    return isinstance(x, Float[Tensor, 'b'])", True),
    ("def f(x):\n    return isinstance(x, T)\ng = torch.compile(f)", True),
    ("class M(nn.Module):\n    def forward(self, x):\n        assert isinstance(x, T)\nm = torch.compile(M())", True),
    ("def f(x):\n    return isinstance(x, T)", False),
    ("@torch.compile\ndef f(x):\n    return isinstance(x, Tensor)", False),
]


@pytest.mark.parametrize(("source", "wrong"), COMPILED)
def test_tests_that_compilation_takes_for_false(understand, source: str, wrong: bool) -> None:
    found = understand(f"{HEAD}T = Float[Tensor, 'b']\n{source}\n")
    assert found.events == (["FoldedInstance"] if wrong else [])


CHECKERS = [
    ("@typechecked", "b", True),
    ("@beartype", "b", True),
    ("@typechecked", "c", False),
    ("@jaxtyped\n@typechecked", "b", False),
    ("@jaxtyped(typechecker=typechecked)", "b", False),
    ("@shapeguard.check", "b", False),
]


@pytest.mark.parametrize(("decorators", "axis", "wrong"), CHECKERS)
def test_checkers_that_do_not_hold_names_together(understand, decorators: str, axis: str, wrong: bool) -> None:
    imports = "from jaxtyping import jaxtyped\nfrom typeguard import typechecked\nfrom beartype import beartype\n"
    source = f'{HEAD}{imports}{decorators}\ndef f(x: Float[Tensor, "b"], y: Float[Tensor, "{axis}"]): ...\n'
    assert understand(source).events == (["UnboundNames"] if wrong else [])


CLAIMS = [
    # what a docstring or a comment says of a function of x, its body, and what contradicts
    ("Returns:\n        a tensor of shape (N, 4)", "n, d = x.shape\n    return x.new_zeros(n, 4)", []),
    (
        "Returns:\n        a tensor of shape (N, 4)",
        "n, d = x.shape\n    return x.new_zeros(n, 3)",
        ["DocstringMismatch"],
    ),
    ("Returns:\n        a tensor of shape (N, 4)", "n, d = x.shape\n    return x", []),
    ("Returns:\n        a tensor of shape (N, 4)", "n, d = x.shape\n    return x.sum(1)", ["DocstringMismatch"]),
    ("Args:\n        x: of shape (B, C, H, W)", "b, c, h, w = x.shape\n    return x", []),
    ("Args:\n        x: of shape (B, C, H, W)", "b, c = x.shape\n    return x", ["ClaimRefused"]),
    ("Args:\n        x: of shape (B, C)", "return x.sum(dim=2)", ["ClaimRefused"]),
    ("Args:\n        x: of shape (B, C)", "if x.ndim == 3:\n        b, t, c = x.shape\n    return x", []),
    ("", "B, T, C = x.shape\n    y = x.transpose(1, 2)  # (B, C, T)", []),
    ("", "B, T, C = x.shape\n    y = x.transpose(1, 2)  # (B, T, C)", ["ClaimMismatch"]),
    ("", "B, T, C = x.shape\n    y = x.transpose(1, 2)  # (N, L, E)", []),
    ("", "B, T, C = x.shape\n    y = x[:, :-1]  # (B, T, C)", ["ClaimMismatch"]),
]


@pytest.mark.parametrize(("docstring", "body", "events"), CLAIMS)
def test_docstrings_and_comments(understand, docstring: str, body: str, events: list[str]) -> None:
    source = f'{HEAD}def f(x):\n    """Do.\n\n    {docstring}\n    """\n    {body}\n'
    assert understand(source).events == events
