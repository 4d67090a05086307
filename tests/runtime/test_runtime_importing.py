"""`install_import_hook` on packages that the test writes."""

import importlib
import inspect
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from beartype import beartype
from torch import zeros

from shapeguard import ContractError, ShapeError, install_import_hook

HEAD = """\
from jaxtyping import Float
from torch import Tensor

BD = Float[Tensor, "b d"]
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: Any) -> Iterator[Callable[..., Path]]:
    """Write a package named `hooked`: source texts by module."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    before = set(sys.modules)

    def write(init: str = "", **modules: str) -> Path:
        folder = tmp_path / "hooked"
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").write_text(init)
        for name, text in modules.items():
            path = folder / f"{name}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        importlib.invalidate_caches()
        return folder

    yield write
    forget(before)


def forget(kept: set[str]) -> None:
    for name in {*sys.modules} - kept:
        if name.partition(".")[0] in {"hooked", "neighbour"}:
            del sys.modules[name]


def hooked(name: str = "hooked", **options: Any) -> Any:
    with install_import_hook("hooked", **options):
        return importlib.import_module(name)


MODULE = """
from __future__ import annotations

import asyncio
import dataclasses
import functools
from typing import NamedTuple

import shapeguard

def function(x: BD) -> BD: return x

async def coroutine(x: BD) -> BD: return x

def awaited(x): return asyncio.run(coroutine(x))

def outer(x):
    def inner(y: BD) -> BD: return y
    return inner(x)

class Layer:
    def method(self, x: BD) -> BD: return x
    @classmethod
    def class_method(cls, x: BD) -> BD: return x
    @staticmethod
    def static_method(x: BD) -> BD: return x
    @property
    def read(self) -> BD: return self.x
    class Inner:
        def method(self, x: BD) -> BD: return x

def of_property(x):
    layer = Layer()
    layer.x = x
    return layer.read

@dataclasses.dataclass
class Data: x: BD

@dataclasses.dataclass(frozen=True, slots=True)
class Slots: x: BD

class Pair(NamedTuple): x: BD

@functools.lru_cache(maxsize=None)
def cached(x: BD) -> BD: return x

@shapeguard.check
def decorated(x: BD) -> BD: return x

@shapeguard.check(x="(b, d)")
def contracted(x, note: str = ""): return x

if True:
    def conditional(x: BD) -> BD: return x
"""


@pytest.mark.parametrize(
    "name",
    [
        "function", "awaited", "outer", "Layer().method", "Layer.class_method", "Layer.static_method",
        "Layer.Inner().method", "of_property", "Data", "Slots", "cached", "decorated", "contracted", "conditional",
    ],
)  # fmt: skip
def test_whatever_is_annotated_is_checked(package: Any, name: str) -> None:
    package(MODULE.replace("import asyncio", f"{HEAD}import asyncio"))
    called = eval(name, vars(hooked()))
    called(zeros(2, 3))
    with pytest.raises(ShapeError):
        called(zeros(3))


def test_without_the_hook_nothing_is_checked(package: Any) -> None:
    package(f"{HEAD}def f(x: BD) -> BD: return x")
    importlib.import_module("hooked").f(zeros(3))


def test_modules_below_are_meant_and_others_are_not(package: Any) -> None:
    text = f"{HEAD}def f(x: BD) -> BD: return x"
    folder = package("", **{"inner/__init__": "", "inner/deep": text})
    (folder.parent / "neighbour.py").write_text(text)
    (folder.parent / "hooked_not.py").write_text(text)
    with install_import_hook("hooked") as hook:
        deep = importlib.import_module("hooked.inner.deep")
        others = [importlib.import_module(name) for name in ("neighbour", "hooked_not")]
    del sys.modules["hooked_not"]
    with pytest.raises(ShapeError):
        deep.f(zeros(3))
    for other in others:
        other.f(zeros(3))
    assert hook.instrumented == ["hooked", "hooked.inner", "hooked.inner.deep"]


def test_own_decorator_goes_before_the_hook(package: Any) -> None:
    package(f"""{HEAD}
import shapeguard
from beartype import beartype

calls = []

def recording(function):
    calls.append(function.__name__)
    return beartype(function)

@shapeguard.check(typechecker=recording)
def f(x: BD) -> BD: return x

@shapeguard.check(x="(b, d)")
def g(x, note: str = "") -> str: return note

@shapeguard.check(typechecker=recording)
class C:
    def method(self, x: BD) -> BD: return x
""")
    module = hooked()
    for called in (module.f, module.g, module.C().method):
        with pytest.raises(ShapeError):
            called(zeros(3))
    assert {"f", "method"} <= {*module.calls}


def test_options_are_passed_on(package: Any) -> None:
    package(f"{HEAD}def loss(x: BD, y: BD): return x - y[:, 0]\ndef f(x: BD) -> bool: return isinstance(x[:1], BD)")
    with pytest.raises(RuntimeError, match="stretch each other"):
        hooked(sanitize=True).loss(zeros(2, 1), zeros(2, 1))
    forget(set())
    assert hooked(typechecker=None).f(zeros(3, 4))
    with pytest.raises(ContractError, match="has no option 'x'"):
        install_import_hook("hooked", x="(b, d)")


def test_what_is_no_array_is_checked_where_asked_for(package: Any) -> None:
    package(f"{HEAD}def f(x: BD, names: list[int]) -> BD: return x")
    hooked().f(zeros(2, 3), names=("anything",))
    for options in ({"shapes_only": False}, {"typechecker": beartype}):
        forget(set())
        with pytest.raises(ShapeError, match="argument 'names'"):
            hooked(**options).f(zeros(2, 3), names=("anything",))


