"""What `infer` assumes of arguments in whose place a tensor is made: they have its shape, but for its numbers."""

import textwrap

import pytest

HEAD = """
import torch

def f(x: torch.Tensor, given=None, flag=False):
    batch, time, width = x.shape
"""

CASES = {
    "noise": ("""
        if given is None:
            given = torch.randn_like(x)
        """, "(batch, time, width)"),
    "asked the other way round": ("""
        if given is not None:
            z = given
        else:
            z = torch.zeros(batch, width)
        """, "(batch, width)"),
    "a mask that is compared with a number": ("""
        if given is None:
            kept = torch.rand(batch) < 0.5
        else:
            kept = given == 1
        z = kept
        """, "(batch,)"),
    "numbers belong to what is made": ("""
        if given is None:
            given = torch.zeros(1, 8, width)
        """, "(?, ?, width)"),
    "positions may be given for each item": ("""
        if given is None:
            given = torch.arange(time)
        """, "(...,)"),
    "another tensor is not like it": ("""
        if given is None:
            given = x
        """, "(...,)"),
    "what is made of the argument is not the argument": ("""
        if given is None:
            z = torch.zeros(batch, width)
        else:
            z = given.mean(1)
        """, "(...,)"),
    "something else decides": ("""
        if flag:
            given = torch.zeros(batch, width)
        """, "(...,)"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_arguments_are_like_what_is_made_instead(understand, case: tuple[str, str]) -> None:
    body, expected = case
    body = textwrap.dedent(body)
    body += "" if "z = " in body else "z = given\n"
    source = HEAD + textwrap.indent(body, "    ") + "    return z.relu()\n"
    assert understand(source, assume=True)["return"] == expected


def test_findings_rest_on_none_of_it(understand) -> None:
    body, _ = CASES["noise"]
    source = HEAD + textwrap.indent(textwrap.dedent(body), "    ") + "    return given.relu()\n"
    assert understand(source)["return"] == "(...,)"
