"""The decorator against jaxtyping: `python -m tests.runtime.fuzz [--calls 100000] [--seed 0] [--mutants]`.

Random signatures over all annotation forms, called with tensors that mostly fit. Verdicts must agree, and where the
body looks, so must the bindings. Where jaxtyping meets an axis whose names are not bound yet, it is asked again with the
parameters in other orders. `--mutants` breaks one rule of the generated checkers at a time: each of those must be
found out, or the fuzzing could not find anything.
"""

import argparse
import itertools
import random
import typing
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import make_dataclass
from typing import Any, NamedTuple

import torch
from jaxtyping import Bool, Float, Float32, Int, Num, Shaped, jaxtyped
from torch import Tensor

import shapeguard
from shapeguard.grammar import AxisKind
from shapeguard.runtime import scope
from shapeguard.runtime.adapter import typechecked
from shapeguard.runtime.generated import arrays, axes, function, values

CALLS_PER_FUNCTION = 12
DTYPES = [torch.float32] * 6 + [torch.int64, torch.bool, torch.bfloat16]


class Self:
    d = 2


class Found(NamedTuple):
    calls: int
    verdicts: dict[str, int]
    generated: int
    functions: int
    disagreements: list[str]


FORMS = ["{}+1", "2*{}", "{}-1", "{}//2", "{}*{}", "min({},2)", "{}%2", "{}//{}", "{}%{}", "-{}+4", "({}+1)*2"]


