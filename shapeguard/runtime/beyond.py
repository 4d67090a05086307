"""What is checked in jaxtyping's scope, beyond what jaxtyping checks.

Axes computed from names that are bound later, axes shared with the fields of arguments, and axes of the instance.
"""

import functools
from collections.abc import Callable, Iterator, Mapping
from inspect import Parameter, Signature
from typing import Any

from jaxtyping import AnnotationError

from shapeguard.runtime.checkers import acceptor, typeguard_accepts
from shapeguard.runtime.checking import FACTORY, expected
from shapeguard.runtime.class_axes import held
from shapeguard.runtime.errors import ContractError
from shapeguard.runtime.forward import relaxed, relaxed_signature
from shapeguard.runtime.options import Options
from shapeguard.runtime.scope import STACKS, bind, bindings
from shapeguard.runtime.structures import FORMS_OF_TYPEGUARD, Form, parts

Arguments = Mapping[str, Any]
Judged = tuple[object, Any]  # a value, its annotation


class Unfit(Exception):  # noqa: N818 - it becomes an error that says more
    """A value does not fit what is checked here."""


def forms_looked_into(options: Options) -> frozenset[Form]:
    """The classes whose fields are checked: those that were asked for, and those that typeguard looks into anyway."""
    if options.fields:
        return frozenset(Form)
    if acceptor(options.typechecker) is typeguard_accepts:
        return FORMS_OF_TYPEGUARD
    return frozenset()


class Beyond:
    """The checks of one signature. All of them run in the scope of the call."""

    def __init__(self, signature: Signature, options: Options) -> None:
        if options.class_axes and STACKS is None:
            raise ContractError(
                "class_axes need to read the sizes that jaxtyping binds, which this version keeps elsewhere"
            )
        self.signature = signature
        self.options = options
        self.accepts: Callable[[object, Any], bool] = acceptor(options.typechecker) or typeguard_accepts
        self.asked = bool(options.fields or options.class_axes)
        self.forms = forms_looked_into(options)

    @functools.cached_property
    def relaxed(self) -> Signature:
        """What jaxtyping checks first, where it cannot compute an axis yet."""
        return relaxed_signature(self.signature)

    def held(self, arguments: Arguments) -> Mapping[str, int]:
        """What the instance holds of the class axes."""
        return held(next(iter(arguments.values()))) if self.options.class_axes else {}

    def check_arguments(self, arguments: Arguments, *, any_order: bool) -> None:
        """Check what jaxtyping did not; in `any_order` it has checked the relaxed signature only.

        Raises:
            Unfit: where a value does not fit.
            AnnotationError: where nothing binds a name that an axis is computed from.
        """
        for name, size in self.held(arguments).items():
            if name in self.options.class_axes and not bind(name, size):
                raise Unfit
        later = list(self._later(arguments)) if any_order else []
        self._check([*self._fields(arguments), *later])
        self._hold(arguments)

    def check_result(self, result: object, arguments: Arguments, *, any_order: bool) -> None:
        """The same for what is returned, where jaxtyping has not looked yet.

        Raises:
            Unfit: where it does not fit.
            AnnotationError: where nothing binds a name that an axis is computed from.
        """
        annotation = self.signature.return_annotation
        if annotation is Signature.empty or not (self.asked or any_order):
            return
        fields = parts(result, annotation) if self.options.fields else ()
        self._check([(result, annotation), *((part.value, part.annotation) for part in fields)])
        self._hold(arguments)

    def _fields(self, arguments: Arguments) -> Iterator[Judged]:
        if self.options.fields:
            for name, value in arguments.items():
                for part in parts(value, self._expected(name)):
                    yield part.value, part.annotation

    def _later(self, arguments: Arguments) -> Iterator[Judged]:
        for name, value in arguments.items():
            weaker = self.relaxed.parameters[name].annotation
            if weaker is not self.signature.parameters[name].annotation and value is not FACTORY:
                yield value, self._expected(name)

    def _expected(self, name: str) -> Any:
        parameter = self.signature.parameters[name]
        return Any if parameter.annotation is Parameter.empty else expected(parameter)

    def _check(self, values: list[Judged]) -> None:
        """What binds a name comes before what is computed from it."""
        waiting = []
        for value, annotation in values:
            weaker = relaxed(annotation)
            self._accept(value, weaker)
            if weaker is not annotation:
                waiting.append((value, annotation))
        while waiting:
            waiting, tried = [], waiting
            for value, annotation in tried:
                try:
                    self._accept(value, annotation)
                except AnnotationError:
                    waiting.append((value, annotation))
                    if len(waiting) == len(tried):
                        raise

    def _accept(self, value: object, annotation: Any) -> None:
        if not self.accepts(value, annotation):
            raise Unfit

    def _hold(self, arguments: Arguments) -> None:
        if self.options.class_axes:
            bound, kept = bindings(), held(next(iter(arguments.values())))
            for name in self.options.class_axes:
                if isinstance(size := bound.get(name), int):
                    kept.setdefault(name, size)
