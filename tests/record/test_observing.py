"""What is seen of a program's calls, by either way of watching."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PROGRAM = """
import asyncio
import threading

import torch


class Layer(torch.nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width = width
        self.calls = 0

    def forward(self, x, *more, scale=None, **rest):
        self.calls += 1
        x = x.sum(0)
        return [x, (x, 3, None)]

    @classmethod
    def made(cls, x):
        return cls(len(x))


def broken(x):
    raise ValueError


def steps(x):
    yield x[0]
    yield x[1]


async def later(x):
    await asyncio.sleep(0)
    return x.T


def inner(x):
    def nested(y):
        return (lambda z: z)(y)

    return nested(x)


def mapped(x):
    return torch.func.vmap(inner)(x)


def traced(x):
    return x + 1


class Touchy:
    @property
    def __class__(self):
        raise RuntimeError

    def forward(self, x, table):
        return x


class Key(str):
    pass


layer = Layer(3)
layer(torch.ones(2, 3), torch.ones(4), scale={"a": torch.ones(1)})
Layer.made(torch.ones(5))
try:
    broken(torch.ones(2))
except ValueError:
    pass
Touchy().forward(torch.ones(2), {Key("a"): 1})
list(steps(torch.ones(2, 3)))
next(steps(torch.ones(4, 3)))
asyncio.run(later(torch.ones(2, 3)))
mapped(torch.ones(7, 2))
torch.jit.trace(traced, torch.ones(3), check_trace=False)
worker = threading.Thread(target=steps, args=(torch.ones(0),))
worker = threading.Thread(target=inner, args=(torch.ones(8),))
worker.start()
worker.join()
for _ in range(5):
    inner(torch.ones(8))
"""


def ones(*shape: int) -> dict[str, object]:
    return {"array": "torch.Tensor", "dtype": "float32", "shape": list(shape)}


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[list[object]]]:
    """By function: arguments and attributes."""
    folder = tmp_path_factory.mktemp("observed")
    (folder / "program.py").write_text(PROGRAM)
    (folder / "files").write_text(str(folder / "program.py"))
    command = [sys.executable, "-W", "ignore", "-m", "shapeguard.runtime.observing", "record", "files", "program.py"]
    subprocess.run(command, cwd=folder, env={"PYTHONPATH": str(ROOT)}, check=True)
    found: dict[str, list[list[object]]] = {}
    for line in (folder / "record").read_text().splitlines()[1:]:
        _, function, _, *call = json.loads(line)
        found.setdefault(function, []).append(call)
    return found


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (
            "Layer.forward",
            [
                [
                    {
                        "self": "__main__.Layer",
                        "x": ones(2, 3),  # before the body rebound it
                        "*more": {"tuple": [ones(4)]},
                        "scale": {"dict": [ones(1)]},
                        "**rest": {"dict": []},
                        "return": {"list": [ones(3), {"tuple": [ones(3), 3, None]}]},
                    },
                    {"self.width": 3},  # `calls` changed meanwhile
                ]
            ],
        ),
        ("Layer.made", [[{"cls": "builtins.type", "x": ones(5), "return": "__main__.Layer"}, {}]]),
        (
            "Touchy.forward",
            [[{"self": "__main__.Touchy", "x": ones(2), "table": "builtins.dict", "return": ones(2)}, {}]],
        ),
        ("steps", [[{"x": ones(2, 3)}, {}], [{"x": ones(4, 3)}, {}]]),
        ("later", [[{"x": ones(2, 3), "return": ones(3, 2)}, {}]]),
        ("inner", [[{"x": ones(2), "return": ones(2)}, {}], [{"x": ones(8), "return": ones(8)}, {}]]),
        ("mapped", [[{"x": ones(7, 2), "return": ones(7, 2)}, {}]]),
    ],
)
def test_calls_are_seen(calls: dict[str, list[list[object]]], function: str, expected: list[list[object]]) -> None:
    assert calls[function] == expected


def test_what_is_no_call_of_a_function_that_has_a_name_is_not(calls: dict[str, list[list[object]]]) -> None:
    known = {
        "Layer.__init__",
        "Layer.forward",
        "Layer.made",
        "Touchy.forward",
        "steps",
        "later",
        "inner",
        "inner.<locals>.nested",
        "mapped",
    }
    assert set(calls) == known
