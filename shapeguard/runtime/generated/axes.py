"""The text that checks one array's shape against its axes, and binds them."""

import builtins

from shapeguard.grammar import Axis, AxisKind
from shapeguard.runtime.generated.emitter import Emitter, Inexpressible, Source
from shapeguard.runtime.generated.sizes import text_of
from shapeguard.runtime.sizes import names_in


def check_shape(axes: tuple[Axis, ...], shape: str, emitter: Emitter, *, certain: bool) -> None:
    """`shape` is text for a tuple of sizes; `certain` where the check runs in every accepted call."""
    for axis in axes:
        if axis.treepath or (axis.name and not (axis.name.isidentifier() and axis.name.isascii())):
            raise Inexpressible(axis.text)
        if axis.name == "" or (axis.variadic and axis.broadcastable):
            raise Inexpressible(axis.text)
    run = next((i for i, axis in enumerate(axes) if axis.variadic), None)
    if run is None and axes and all(_is_known(axis, emitter) for axis in axes):
        known = "".join(f"{_known(axis)}, " for axis in axes)
        emitter.refuse_if(f"{shape} != ({known})", "has shape ", Source(shape), ", expected ", Source(f"({known})"))
        return
    sizes = emitter.fresh("s")
    if run is None:
        _without_run(axes, (sizes, shape), emitter, certain=certain)
    else:
        emitter.line(f"{sizes} = {shape}")
        _with_run(axes, run, sizes, emitter, certain=certain)


def _is_known(axis: Axis, emitter: Emitter) -> bool:
    if axis.broadcastable:
        return False
    return axis.kind is AxisKind.FIXED or (axis.kind is AxisKind.NAMED and axis.name in emitter.bound)


def _known(axis: Axis) -> str:
    return str(axis.size) if axis.kind is AxisKind.FIXED else f"_d_{axis.name}"


def _without_run(axes: tuple[Axis, ...], names: tuple[str, str], emitter: Emitter, *, certain: bool) -> None:
    sizes, shape = names
    targets = []
    taken = {*emitter.bound, *emitter.perhaps}
    for i, axis in enumerate(axes):
        new = axis.kind is AxisKind.NAMED and axis.name not in taken
        taken.add(str(axis.name))
        if certain and new and not axis.broadcastable:
            targets.append(f"_d_{axis.name}")  # bound by the unpacking itself
        else:
            targets.append(f"{sizes}_{i}")
    _unpack(targets, shape, emitter)
    if axes and certain:
        emitter.expect_integers(targets[0])
    for target, axis in zip(targets, axes, strict=True):
        if target == f"_d_{axis.name}":
            emitter.bound[str(axis.name)] = None
        else:
            _check_axis(axis, target, emitter, certain=certain)


def _unpack(targets: list[str], shape: str, emitter: Emitter) -> None:
    """Unpacking counts the axes at no cost; a graph has to be told the number."""
    count = len(targets)
    if emitter.traced or not targets:
        length = f"len({shape})"
        emitter.refuse_if(f"{length} != {count}", "has ", Source(length), f" axes, expected {count}")
    if not targets:
        return
    unpacking = f"{', '.join(targets)}{',' * (count == 1)} = {shape}"
    if emitter.traced:
        emitter.line(unpacking)
    else:
        emitter.line(f"try: {unpacking}")
        emitter.line(f"except ValueError: {emitter.refusal()}")


def _with_run(axes: tuple[Axis, ...], run: int, sizes: str, emitter: Emitter, *, certain: bool) -> None:
    behind = len(axes) - run - 1
    if least := run + behind:
        has = ("has ", Source(f"len({sizes})"), f" axes, expected at least {least}")
        emitter.refuse_if(f"len({sizes}) < {least}", *has)
    single = [(axes[i], i) for i in range(run)] + [(axes[run + 1 + i], i - behind) for i in range(behind)]
    for axis, index in single:
        if axis.kind is not AxisKind.ANONYMOUS:
            size = emitter.fresh("n")
            emitter.line(f"{size} = {sizes}[{index}]")
            if certain:
                emitter.expect_integers(size)
            _check_axis(axis, size, emitter, certain=certain)
    name = axes[run].name
    if axes[run].kind is AxisKind.ANONYMOUS:
        return
    part = f"{sizes}[{run or ''}:{-behind or ''}]" if least else sizes
    if name in emitter.runs:
        emitter.refuse_if(
            f"{part} != _v_{name}", "has sizes ", Source(part), f" for *{name}, expected ", Source(f"_v_{name}")
        )
    elif certain:
        emitter.line(f"_v_{name} = {part}")
        emitter.runs[str(name)] = None
    else:
        raise Inexpressible(axes[run].text)


def _check_axis(axis: Axis, size: str, emitter: Emitter, *, certain: bool) -> None:
    if axis.kind is AxisKind.ANONYMOUS:
        return
    if certain and _is_early(axis, emitter):
        emitter.postpone(lambda: _check_axis(axis, size, emitter, certain=False))
    elif axis.broadcastable:
        with emitter.block(f"if {size} != 1:"):
            _check_size(axis, size, emitter, certain=False)
    else:
        _check_size(axis, size, emitter, certain=certain)


def _is_early(axis: Axis, emitter: Emitter) -> bool:
    """Whether an axis is computed from names that are not bound yet; Python's own names mean something already."""
    if axis.kind is not AxisKind.SYMBOLIC or axis.expression is None:
        return False
    missing = {*names_in(axis.expression)} - {*emitter.bound, *emitter.held}
    return bool(missing) and missing.isdisjoint(vars(builtins))


def _check_size(axis: Axis, size: str, emitter: Emitter, *, certain: bool) -> None:
    label = f"size {axis.text} = "
    if axis.kind is AxisKind.FIXED:
        emitter.refuse_if(f"{size} != {axis.size}", "has ", label, Source(size), f", expected {axis.size}")
        return
    if axis.kind is AxisKind.SYMBOLIC:
        expected = text_of(axis.expression, emitter)
        differs = ("has ", label, Source(size), ", expected ", Source(expected))
        _refuse_computed(axis, f"{size} != {expected}", differs, emitter)
        return
    name, variable = str(axis.name), f"_d_{axis.name}"
    differs = ("has ", label, Source(size), ", expected ", Source(variable))
    if name in emitter.bound:
        emitter.refuse_if(f"{size} != {variable}", *differs)
    elif certain and name not in emitter.perhaps:
        emitter.line(f"{variable} = {size}")
        emitter.bound[name] = None
    else:
        emitter.declared[name] = None
        emitter.line(f"if {variable} is None: {variable} = {size}")
        emitter.line(f"elif {variable} != {size}: {emitter.refusal(*differs)}")
        if certain:
            emitter.perhaps.pop(name, None)
            emitter.bound[name] = None
        else:
            emitter.perhaps[name] = None


def _refuse_computed(axis: Axis, condition: str, differs: tuple[str, ...], emitter: Emitter) -> None:
    """Where an axis of the instance may not be bound yet, a graph leaves it, and anything else looks closer."""
    names = names_in(axis.expression) if axis.expression else ()
    unsure = " or ".join(f"_d_{name} is None" for name in names if name in emitter.perhaps)
    if unsure and emitter.traced:
        condition = f"not ({unsure}) and {condition}"
    elif unsure:
        emitter.line(f"if {unsure}: {emitter.refusal()}")
    emitter.refuse_if(condition, *differs)