def test_axes_bound_in_a_body_are_the_bodys_own(package: Any) -> None:
    package(f"""{HEAD}
def helper(x): return isinstance(x, BD)
def f(x: BD) -> bool: return helper(x[0][None]) and not isinstance(x[0][None], BD)
""")
    assert hooked().f(zeros(2, 3))


@pytest.mark.parametrize(
    "decorator", ["typing.no_type_check", "torch.jit.script", "compiling.jit", "compiling.njit(cache=True)"]
)
def test_what_is_marked_or_compiled_from_source_is_left_alone(package: Any, decorator: str) -> None:
    package(f"""
import types
import typing
import torch
compiling = types.SimpleNamespace(jit=lambda f: f, njit=lambda cache: lambda f: f)

@{decorator}
def f(x: torch.Tensor) -> int:
    return torch.numel(x)
""")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # torch's own, of its own
        function = hooked().f
    assert function(zeros(2)) == 2
    assert not hasattr(function, "__shapeguard__")


def test_positions_are_those_of_the_source(package: Any) -> None:
    text = f"""{HEAD}
import sys

def same(function): return function

@same
class C:
    first = sys._getframe().f_code.co_firstlineno
    @same
    def method(self, x: BD) -> BD:
        if len(x) == 2: raise KeyError
        return x
"""
    folder = package(text)
    method = hooked().C().method
    path, lines = str(folder / "__init__.py"), text.splitlines()
    for argument, line in [(zeros(3), "    @same"), (zeros(2, 3), "        if len(x) == 2: raise KeyError")]:
        with pytest.raises((ShapeError, KeyError)) as caught:
            method(argument)
        last = traceback.extract_tb(caught.value.__traceback__)[-1]
        assert (last.filename, lines[(last.lineno or 0) - 1], last.name) == (path, line, "method")
    assert lines[method.__self__.first - 1] == "@same"
    assert inspect.getsource(method).endswith("return x\n")


def test_bytecode_is_kept_apart(package: Any) -> None:
    folder = package(f"{HEAD}def f(x: BD) -> BD: return x")

    def files() -> set[str]:
        return {path.name for path in folder.glob("__pycache__/*")}

    tag = sys.implementation.cache_tag
    for hook_first in (True, False):
        with pytest.raises(ShapeError):
            hooked().f(zeros(3))
        forget(set())
        if hook_first:
            assert len(files()) == 1
            assert f"__init__.{tag}.pyc" not in files()
        importlib.import_module("hooked").f(zeros(3))
        forget(set())
        assert len(files()) == 2


def test_cached_bytecode_is_used_and_outdated_is_not(package: Any, monkeypatch: Any) -> None:
    from shapeguard.runtime import importing

    compiled = []
    monkeypatch.setattr(importing, "instrument", compiled.append)
    folder = package("value = 1")
    for _ in range(2):
        assert hooked().value == 1
        forget(set())
    assert len(compiled) == 1
    (folder / "__init__.py").write_text("value = 1000")
    assert hooked().value == 1000


def test_modules_run_or_looked_into_are_like_any_other(package: Any) -> None:
    import runpy

    folder = package("", tool=f"{HEAD}def f(x: BD) -> BD: return x\nif __name__ == '__main__': f(None)")
    with install_import_hook("hooked"):
        runpy.run_module("hooked.tool", run_name="__main__")
        spec = importlib.util.find_spec("hooked.tool")
        assert spec is not None
        assert spec.loader.get_source("hooked.tool") == (folder / "tool.py").read_text()  # type: ignore[union-attr]


def test_uninstalled_it_leaves_later_imports_alone(package: Any) -> None:
    package("", a=f"{HEAD}def f(x: BD) -> BD: return x", b=f"{HEAD}def f(x: BD) -> BD: return x")
    hook = install_import_hook("hooked")
    a = importlib.import_module("hooked.a")
    hook.uninstall()
    hook.uninstall()
    importlib.import_module("hooked.b").f(zeros(3))
    with pytest.raises(ShapeError):
        a.f(zeros(3))
    importlib.reload(a).f(zeros(3))


def test_coming_too_late_it_warns(package: Any) -> None:
    package()
    importlib.import_module("hooked")
    with pytest.warns(UserWarning, match="hooked is imported already and stays unchecked") as seen:
        install_import_hook("hooked").uninstall()
    assert seen[0].filename == __file__


def test_what_another_hook_has_checked_is_not_too_late(package: Any) -> None:
    package()
    hooked()
    install_import_hook("hooked").uninstall()


def test_switched_off_it_does_nothing(package: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("SHAPEGUARD", "off")
    package(f"{HEAD}def f(x: BD) -> BD: return x")
    hooked().f(zeros(3))


def test_errors_of_a_module_are_its_own(package: Any) -> None:
    package("def f(:", failing="1 / 0")
    with pytest.raises(SyntaxError):
        hooked()
    package("", failing="1 / 0")
    with pytest.raises(ZeroDivisionError):
        hooked("hooked.failing")
    forget(set())
    with pytest.raises(ModuleNotFoundError):
        hooked("hooked.missing")


def test_modules_and_compile_go_together(package: Any) -> None:
    package(f"""{HEAD}
import torch

class Net(torch.nn.Module):
    def __init__(self, d: int = 3) -> None:
        super().__init__()
        self.linear = torch.nn.Linear(d, d)
    def forward(self, x: BD) -> BD: return self.linear(x)
""")
    torch._dynamo.reset()
    net = torch.compile(hooked().Net(), backend="eager", fullgraph=True)
    assert net(zeros(2, 3)).shape == (2, 3)
