"""The text of a whole guarded function: checks of the arguments, the call in its scope, checks of the result."""

from inspect import Parameter, Signature
from typing import Any, NamedTuple

from shapeguard.runtime.checking import FACTORY
from shapeguard.runtime.generated.emitter import Emitter, Inexpressible
from shapeguard.runtime.generated.values import check_items, check_value
from shapeguard.runtime.options import Options

_RESERVED = ("_sg", "_d_", "_v_")
_USED = (Exception, ValueError, bool, bytes, dict, float, int, isinstance, len, list, max, min, str, tuple, type)
BUILTINS = frozenset(each.__name__ for each in _USED)
_EMPTY = Parameter.empty
REFUSED = ["except _sg.Refused as _sg_refused:", "    raise _sg_refused.error from None"]


class Heading(NamedTuple):
    """How a function is declared and called: `x, /, y=0, *, z`, `x, y, z=z`. Defaults are set on the function."""

    name: str
    declared: str
    passed: str
    names: tuple[str, ...]


def heading(name: str, signature: Signature) -> Heading:
    """The parameters as text.

    Raises:
        Inexpressible: where a name is no plain identifier or one of ours.
    """
    declared: list[str] = []
    passed: list[str] = []
    kinds = [p.kind for p in signature.parameters.values()]
    for i, p in enumerate(signature.parameters.values()):
        if not (p.name.isidentifier() and p.name.isascii()) or p.name.startswith(_RESERVED) or p.name in BUILTINS:
            raise Inexpressible(p.name)
        if p.kind is Parameter.KEYWORD_ONLY and Parameter.KEYWORD_ONLY not in kinds[:i] and "*" not in str(declared):
            declared.append("*")
        stars = "*" * ((p.kind is Parameter.VAR_POSITIONAL) + 2 * (p.kind is Parameter.VAR_KEYWORD))
        declared.append(f"{stars}{p.name}{'=None' if p.default is not _EMPTY else ''}")
        passed.append(f"{p.name}={p.name}" if p.kind is Parameter.KEYWORD_ONLY else f"{stars}{p.name}")
        if p.kind is Parameter.POSITIONAL_ONLY and Parameter.POSITIONAL_ONLY not in kinds[i + 1 :]:
            declared.append("/")
    valid = name if name.isidentifier() and name.isascii() and not name.startswith(_RESERVED) else "guarded"
    return Heading(valid, ", ".join(declared), ", ".join(passed), tuple(signature.parameters))


def guarded_text(head: Heading, signature: Signature, constants: Any, options: Options) -> tuple[str, str]:
    """The guarded function, and `_sg_memo`, which gives its scope to whoever looks at it.

    Raises:
        Inexpressible: where jaxtyping itself has to look at every call.
    """
    emitter = Emitter(constants, head.names, f"return _sg.slow({head.passed})", options, traced=False)
    emitter.unusual = f"return _sg.unusual({head.passed})"
    emitter.depth = 1
    look_up_held(emitter)
    check_parameters(signature, emitter)
    hold_bound(emitter)
    arguments, emitter.lines = emitter.lines, []
    variables = [f"_d_{n}" for n in (*emitter.bound, *emitter.perhaps)] + [f"_v_{n}" for n in emitter.runs]
    memo = _memo_text(emitter, variables, head)
    asked = "" if emitter.sized else " or _sg.tracing()"
    returns = signature.return_annotation is not _EMPTY
    if returns:
        _check_result(signature.return_annotation, f"_sg.pack({head.passed})", emitter)
    text = [
        f"def {head.name}({head.declared}):",
        *_tracing(head.passed),
        f"    if _sg.config.jaxtyping_disable{asked}: return _sg.plain({head.passed})",
        *_skipping(head, options),
        *[f"    _d_{name} = None" for name in emitter.declared],
        "    try:",
        *[f"    {line}" for line in arguments],
        "        _sg_stack = _sg.stacks.stack",
        f"        _sg_stack.append({'_sg_own := ' * returns}({', '.join(('_sg.memo', *variables, *head.names))},))",
        f"        try: _sg_out = _sg.function({head.passed})",
        f"        finally: {'_sg_top = ' * returns}_sg_stack.pop()",
        *[f"    {line}" for line in emitter.lines],
        "        return _sg_out",
        *[f"    {line}" for line in REFUSED],
    ]
    return "\n".join(text), memo


def _check_result(annotation: Any, pack: str, emitter: Emitter) -> None:
    emitter.otherwise = f"return _sg.returned(_sg_out, None, {pack})"
    emitter.line(f"if _sg_top is not _sg_own: return _sg.returned(_sg_out, _sg_top, {pack})")
    state = emitter.state()
    try:
        check_value(annotation, "_sg_out", emitter)
        emitter.write_postponed()
    except Inexpressible:
        emitter.restore(state)
        emitter.line(emitter.otherwise)
    else:
        hold_bound(emitter)


