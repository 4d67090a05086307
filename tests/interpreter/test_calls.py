"""What a call tells about the function it calls, and what it must not be taken to tell."""

import pytest

from shapeguard.lint import Settings, check

HEAD = "import torch\nfrom torch import nn\nfrom jaxtyping import Float\nfrom torch import Tensor\n"

CASES = {
    "a function that knows nothing of its operands is judged by its calls": (
        """
def difference(a, b):
    return a - b

difference(torch.randn(5, 1), torch.randn(5))
""",
        ["OuterBroadcast"],
    ),
    "what lies behind a condition on the arguments is not held against a call": (
        """
def convert(x, kind):
    if kind == "wide":
        return x + torch.zeros(7)
    return x

convert(torch.randn(5), read())
""",
        [],
    ),
    "a size that a call breaks is reported where it fails": (
        """
def project(x, w):
    return x @ w

project(torch.randn(2, 3), torch.randn(4, 5))
""",
        ["SizeMismatch"],
    ),
    "a call of many others leaves steps for what follows it": (
        f"""
def inner(x):
{chr(10).join(["    x = x * other(x)"] * 9)}
    return x

def outer(x):
{chr(10).join(["    x = inner(x)"] * 9)}
    return x

def norm(x):
    return nn.functional.layer_norm(x, (64,))

def run(x):
    x = norm(outer(x))
    return x @ torch.zeros(32, 64)
""",
        ["SizeMismatch"],
    ),
    "code that expects an error may have one": (
        """
import pytest
with pytest.raises(RuntimeError):
    torch.zeros(2) + torch.zeros(3)
""",
        [],
    ),
}


@pytest.mark.parametrize(("source", "events"), CASES.values(), ids=CASES.keys())
def test_events(understand, source, events) -> None:
    assert understand(HEAD + source).events == events


def test_equal_sizes_at_one_call_prove_nothing_of_two_names() -> None:
    source = """
def scale(a: Float[Tensor, "n m"], b: Float[Tensor, " k"]):
    return a - b

scale(torch.randn(5, 1), torch.randn(5))
"""
    assert check((HEAD + source).encode(), "scale.py", Settings()) == []


def test_a_sequential_of_the_program_grows_by_add_module(understand) -> None:
    found = understand(
        """
        import torch
        from torch import nn

        class Block(nn.Sequential):
            def __init__(self, width):
                super().__init__()
                self.add_module("up", nn.Conv2d(3, width, 1))
                self.add_module("act", nn.ReLU())

        y = Block(16)(torch.ones(2, 3, 8, 8))
        """
    )
    assert found["y"] == "(2, 16, 8, 8)"


def test_a_comment_in_a_called_function_speaks_of_no_single_call(understand) -> None:
    found = understand(
        """
        import torch

        def halves(x):
            left, right = x.chunk(2, dim=-1)
            return left + right  # (4, 100)

        halves(torch.ones(2, 6))
        """
    )
    assert found.events == []


def test_a_module_set_on_a_container_becomes_its_part(understand) -> None:
    found = understand(
        """
        import torch
        from torch import nn

        class Unit(nn.Sequential):
            def __init__(self, inner, outer, name="conv"):
                super().__init__()
                conv = nn.Conv2d(inner, outer, 1)
                self.__setattr__(name, conv)
                self.norm = nn.BatchNorm2d(outer)

        y = Unit(3, 16)(torch.ones(2, 3, 8, 8))
        """
    )
    assert found["y"] == "(2, 16, 8, 8)"


def test_items_of_a_list_of_sizes_are_replaced(understand) -> None:
    found = understand(
        """
        import torch

        x = torch.ones(2, 3, 4)
        sizes = list(x.shape)
        sizes[-1] = 7
        y, z = torch.zeros(sizes), torch.zeros(x.shape)
        """
    )
    assert (found["y"], found["z"]) == ("(2, 3, 7)", "(2, 3, 4)")


