"""Where calls begin and end: told by `sys.monitoring`, and before Python 3.12 by a profile function."""

import dis
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any, Final

from shapeguard.runtime.observing.recorder import Recorder

_TOOL: Final = "shapeguard record"


@contextmanager
def observed(recorder: Recorder) -> Iterator[None]:
    """Tell `recorder` of the calls made meanwhile, in all threads that begin meanwhile."""
    with _monitored(recorder) if sys.version_info >= (3, 12) else _profiled(recorder):
        yield


@contextmanager
def _monitored(recorder: Recorder) -> Iterator[None]:
    """Functions of no interest cost one call back each: their events are switched off where they begin."""
    monitoring: Any = getattr(sys, "monitoring")  # noqa: B009 - not there in 3.11, for which types are checked
    events = monitoring.events

    def start(code: CodeType, _offset: int) -> Any:
        watched = recorder.watched(code)
        if watched is None:
            return monitoring.DISABLE
        monitoring.set_local_events(tool, code, events.PY_RETURN)
        recorder.begin(watched, sys._getframe(1))  # noqa: SLF001 - monitoring hands out no frame
        return None

    def returned(code: CodeType, _offset: int, value: Any) -> None:
        watched = recorder.watched(code)
        if watched is not None:
            recorder.end(watched, sys._getframe(1), value)  # noqa: SLF001

    tool = next((number for number in (4, 3, 5, 2) if monitoring.get_tool(number) is None), None)
    if tool is None:
        raise RuntimeError("all of Python's monitoring tools are in use: record without the profilers")
    monitoring.use_tool_id(tool, _TOOL)
    monitoring.register_callback(tool, events.PY_START, start)
    monitoring.register_callback(tool, events.PY_RETURN, returned)
    monitoring.set_events(tool, events.PY_START)
    try:
        yield
    finally:
        monitoring.set_events(tool, 0)
        monitoring.free_tool_id(tool)


@contextmanager
def _profiled(recorder: Recorder) -> Iterator[None]:
    """A profile function, since a trace function would take the place of a coverage tool's."""
    profile = _profile_function(recorder)
    before = sys.getprofile()
    threading.setprofile(profile)
    sys.setprofile(profile)
    try:
        yield
    finally:
        sys.setprofile(before)
        threading.setprofile(None)


def _profile_function(recorder: Recorder) -> Callable[[FrameType, str, Any], None]:
    places: dict[int, tuple[CodeType, frozenset[int], frozenset[int]]] = {}

    def profile(frame: FrameType, event: str, value: Any) -> None:
        if event not in {"call", "return"}:
            return
        watched = recorder.watched(frame.f_code)
        if watched is None:
            return
        code = watched.code
        known = places.get(id(code))
        if known is None:
            known = places[id(code)] = (code, *_starts_and_returns(code))
        _, starts, returns = known
        if event == "call":
            if frame.f_lasti in starts:
                recorder.begin(watched, frame)
        elif frame.f_lasti in returns:
            recorder.end(watched, frame, value)

    return profile


def _starts_and_returns(code: CodeType) -> tuple[frozenset[int], frozenset[int]]:
    """Offsets where a frame begins and where it returns: elsewhere it is resumed, suspended or unwound."""
    instructions = list(dis.get_instructions(code))
    starts = {each.offset for each in instructions if each.opname == "RESUME" and each.arg == 0}
    returns = {each.offset for each in instructions if each.opname == "RETURN_VALUE"}
    return frozenset(starts), frozenset(returns)
