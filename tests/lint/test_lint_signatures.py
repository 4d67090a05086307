"""`[tool.shapeguard.signatures]`: shapes that users declare of functions."""

from pathlib import Path

import pytest

from shapeguard.lint import RunError
from shapeguard.lint.checking import check
from shapeguard.lint.configuration import Configuration
from shapeguard.lint.inference import infer
from shapeguard.lint.settings import Settings

HEADER = "import torch\nimport vendor\nfrom vendor import attend\n"
ATTEND = {"vendor.attend(q, k)": "b n d, b m d -> b n m"}


def found(signatures: dict[str, str], code: str, path: str = "/project/main.py") -> list[str]:
    settings = Settings(signatures=tuple(signatures.items()))
    return [f"{finding.code} {finding.message}" for finding in check((HEADER + code).encode(), path, settings)]


def shape(signatures: dict[str, str], code: str, path: str = "/project/main.py") -> object:
    """What is known of `out`."""
    rows = infer(HEADER + code, path, tuple(signatures.items()))
    return [row.shape for row in rows if row.name == "out"][-1]


@pytest.mark.parametrize(
    ("signatures", "call", "expected"),
    [
        (ATTEND, "attend(torch.ones(2, 3, 4), torch.ones(2, 5, 4))", (2, 3, 5)),
        (ATTEND, "attend(k=torch.ones(2, 5, 4), q=torch.ones(2, 3, 4))", (2, 3, 5)),
        (ATTEND, "vendor.attend(torch.ones(2, 3, 4), torch.ones(2, 5, 4))", (2, 3, 5)),
        (ATTEND, "attend(torch.ones(2, 3, 4), torch.ones(2, 5, 4), 0.5, causal=True)", (2, 3, 5)),
        (ATTEND, "attend(torch.ones(2, 3, 4))", None),
        (ATTEND, "attend(torch.ones(2, 3, 4), 7)", None),
        ({"vendor.attend": "b n d, b m d -> b n m"}, "attend(torch.ones(2, 3, 4), torch.ones(2, 5, 4))", (2, 3, 5)),
        ({"vendor.attend(q, mask=None)": "b n, b -> b"}, "attend(torch.ones(2, 3))", (2,)),
        ({"vendor.attend(q, mask=None)": "b n, b -> b"}, "attend(torch.ones(2, 3), None)", (2,)),
        ({"vendor.attend(q, scale, k)": "n, ..., m -> n m"}, "attend(torch.ones(2), 0.5, k=torch.ones(3))", (2, 3)),
        ({"vendor.attend(x)": "*batch 2*n -> *batch n"}, "attend(torch.ones(2, 3, 8))", (2, 3, None)),
        ({"vendor.attend(x)": "*batch n -> *batch 2*n+1"}, "attend(torch.ones(2, 3, 8))", (2, 3, 17)),
        ({"vendor.attend(x)": "b -> b tokens 7"}, "attend(torch.ones(2))", (2, None, 7)),
        ({"vendor.attend(x)": "b ... -> b, ... b"}, "attend(torch.ones(2, 3))[0]", (2,)),
        ({"vendor.attend(x)": "n -> "}, "attend(torch.ones(2))", ()),
        ({"vendor.Encoder.forward(self, x)": "b t d -> b d"}, "vendor.Encoder(7)(torch.ones(2, 3, 4))", (2, 4)),
        ({"vendor.Encoder.forward(x)": "b t d -> b d"}, "vendor.Encoder(7).eval()(torch.ones(2, 3, 4))", (2, 4)),
        ({"vendor.Encoder.encode(x)": "b t d -> b d"}, "vendor.Encoder().encode(x=torch.ones(2, 3, 4))", (2, 4)),
        ({"torch.ops.own.attend(x)": "b t -> b"}, "torch.ops.own.attend(torch.ones(2, 3))", (2,)),
    ],
)
def test_the_result_has_the_declared_shape(signatures: dict[str, str], call: str, expected: object) -> None:
    assert shape(signatures, f"out = {call}\n") == expected