def look_up_held(emitter: Emitter) -> None:
    """The sizes that the instance, the first parameter, holds of its class axes."""
    if not emitter.options.class_axes:
        return
    emitter.line(f"_sg_held = _sg.{'peek' if emitter.traced else 'held'}({emitter.parameters[0]})")
    for name in emitter.options.class_axes:
        if not name.isascii():
            raise Inexpressible(name)
        emitter.line(f"_d_{name} = _sg_held.get({name!r})")
        emitter.perhaps[name] = None
    emitter.held = emitter.options.class_axes


def hold_bound(emitter: Emitter) -> None:
    """Let the instance hold what this call is the first to bind."""
    for name in emitter.held:
        emitter.line(f"if _d_{name} is not None: _sg_held.setdefault({name!r}, _d_{name})")


def _tracing(passed: str) -> list[str]:
    return ["    if _sg.compiling():", "        _sg.prepare_traced()", f"        return _sg.traced({passed})"]


def _skipping(head: Heading, options: Options) -> list[str]:
    """A call that is not checked has a scope all the same, or its body would see its caller's."""
    if options.every == 1:
        return []
    return [
        f"    if _sg.turn() % {options.every}:",
        "        _sg_stack = _sg.stacks.stack",
        f"        _sg_stack.append(({', '.join(('_sg.blank', *head.names))},))",
        f"        try: return _sg.plain({head.passed})",
        "        finally: _sg_stack.pop()",
    ]


def slow_text(head: Heading, options: Options) -> str:
    """A guarded function whose every call goes through jaxtyping."""
    skips = options.every > 1
    text = [
        f"def {head.name}(*args, **kwargs):",
        *_tracing("*args, **kwargs"),
        "    if _sg.config.jaxtyping_disable or _sg.tracing(): return _sg.plain(*args, **kwargs)",
        *[f"    if _sg.turn() % {options.every}: return _sg.skipped()(*args, **kwargs)"] * skips,
        "    try: return _sg.slow(*args, **kwargs)",
        *[f"    {line}" for line in REFUSED],
    ]
    return "\n".join(text)


def traced_text(head: Heading, signature: Signature, constants: Any, options: Options) -> str:
    """What torch.compile traces: the checks that a graph can turn into guards; no scope, no fallback."""
    emitter = Emitter(constants, head.names, "", options, traced=True)
    emitter.depth = 1
    if options.on_error == "raise":
        look_up_held(emitter)
        check_parameters(signature, emitter)
    emitter.line(f"_sg_out = _sg.plain({head.passed})")
    if options.on_error == "raise":
        emitter.place = "the return value"
        _check_or_leave(signature.return_annotation, "_sg_out", emitter)
        emitter.write_postponed()
    declared = [f"    _d_{name} = None" for name in emitter.declared]
    return "\n".join([f"def {head.name}({head.declared}):", *declared, *emitter.lines, "    return _sg_out"])


def check_parameters(signature: Signature, emitter: Emitter) -> None:
    """Statements for every annotated parameter, in order."""
    for p in signature.parameters.values():
        emitter.place = f"argument '{p.name}'"
        if p.annotation is _EMPTY:
            continue
        state = emitter.state()
        try:
            _check_parameter(p, emitter)
        except Inexpressible:
            if not emitter.traced:
                raise
            emitter.restore(state)
    emitter.write_postponed()


def _check_parameter(p: Parameter, emitter: Emitter) -> None:
    if p.kind is Parameter.VAR_POSITIONAL:
        check_items(p.annotation, p.name, emitter)
    elif p.kind is Parameter.VAR_KEYWORD:
        check_items(p.annotation, f"{p.name}.values()", emitter)
    elif p.default is FACTORY:
        with emitter.block(f"if {p.name} is not {emitter.constant(FACTORY, 'factory')}:"):
            check_value(p.annotation, p.name, emitter, certain=False)
    else:
        check_value(p.annotation, p.name, emitter)


def _check_or_leave(annotation: Any, value: str, emitter: Emitter) -> None:
    if annotation is _EMPTY:
        return
    state = emitter.state()
    try:
        check_value(annotation, value, emitter)
    except Inexpressible:
        emitter.restore(state)


def _memo_text(emitter: Emitter, variables: list[str], head: Heading) -> str:
    """What makes jaxtyping's four dictionaries, if somebody looks at them."""
    sizes = ", ".join(f"{name!r}: _d_{name}" for name in emitter.bound)
    runs = ", ".join(f"{name!r}: (False, _v_{name})" for name in emitter.runs)
    arguments = ", ".join(f"{name!r}: {name}" for name in head.names)
    text = [
        f"def _sg_memo({', '.join((*variables, *head.names))}):",
        f"    _sg_sizes = {{{sizes}}}",
        *[f"    if _d_{name} is not None: _sg_sizes[{name!r}] = _d_{name}" for name in emitter.perhaps],
        f"    return _sg_sizes, {{{runs}}}, {{}}, {{{arguments}}}",
    ]
    return "\n".join(text)
