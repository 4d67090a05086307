"""The text that checks the fields of dataclasses, named tuples and typed dictionaries."""

import typing
from typing import Any

from shapeguard.runtime.annotations import mentions_array
from shapeguard.runtime.checkers import acceptor, typeguard_accepts
from shapeguard.runtime.generated.emitter import Emitter, Inexpressible
from shapeguard.runtime.structures import FORMS_OF_TYPEGUARD, Form, Structure, structure_of


def structure_in(annotation: Any, emitter: Emitter) -> Structure | None:
    """The fields of a class that are checked in the scope of the call: asked for, or typeguard does it anyway."""
    structure = structure_of(annotation) if isinstance(annotation, type) else None
    if structure is None or emitter.options.fields:
        return structure
    return structure if structure.plain and _is_looked_into(structure, emitter) else None


def _is_looked_into(structure: Structure, emitter: Emitter) -> bool:
    typeguard = acceptor(emitter.options.typechecker) is typeguard_accepts
    return typeguard and structure.form in FORMS_OF_TYPEGUARD


def is_scoped(annotation: Any, emitter: Emitter) -> bool:
    """Whether arrays are in it that are held against the current scope."""
    structure = structure_of(annotation) if isinstance(annotation, type) else None
    if mentions_array(annotation) or (structure is not None and _is_looked_into(structure, emitter)):
        return True
    if structure is not None and emitter.options.fields:
        return True
    return any(is_scoped(a, emitter) for a in typing.get_args(annotation) if not isinstance(a, list))


def check_structure(annotation: Any, structure: Structure, value: str, emitter: Emitter, *, certain: bool) -> None:
    """Its class, and then each field as a value of its own."""
    from shapeguard.runtime.generated.values import check_value

    if annotation in emitter.inside:
        raise Inexpressible(str(annotation))
    _check_class(annotation, structure, value, emitter)
    others = {} if structure.form is Form.DATACLASS else structure.others
    for name, hint in {**structure.fields, **others}.items():
        if not (name.isidentifier() and name.isascii()):
            raise Inexpressible(name)
        step = f"[{name!r}]" if structure.form is Form.TYPED_DICT else f".{name}"
        item = emitter.fresh("f")
        if emitter.traced:
            emitter.line(f"{item} = {value}{step}")
        else:
            emitter.line(f"try: {item} = {value}{step}")
            emitter.line(f"except Exception: {emitter.refusal()}")
        with emitter.within(annotation, step):
            check_value(hint, item, emitter, certain=certain)


def _check_class(annotation: Any, structure: Structure, value: str, emitter: Emitter) -> None:
    if emitter.traced:
        return
    if structure.form is Form.TYPED_DICT:
        if annotation.__optional_keys__:
            raise Inexpressible(str(annotation))
        keys = emitter.constant(frozenset(annotation.__required_keys__), "keys")
        emitter.refuse_if(f"type({value}) is not dict or {value}.keys() != {keys}")
    else:
        emitter.refuse_if(f"not isinstance({value}, {emitter.constant(annotation, 'cls')})")
