"""Arrays of numpy share shapes with tensors, and have methods of their own."""

import pytest

HEAD = "import numpy as np\nimport torch\n"
CASES = [
    # a statement after a = np.ones((3, 4)), the shape of x, and what is reported
    ("x = a.dot(np.zeros((4, 5)))", "(3, 5)", []),
    ("x = (a * 2)[1:].dot(np.zeros(4))", "(2,)", []),
    ("x = a.dot(np.zeros((3, 5)))", "(...,)", ["SizeMismatch"]),
    ("x = a.max(0)", "(4,)", []),
    ("x = a.mean(axis=1, keepdims=True)", "(3, 1)", []),
    ("x = a.repeat(2, axis=0)", "(6, 4)", []),
    ("x = a.transpose(1, 0)", "(4, 3)", []),
    ("x = a.transpose((1, 0))", "(4, 3)", []),
    ("x = a.transpose()", "(4, 3)", []),
    ("x = a.T.astype(np.float32)", "(4, 3)", []),
    ("x = a; x.fill(1); x.sort(); x.put([0], 1)", "(3, 4)", []),
    ("x = a.choose(3)", "unknown", []),
    ("x = a[np.newaxis, Ellipsis]", "(1, 3, 4)", []),
    ("x = np.zeros((), [('field', 'f8')]); y = x['field']; z = x[['field']]", "()", []),
    ("x = a; y = x[0, 0][np.bool_(True)]", "(3, 4)", []),
    ("x = torch.from_numpy(a).clamp(0)", "(3, 4)", []),
    ("x = torch.from_numpy(a); x.clamp(0)", "(3, 4)", ["Discarded"]),
    ("x = torch.zeros(2, 3).numpy().max(0)", "(3,)", []),
]


@pytest.mark.parametrize(("statement", "shape", "events"), CASES)
def test_arrays(understand, statement: str, shape: str, events: list[str]) -> None:
    found = understand(f"{HEAD}a = np.ones((3, 4))\n{statement}\n")
    assert (found["x"], found.events) == (shape, events)
