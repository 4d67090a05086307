"""Batches of a data set: items that a loader puts side by side."""

import textwrap

import pytest

HEAD = """
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, Subset, TensorDataset, random_split

class Arrays(Dataset):
    def __init__(self, n=100):
        self.x, self.y = np.zeros((n, 7)), torch.zeros(n)

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        if torch.is_tensor(index):
            index = index.tolist()
        return torch.from_numpy(self.x[index]), self.y[index], float(self.x[index][0])

class Windows(Dataset):
    def __init__(self, series, length):
        self.series, self.length = series, length

    def __getitem__(self, i):
        return {"past": self.series[i : i + self.length], "next": self.series[i + self.length], "place": i}
"""
CASES = {
    "one row of each array": (
        "for x, y, z in DataLoader(Arrays(), batch_size=8):\n    pass", {"x": "(?, 7)", "y": "(?,)", "z": "(?,)"}
    ),
    "shuffled, as the third argument": ("for x, y, z in DataLoader(Arrays(), 8, True):\n    pass", {"x": "(?, 7)"}),
    "put together otherwise": (
        "for x, y, z in DataLoader(Arrays(), 8, collate_fn=list):\n    pass", {"x": "unknown"}
    ),
    "a window of a series": (
        """
        for batch in DataLoader(Windows(torch.zeros(50, 2), 10), batch_size=8):
            past, after, place = batch["past"], batch["next"], batch["place"]
        """,
        {"past": "(?, ?, 2)", "after": "(?, 2)", "place": "(?,)"},
    ),
    "parts of a data set": (
        """
        train, test = random_split(Arrays(), [80, 20])
        for x, _, _ in DataLoader(train, batch_size=8):
            pass
        for _, y, _ in DataLoader(Subset(Arrays(), range(5)), batch_size=8):
            pass
        """,
        {"x": "(?, 7)", "y": "(?,)"},
    ),
    "the first batch": (
        "x, y = next(iter(DataLoader(TensorDataset(torch.zeros(9, 4), torch.zeros(9)), batch_size=3)))",
        {"x": "(?, 4)", "y": "(?,)"},
    ),
    "one batch after the other": (
        """
        batches = iter(DataLoader(Arrays(), batch_size=8))
        for _ in range(3):
            x, _, _ = next(batches)
        """,
        {"x": "(?, 7)"},
    ),
    "an iterator of what is not known": ("x = next(iter(things))", {"x": "unknown"}),
    "an iterator with an end": ("x = next(iter([torch.zeros(3)]), None)", {"x": "unknown"}),
    "a list item by item": ("x = next(iter([torch.zeros(2, 3), torch.zeros(4, 3)]))", {"x": "(?, 3)"}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_batches(understand, case: str) -> None:
    source, shapes = CASES[case]
    found = understand(HEAD + textwrap.dedent(source))
    assert {name: found.shapes[name] for name in shapes} == shapes
    assert found.events == []