class Fuzzer:
    """One stream of random annotations and values; names that were used may be in symbolic axes."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.used: set[str] = set()
        self.sizes: dict[str, Any] = {}

    def axes(self) -> str:
        pick = self.random
        written = []
        for _ in range(pick.randint(0, 3)):
            chance = pick.random()
            if chance < 0.55:
                written.append(pick.choice("abc"))
                self.used.add(written[-1])
            elif chance < 0.68:
                written.append(pick.choice(["1", "2", "3", "n=2", "#2"]))
            elif chance < 0.76:
                written.append(pick.choice(["_", "_x"]))
            elif chance < 0.86:
                written.append("#" + pick.choice("abc"))
            elif chance < 0.94 and self.used:
                form = pick.choice(FORMS)
                written.append(form.format(*[pick.choice(sorted(self.used))] * 2))
            else:
                written.append(pick.choice(["{s.d}", "{s.d}+1", "2*{s.d}", "4//{s.d}"]))
        if pick.random() < 0.25:
            written.insert(pick.randint(0, len(written)), pick.choice(["*v", "*v", "...", "*w", "*#v", "*_"]))
        return " ".join(written)

    def array(self) -> Any:
        dtype = self.random.choice([Float, Float, Float, Float32, Int, Shaped, Num, Bool])
        return dtype[Tensor, self.axes()]

    def annotation(self, depth: int = 0) -> Any:
        """Arrays, and what they come in; nested up to two deep."""
        chance = self.random.random()
        inner = self.array if depth > 1 else lambda: self.annotation(depth + 1)
        if chance < 0.12:
            return typing.Optional[inner()]  # noqa: UP045 - `|` refuses None | None
        if chance < 0.22:
            return typing.Union[self.array(), inner()]  # noqa: UP007 - likewise
        if chance < 0.26:
            return typing.Union[self.array(), self.random.choice([float, int, str, bool])]  # noqa: UP007
        if chance < 0.33:
            return list[inner()]
        if chance < 0.37:
            return tuple[inner(), inner()]
        if chance < 0.40:
            return tuple[inner(), ...]
        if chance < 0.44:
            return dict[str, inner()]
        if chance < 0.47:
            given = inner()  # typeguard refuses every value of an annotated `Any`
            return given if given is Any else typing.Annotated[given, "extra"]
        if chance < 0.49:
            given = inner()
            made: Any = typing.NamedTuple("P", [("p", given), ("q", int)])
            made.__qualname__ = f"P[{given}]"
            return made
        if chance < 0.51:
            given = inner()
            made = typing.TypedDict("K", {"p": given, "q": int})  # noqa: UP013 - made anew each time
            made.__qualname__ = f"K[{given}]"
            return made
        if chance < 0.56:
            return self.random.choice(
                [int, float, str, Any, None, int | None, list[int], Callable, torch.nn.Module, Tensor]
            )
        return self.array()

    def tensor(self) -> Tensor:
        shape = [self.random.choice([1, 2, 2, 3]) for _ in range(self.random.randint(0, 4))]
        return torch.zeros(shape, dtype=self.random.choice(DTYPES))

    def fitting(self, annotation: Any) -> Tensor:
        """A tensor that fits by the sizes drawn for this call, most likely."""
        shape: list[int] = []
        for written in annotation.dim_str.split():
            text = written.rpartition("=")[2].lstrip("#")
            if text.startswith(("*", "...")):
                shape += self.sizes["v"]
            elif text.startswith("_"):
                shape.append(self.random.choice([1, 2, 3]))
            elif written.startswith("#") and self.random.random() < 0.4:
                shape.append(1)
            else:
                size = eval(text.replace("{s.d}", "2"), {"min": min}, self.sizes)
                shape.append(max(0, size))
        if shape and self.random.random() < 0.15:
            shape[self.random.randrange(len(shape))] += 1
        dtype = torch.int64 if annotation.dtype is Int else torch.bool if annotation.dtype is Bool else torch.float32
        return torch.zeros(shape, dtype=dtype)

    def value(self, annotation: Any) -> Any:
        chance = self.random.random()
        if chance < 0.02:
            return self.random.choice([None, 3, "x", 2.5, True, [], (), {}, [torch.zeros(2)]])
        origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
        if hasattr(annotation, "dim_str"):
            return self.tensor() if chance < 0.12 else self.fitting(annotation)
        if origin is typing.Annotated:
            return self.value(arguments[0])
        if origin is list and arguments != (int,):
            return [self.value(arguments[0]) for _ in range(self.random.randint(0, 3))]
        if origin is tuple:
            each = [arguments[0]] * self.random.randint(0, 3) if arguments[1:] == (Ellipsis,) else arguments
            return tuple(self.value(a) for a in each)
        if origin is dict:
            return {key: self.value(arguments[1]) for key in "pq"[: self.random.randint(0, 2)]}
        if typing.is_typeddict(annotation) or hasattr(annotation, "_fields"):
            make = annotation if chance < 0.9 else dict
            return make(**{name: self.value(each) for name, each in annotation.__annotations__.items()})
        if arguments and origin is not list:
            return self.value(self.random.choice(arguments))
        plain: dict[Any, Any] = {int: 3, float: 2.5, str: "x", bool: True, type(None): None, list[int]: [1, 2]}
        return plain.get(annotation, print if annotation is Callable else torch.nn.Identity() if annotation else None)


def verdict(call: Callable[..., Any], arguments: list[Any], seen: dict[str, Any]) -> tuple[str, Any]:
    """What a call does, and what its body found bound, if it looked."""
    seen["bound"] = None
    try:
        call(*arguments)
    except TypeError:
        return "refused", seen["bound"]
    except Exception as error:  # noqa: BLE001 - an axis that is not bound yet, and whatever else: both must do the same
        return type(error).__name__, seen["bound"]
    return "accepted", seen["bound"]


def make(annotations: list[Any], returned: Any, seen: dict[str, Any]) -> Any:
    """A function, or a dataclass where nothing is returned and chance will have it."""
    names = {f"A{i}": a for i, a in enumerate(annotations)}
    parameters = "".join(f", x{i}: A{i}" for i in range(len(annotations)))
    arrow = "" if returned is None else " -> R"
    look = "seen['bound'] = scope.bindings() if seen['look'] else None"
    text = f"def f(s{parameters}){arrow}:\n    {look}\n    return seen['out']"
    namespace = {**names, "R": returned, "seen": seen, "scope": scope}
    exec(text, namespace)
    return namespace["f"]


def disagreement_in_any_order(annotations: list[Any], arguments: list[Any], got: Any, whole: bool) -> str | None:
    """Where jaxtyping cannot compute an axis yet: what it says of the parameters in the orders in which it can.

    They are the `whole` contract where nothing is returned.
    """
    seen = {"look": False, "out": None}
    verdicts = set()
    for order in itertools.permutations(range(len(annotations))):
        function = jaxtyped(make([annotations[i] for i in order], None, seen), typechecker=typechecked)
        verdicts.add(verdict(function, [arguments[0], *[arguments[i + 1] for i in order]], seen)[0])
    verdicts.discard("AnnotationError")
    if len(verdicts) != 1 or got[0] == "AnnotationError" or verdicts == {got[0]}:
        return None
    differs = whole or verdicts == {"refused"}
    return f"{annotations} in any order: jaxtyping {verdicts}, ours {got}" if differs else None


def is_generated(guarded: Any) -> bool:
    return "_sg_stack" in guarded.__code__.co_varnames


def fuzz(calls: int, seed: int) -> Found:
    fuzzer, pick = Fuzzer(seed), random.Random(seed)
    verdicts: Counter[str] = Counter()
    disagreements: list[str] = []
    functions = generated = 0
    while sum(verdicts.values()) < calls:
        fuzzer.used.clear()
        annotations = [fuzzer.annotation() for _ in range(pick.randint(1, 3))]
        returned = fuzzer.annotation() if pick.random() < 0.6 else None
        seen: dict[str, Any] = {"look": pick.random() < 0.5, "out": None}
        if returned is None and pick.random() < 0.15:
            fields = [("s", Any), *[(f"x{i}", a) for i, a in enumerate(annotations)]]
            ours, theirs = (make_dataclass("D", fields) for _ in range(2))
            checked, reference = shapeguard.check(ours), jaxtyped(theirs, typechecker=typechecked)
            guarded = checked.__init__
        else:
            checked = guarded = shapeguard.check(make(annotations, returned, seen))
            reference = jaxtyped(make(annotations, returned, seen), typechecker=typechecked)
        functions += 1
        others: list[Any] = []
        for _ in range(CALLS_PER_FUNCTION):
            fuzzer.sizes = {name: pick.randint(1, 3) for name in "abc"}
            fuzzer.sizes["v"] = [pick.randint(1, 3) for _ in range(pick.randint(0, 2))]
            arguments = [Self(), *map(fuzzer.value, annotations)]
            seen["out"] = None if returned is None else fuzzer.value(returned)
            expected, got = verdict(reference, arguments, seen), verdict(checked, arguments, seen)
            verdicts[expected[0]] += 1
            if expected[0] == "AnnotationError":
                others.append((annotations, arguments, got, returned is None))
            elif expected != got:
                disagreements.append(
                    f"{annotations} -> {returned}, look={seen['look']}: jaxtyping {expected}, ours {got}"
                )
        generated += is_generated(guarded)
        disagreements += [text for each in others[:2] if (text := disagreement_in_any_order(*each))]
    return Found(sum(verdicts.values()), dict(verdicts), generated, functions, disagreements)


def _without(module: Any, name: str, skip: Callable[..., bool]) -> Callable[[], Any]:
    """A mutant: the function `name` does nothing where `skip` says so."""

    @contextmanager
    def mutant() -> Iterator[None]:
        original = getattr(module, name)

        def broken(*args: Any, **kwargs: Any) -> Any:
            return None if skip(*args) else original(*args, **kwargs)

        setattr(module, name, broken)
        try:
            yield
        finally:
            setattr(module, name, original)

    return mutant


def _with(module: Any, name: str, replacement: Any) -> Callable[[], Any]:
    @contextmanager
    def mutant() -> Iterator[None]:
        original = getattr(module, name)
        setattr(module, name, replacement)
        try:
            yield
        finally:
            setattr(module, name, original)

    return mutant


def _kept_perhaps(axis: Any, size: str, emitter: Any, *, certain: bool) -> None:
    """A mutant: an axis of an optional part is taken for bound."""
    _CHECK_SIZE(axis, size, emitter, certain=True)


_EVERY_DTYPE = arrays.torch_dtypes(Shaped)
_CHECK_SIZE = axes._check_size
MUTANTS = {
    "fixed axes unchecked": _without(axes, "_check_size", lambda axis, *_: axis.kind is AxisKind.FIXED),
    "symbolic axes unchecked": _without(axes, "_check_size", lambda axis, *_: axis.kind is AxisKind.SYMBOLIC),
    "named axes unchecked": _without(axes, "_check_size", lambda axis, _, e: axis.name in e.bound),
    "broadcastable axes unchecked": _without(axes, "_check_axis", lambda axis, *_: axis.broadcastable),
    "optional bindings taken for certain": _with(axes, "_check_size", _kept_perhaps),
    "known shapes unchecked": _without(
        arrays, "check_shape", lambda each, _, emitter: each and all(axes._is_known(axis, emitter) for axis in each)
    ),
    "runs of axes unchecked": _without(axes, "_with_run", lambda *_: True),
    "dtypes all accepted": _with(arrays, "torch_dtypes", lambda _: _EVERY_DTYPE),
    "items of containers unchecked": _without(values, "check_items", lambda *_: True),
    "results unchecked": _without(function, "check_value", lambda _, value, __: value == "_sg_out"),
    "arrays in unions unchecked": _with(values, "_by_rank", lambda *_: [("True", None)]),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--mutants", action="store_true", help="break the generated checkers in every known way")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    if options.mutants:
        missed = 0
        for name, mutant in MUTANTS.items():
            with mutant():
                found = fuzz(options.calls, options.seed)
            missed += not found.disagreements
            print(f"mutant {name!r}: {len(found.disagreements)} disagreements in {found.calls} calls")
        raise SystemExit(f"{missed} of {len(MUTANTS)} mutants survived" if missed else 0)
    found = fuzz(options.calls, options.seed)
    print(f"{found.calls} calls of {found.functions} functions, {found.generated} of them with a generated checker")
    print(f"jaxtyping's verdicts: {found.verdicts}")
    print(f"disagreements: {len(found.disagreements)}")
    for line in found.disagreements[:8]:
        print(f"  {line}")
    raise SystemExit(bool(found.disagreements))


if __name__ == "__main__":
    main()