@pytest.mark.parametrize(
    ("signatures", "call", "words"),
    [
        (
            ATTEND,
            "attend(torch.ones(2, 3, 4), torch.ones(2, 5, 6))",
            "needs d to be 4, got 6: (2, 3, 4) with (2, 5, 6)",
        ),
        (ATTEND, "attend(torch.ones(2, 3, 4), torch.ones(3, 5, 4))", "needs b to be 2, got 3"),
        (ATTEND, "attend(torch.ones(3, 4), torch.ones(2, 5, 4))", "`attend` takes 3 axes, got (3, 4)"),
        ({"vendor.attend(x)": "n 3 -> n"}, "attend(torch.ones(2, 4))", "needs 3 to be 3, got 4"),
        ({"vendor.attend(x, y)": "*n a, *n b -> a b"}, "attend(torch.ones(2, 4), torch.ones(3, 4))", "needs n to be 2"),
        ({"vendor.attend(x, y)": "*n a, *n b -> a b"}, "attend(torch.ones(2, 4), torch.ones(3))", "takes 2 axes"),
        ({"vendor.attend(x, y)": "n, #n -> n"}, "attend(torch.ones(2), torch.ones(3))", "needs n to be 2, got 3"),
        ({"vendor.Encoder.forward(x)": "b 7 -> b"}, "vendor.Encoder()(torch.ones(2, 3))", "needs 7 to be 7, got 3"),
    ],
)
def test_what_does_not_fit_is_reported_as_for_torch(signatures: dict[str, str], call: str, words: str) -> None:
    (finding,) = found(signatures, f"out = {call}\n")
    assert words in finding


@pytest.mark.parametrize(
    ("signatures", "call"),
    [
        (ATTEND, "attend(torch.ones(2, 3, 4), torch.ones(2, 5, 4))"),
        ({"vendor.attend(x, y)": "n, #n -> n"}, "attend(torch.ones(2), torch.ones(1))"),
        ({"vendor.attend(x, y)": "n, #n -> n"}, "attend(torch.ones(2), vendor.any())"),
    ],
)
def test_what_fits_is_silent(signatures: dict[str, str], call: str) -> None:
    assert found(signatures, f"out = {call}\n") == []


OWN = """
class Encoder(torch.nn.Module):
    def forward(self, x):
        return vendor.anything(x)

def pooled(x, scale):
    out = vendor.anything(x)
    return out

out = {call}
"""


@pytest.mark.parametrize(
    ("name", "call", "expected"),
    [
        ("main.pooled", "pooled(torch.ones(2, 3), 7)", (2,)),
        ("main.pooled(x)", "pooled(scale=7, x=torch.ones(2, 3))", (2,)),
        ("project.main.pooled", "pooled(torch.ones(2, 3), 7)", (2,)),
        ("other.main.pooled", "pooled(torch.ones(2, 3), 7)", None),
        ("main.Encoder.forward", "Encoder()(torch.ones(2, 3))", (2,)),
        ("main.Encoder.forward(x)", "torch.nn.Sequential(Encoder())(torch.ones(2, 3))", (2,)),
    ],
)
def test_functions_of_the_program_are_known_by_their_file(name: str, call: str, expected: object) -> None:
    assert shape({name: "b t -> b"}, OWN.format(call=call)) == expected


def test_the_body_of_a_declared_function_is_checked_for_what_is_declared() -> None:
    code = "def pooled(x):\n    return x.view(7, 3) + torch.ones(2, 5)\n" + "def mixed(x):\n    return x @ x\n"
    assert [each[:6] for each in found({"main.mixed(x)": "n 3 -> n n"}, code)] == ["SHP201", "SHP211"]


def test_imports_of_the_project_are_declared_under_either_name(tmp_path: Path) -> None:
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "__init__.py").write_text("from vendor.deep import attend\n")
    (tmp_path / "vendor" / "deep.py").write_text("def attend(x):\n    return x.cast()\n")
    for name in ("vendor.attend", "vendor.deep.attend"):
        for call in ("attend", "vendor.attend"):
            code = f"out = {call}(torch.ones(2, 3))\n"
            assert shape({name: "b t -> b"}, code, str(tmp_path / "main.py")) == (2,), (name, call)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ('"attend" = "n -> n"', "expects the dotted name of a function, such as `mylib.attend`"),
        ('"mylib.f(q, k)" = "n -> n"', "has 2 parameters and 1 shape before `->`; write `...` for one without a shape"),
        ('"mylib.f(q, 3)" = "n, m -> n"', "has `3` where the name of a parameter belongs"),
        ('"mylib.f" = "n, m"', 'expects the shapes before and after one `->`, such as "b n d, b m d -> b n m"'),
        ('"mylib.f" = "n -> n -> n"', "expects the shapes before and after one `->`"),
        ('"mylib.f" = "n m# -> n"', "`#` stands before the axis that may be 1"),
        ('"mylib.f" = "n _ -> _"', "has `_` in its result; give the axis a name"),
    ],
)
def test_an_entry_that_cannot_be_read_is_explained_with_its_line(tmp_path: Path, entry: str, words: str) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(f"[tool.shapeguard]\npreview = true\n[tool.shapeguard.signatures]\n{entry}\n")
    with pytest.raises(RunError) as caught:
        Configuration(here=str(tmp_path)).settings(str(tmp_path))
    name = entry.split(" = ", maxsplit=1)[0]
    assert str(caught.value).startswith(f"{path}:4: [tool.shapeguard.signatures]: {name} ")
    assert words in str(caught.value)
