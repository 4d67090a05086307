"""Objects that are made with the defaults of their constructor: a run that shows what these numbers lead to.

It is asked for where the pass for every object met two sizes that the defaults make unequal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.events.parameters import OtherParameter, UnequalDefaults
from shapeguard.events.sizes import SizeMismatch
from shapeguard.interpreter.classes import keep_attributes
from shapeguard.interpreter.dispatch import execute
from shapeguard.interpreter.frame import Frame, Path
from shapeguard.interpreter.functions import finish, generic_arguments, run_generic
from shapeguard.interpreter.scope import Scope
from shapeguard.interpreter.values import FunctionValue, Instance, is_callable
from shapeguard.shapes.store import Store
from shapeguard.shapes.values import Number

if TYPE_CHECKING:
    from shapeguard.interpreter.interpreter import Interpreter
    from shapeguard.interpreter.values import ClassValue


STEPS = 250  # for a constructor, and for what follows


def is_hidden(instance: Instance) -> bool:
    """Whether a class or function, for which only a default is known, hides what other defaults lead to."""
    defaults = [default for _, default in instance.parameters.values() if default is not None]
    return any(map(is_callable, defaults)) and sum(isinstance(default, Number) for default in defaults) > 1


def run(interpreter: Interpreter, cls: ClassValue) -> None:
    """Report what the defaults of a class make `forward` refuse, each number that is needed and the one that is there."""
    constructor, forward = cls.find("__init__"), cls.find("forward")
    if not (isinstance(constructor, FunctionValue) and isinstance(forward, FunctionValue)):
        return
    interpreter.receiver = None
    interpreter.reports.begin()
    with interpreter.reports.apart() as found:
        interpreter.steps = STEPS
        instance = _made(interpreter, cls, constructor)
        interpreter.steps = STEPS
        run_generic(interpreter, forward, instance)
    interpreter.records.discard()
    interpreter.calls.forget()
    for report in found.values():
        event = report.event
        if report.site in interpreter.sites and isinstance(event, SizeMismatch) and _are_numbers(event):
            told = UnequalDefaults(event.operation, event.shapes, event.expected, event.actual, cls.ir.name)
            interpreter.reports.found.setdefault((UnequalDefaults, report.site), report._replace(event=told, others=()))
            interpreter.reports.retract(OtherParameter, report.site)


def _are_numbers(event: SizeMismatch) -> bool:
    return event.expected.constant is not None and event.actual.constant is not None


def _made(interpreter: Interpreter, cls: ClassValue, constructor: FunctionValue) -> Instance:
    """The object that a class makes where nothing is passed but what has to be."""
    scope, store, instance = Scope(), Store(), Instance(cls, "self")
    arguments = {**generic_arguments(interpreter, constructor, instance, scope), **constructor.defaults}
    frame = Frame(interpreter, Path(dict(arguments), {}, store), constructor.scope, constructor.ir.qualname)
    frame.owner, frame.receiver, frame.arguments, frame.declared = constructor.owner, instance, arguments, scope
    interpreter.recording = frame
    called = interpreter.methods_called = set()
    execute(constructor.ir.body, frame)
    finish(frame)
    keep_attributes(interpreter, instance, frame, called)
    return instance
