"""Findings as the cache keeps them."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from shapeguard.lint import Diagnostic, Edit, Fix, Operand, Related, Span
from shapeguard.lint.stored import from_plain, to_plain

TEXT = st.text(max_size=5)
SPANS = st.builds(Span.at, st.integers(1, 9), st.integers(1, 9), st.integers(0, 9))
TEXTS = st.lists(TEXT, max_size=2).map(tuple)
FINDINGS = st.builds(
    Diagnostic,
    TEXT,
    TEXT,
    TEXT,
    TEXT,
    st.just("/a.py"),
    SPANS,
    st.lists(st.builds(Related, TEXT, st.sampled_from(["/a.py", "/b.py"]), SPANS), max_size=2).map(tuple),
    st.lists(
        st.builds(Operand, TEXT, TEXTS, st.lists(st.none() | TEXT).map(tuple), st.tuples(st.integers())), max_size=2
    ).map(tuple),
    st.none() | TEXT,
    st.none() | st.builds(Fix, TEXT, TEXT, st.lists(st.builds(Edit, SPANS, TEXT), max_size=2).map(tuple)),
)


@settings(deadline=None, max_examples=50)
@given(st.lists(FINDINGS, max_size=3))
def test_findings_come_back_from_json_as_they_were(found: list[Diagnostic]) -> None:
    assert from_plain(json.loads(json.dumps(to_plain(found, "/a.py"))), "/a.py") == found
