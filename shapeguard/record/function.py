"""One function: from its calls to the annotations that its signature lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import libcst as cst

from shapeguard.grammar.observations import RETURNED, Items
from shapeguard.record.columns import layout
from shapeguard.record.declared import declared_axes, declared_layout, names_in
from shapeguard.record.explain import Explainer
from shapeguard.record.terms import NONE, Choice, Plain, leaves, takes_none, term

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapeguard.grammar.observations import Call, Seen
    from shapeguard.record.annotations import Writer
    from shapeguard.record.columns import Layout, Values
    from shapeguard.record.hints import Hints
    from shapeguard.record.terms import Term

_LITERALS: Final = ((cst.Integer, "int"), (cst.Float, "float"), (cst.SimpleString, "str"))


class Place(NamedTuple):
    """A parameter, or `return`: what it is annotated with, and its default."""

    name: str
    existing: cst.BaseExpression | None
    default: cst.BaseExpression | None


class Change(NamedTuple):
    """New annotations by place; what the calls leave open; whether some axis may be another one."""

    annotations: dict[str, cst.BaseExpression]
    questions: list[str]
    doubtful: bool


def places(node: cst.FunctionDef) -> Iterator[Place]:
    """The places of a signature in the order of a check; a method's receiver is none."""
    parameters = node.params
    star, stars = parameters.star_arg, parameters.star_kwarg
    positional = [*parameters.posonly_params, *parameters.params]
    if positional and positional[0].name.value in {"self", "cls"}:
        del positional[0]
    for parameter in positional:
        yield _place("", parameter)
    if isinstance(star, cst.Param):
        yield _place("*", star)
    for parameter in parameters.kwonly_params:
        yield _place("", parameter)
    if stars is not None:
        yield _place("**", stars)
    yield Place(RETURNED, node.returns.annotation if node.returns else None, None)


def _place(stars: str, parameter: cst.Param) -> Place:
    annotation = parameter.annotation
    return Place(f"{stars}{parameter.name.value}", annotation.annotation if annotation else None, parameter.default)


def changes(
    node: cst.FunctionDef, calls: Sequence[Call], hints: Hints, writer: Writer, *, cautious: bool = False
) -> Change:
    """What to write into the signature; with `cautious`, `_` where the calls do not tell what an axis is."""
    terms = {place: _term(place, calls) for place in places(node)}
    layouts: list[Layout] = []
    taken: set[str] = set()
    wanted = False
    for place, of in terms.items():
        declared = list(declared_axes(place.existing, writer.bindings)) if place.existing else []
        taken |= {name for axes in declared for name in names_in(axes)}
        if declared:
            found = list(leaves(of))
            known = declared_layout(found[0], len(layouts), declared[0]) if len(declared) == len(found) == 1 else None
            layouts += [known] if known else []
        elif writer.written_for(place.existing, of, {}) is not None:
            wanted = True
            for leaf in writer.written:
                layouts.append(layout(leaf, len(layouts), hints.leading(leaf.place)))
    if not wanted:
        return Change({}, [], doubtful=False)
    explainer = Explainer(layouts, _numbers(calls), hints, taken, cautious=cautious)
    explained = explainer.explain()
    found_annotations = {}
    for place, of in terms.items():
        if not (place.existing and any(declared_axes(place.existing, writer.bindings))):
            new = writer.written_for(place.existing, of, explained.axes)
            if new is not None:
                found_annotations[place.name] = new
    return Change(found_annotations, explained.open_questions, explained.doubtful)


def _term(place: Place, calls: Sequence[Call]) -> Term:
    """What a place held, with what its default adds; where it may hold nothing, its axes are not certain."""
    of = term(place.name, [_values(place.name, call) for call in calls], certain=not place.name.startswith("*"))
    if isinstance(place.existing, (cst.Subscript, cst.BinaryOperation)):
        _doubt(of)
    extra = NONE if _is_none(place.default) else None
    if place.default is not None and place.existing is None and extra is None:
        extra = next((Plain(name) for kind, name in _LITERALS if isinstance(place.default, kind)), None)
        extra = Plain("bool") if _is_bool(place.default) else extra
    if extra is None or not any(leaves(of)) or (extra == NONE and takes_none(of)):
        return of
    _doubt(of)
    members = of.members if isinstance(of, Choice) else (of,)
    return of if extra in members else Choice((*members, extra))


def _doubt(of: Term) -> None:
    for leaf in leaves(of):
        leaf.certain = False


def _is_none(node: cst.BaseExpression | None) -> bool:
    return isinstance(node, cst.Name) and node.value == "None"


def _is_bool(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value in {"True", "False"}


def _values(name: str, call: Call) -> list[Seen]:
    """The values of a place in one call: those of all arguments for `*args`."""
    if name not in call.arguments:
        return []
    value = call.arguments[name]
    if name.startswith("*"):
        return list(value.items) if isinstance(value, Items) else [value]
    return [value]


def _numbers(calls: Sequence[Call]) -> dict[str, Values]:
    """The integers of the receiver and among the arguments, in every call."""
    rows = [
        {**call.attributes, **{k: v for k, v in call.arguments.items() if type(v) is int and k != RETURNED}}
        for call in calls
    ]
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: tuple(row.get(name) for row in rows) for name in names if not name.startswith("*")}