def test_what_every_item_of_a_comprehension_teaches_holds_after_it(understand) -> None:
    found = understand(
        """
        import torch

        def split(x: torch.Tensor, heads, d):
            b, t, c = x.shape
            q, k = (part.reshape(b, t, heads, d) for part in (x, x))
            y = q * d ** -0.5
        """
    )
    assert found["y"] == "(b, t, heads, d)"


def test_one_of_several_modules_refusing_its_input_proves_nothing(understand) -> None:
    found = understand(
        """
        import torch
        from torch import nn

        class Net(nn.Module):
            def __init__(self, wide):
                super().__init__()
                self.layer = nn.Linear(8, 4) if wide else nn.Conv2d(3, 4, 1)

            def forward(self, x):
                return self.layer(torch.ones(2, 8))
        """
    )
    assert found.events == []


def test_what_changes_its_receiver_s_shape_in_place_does(understand) -> None:
    found = understand(
        """
        import torch

        x = torch.ones(2, 3)
        x.unsqueeze_(1)
        y = x
        """
    )
    assert found["y"] == "(2, 1, 3)"


def test_a_vector_may_be_what_is_multiplied_with_a_matrix(understand) -> None:
    found = understand(
        """
        import torch

        def project(x: torch.Tensor):
            first = x[:, 0]
            y = x @ torch.ones(3, 4)
        """
    )
    assert found["y"] == "(?, ..., 4)"


def test_a_keyword_that_another_library_uses_is_not_a_second_value_for_an_argument(understand) -> None:
    found = understand(
        """
        import torch

        x = torch.ones(2, 3).uniform_(a=1.0, b=2.0)
        """
    )
    assert found["x"] == "(2, 3)"


def test_sizes_that_were_made_a_list_change_as_lists_do(understand) -> None:
    found = understand("""
        import torch

        def resize(x: torch.Tensor):
            a, b, c = x.shape
            sizes = list(x.shape)
            sizes.insert(1, 9)
            inserted = torch.zeros(sizes)
            sizes.append(5)
            grown = torch.zeros(sizes)
            del sizes[0]
            sizes.pop()
            sizes.reverse()
            taken = torch.zeros(sizes)
            sizes.sort()
            lost = torch.zeros(sizes)
            return inserted

        def extend(x):
            sizes = list(x.shape)
            sizes.append(5)
            longer = torch.zeros(sizes)
            sizes.insert(0, 7)
            other = torch.zeros(sizes)
            return longer
        """)
    assert [found[name] for name in ("inserted", "grown", "taken")] == ["(a, 9, b, c)", "(a, 9, b, c, 5)", "(c, b, 9)"]
    assert [found[name] for name in ("lost", "longer", "other")] == ["(...,)", "(..., 5)", "(...,)"]


def test_a_call_of_nothing_and_a_name_that_nothing_defines_are_no_failure(understand) -> None:
    found = understand("""
        from torch import nn

        class Net(nn.Module):
            def __init__(self):
                super.__init__()
                module.append(3)
                sorted()
        """)
    assert found.events == []


def test_what_a_method_that_is_not_followed_sets_is_not_known(understand) -> None:
    deep = (
        "".join(f"    def f{i}(self, r):\n        return self.f{i + 1}(r)\n" for i in range(14))
        + "    def f14(self, r):\n        self.set(r)\n    def set(self, r):\n        self.w['x'] = torch.zeros(r, 1)\n"
    )
    source = (
        "class M(nn.Module):\n"
        "    def __init__(self, r):\n"
        "        super().__init__()\n"
        "        self.w = nn.ParameterDict({'x': nn.Parameter(torch.zeros(r, 2))})\n"
        "        self.v = nn.Parameter(torch.zeros(r, 3))\n"
        "        self.f0(r)\n"
    ) + deep
    found = understand(
        f"{HEAD}{source}def use():\n    m = M(5)\n    v, w = m.v, m.w['x']\n    y = v + 0\n    z = w + 0\n"
    )
    assert (found["y"], found["z"]) == ("(5, 3)", "unknown")
