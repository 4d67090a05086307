"""Items that are gathered one by one, and put side by side later: lists, queues, tuples with names."""

import textwrap

import pytest

HEAD = """
import collections
import random
from collections import deque, namedtuple

import torch

Step = namedtuple("Step", ("state", "action", "reward"))
"""
CASES = {
    "a tuple whose items have names": (
        """
        step = Step(torch.zeros(1, 4), 2, reward=torch.zeros(3))
        state, reward, last = step.state, step.reward, step[2]
        """,
        {"state": "(1, 4)", "reward": "(3,)", "last": "(3,)"},
    ),
    "names in one text": (
        """
        Pair = collections.namedtuple("Pair", "left, right")
        right = Pair(torch.zeros(2), torch.zeros(3)).right
        """,
        {"right": "(3,)"},
    ),
    "columns of any number of rows": (
        """
        rows = [(torch.zeros(1, 4), 1.0) for _ in range(50)]
        states, rewards = zip(*rows)
        x, y = torch.cat(states), torch.tensor(rewards)
        """,
        {"x": "(50, 4)", "y": "(50,)"},
    ),
    "a sample of a queue, column by column": (
        """
        memory = deque(maxlen=500)
        for _ in range(64):
            memory.append(Step(torch.zeros(1, 4), torch.tensor([[random.randrange(2)]]), torch.tensor([1.0])))
        batch = Step(*zip(*random.sample(memory, 32)))
        x, a, r = torch.cat(batch.state), torch.cat(batch.action), torch.stack(batch.reward)
        """,
        {"x": "(32, 4)", "a": "(32, 1)", "r": "(32, 1)"},
    ),
    "a queue may have forgotten some items": (
        """
        last = deque(maxlen=2)
        for _ in range(3):
            last.append(torch.zeros(4))
        last.appendleft(torch.zeros(4))
        x, y = torch.stack(list(last)), last.popleft()
        """,
        {"x": "(?, 4)", "y": "(4,)"},
    ),
    "what another method adds to": (
        """
        class Memory:
            def __init__(self):
                self.steps = []
                self.seen = []

            def push(self, *args):
                self.steps.append(Step(*args))

            def sample(self, count):
                return random.sample(self.steps, count)

        memory = Memory()
        for _ in range(20):
            memory.push(torch.zeros(1, 4), 1, torch.tensor([0.5]))
        batch = Step(*zip(*memory.sample(16)))
        x, r = torch.cat(batch.state), torch.cat(batch.reward)
        """,
        {"x": "(16, 4)", "r": "(16,)"},
    ),
    "windows of a series": (
        """
        def windows(series, size):
            x, y = [], []
            for i in range(len(series) - size):
                x.append(series[i : i + size])
                y.append(series[i + size, 0])
            return torch.stack(x), torch.stack(y)

        inputs, targets = windows(torch.zeros(40, 3), 12)
        """,
        {"inputs": "(28, ?, 3)", "targets": "(28,)"},
    ),
    "numbers that a loop adds up": (
        """
        def returns(rewards, after, gamma=0.9):
            found = []
            for t in reversed(range(len(rewards))):
                after = rewards[t] + gamma * after
                found.insert(0, after)
            return found

        x = torch.tensor(returns([1.0] * 30, 0.0))
        """,
        {"x": "(30,)"},
    ),
    "numbers put into a list": (
        """
        def returns(rewards, masks, gamma=0.9):
            found, after = [0.0] * len(rewards), 0
            for t in range(len(rewards) - 1, -1, -1):
                after = rewards[t] + gamma * after * masks[t]
                found[t] = after
            return found

        x = torch.tensor(returns([0.5 * i for i in range(20)], [1.0] * 19 + [0.0]))
        """,
        {"x": "(20,)"},
    ),
    "pairs of numbers": (
        """
        found = []
        for reward, over in zip([1.0] * 30, [False] * 29 + [True]):
            found.append(reward * (1 - over))
        x = torch.tensor(found)
        """,
        {"x": "(30,)"},
    ),
    "numbers and tensors": (
        """
        def returns(rewards, after):
            found = []
            for reward in rewards:
                after = reward + after
                found.append(after)
            return found

        x = torch.tensor(returns([1.0] * 30, torch.zeros(4)))
        """,
        {"x": "(30, 4)"},
    ),
    "one of a few pairs": (
        """
        items = [(torch.zeros(5, 4), i % 3) for i in range(6)]

        def pick(i):
            return items[i]

        x, label = pick(random.randrange(6))
        """,
        {"x": "(5, 4)"},
    ),
    "one of a few tensors of several shapes": (
        """
        items = [torch.zeros(5, 4), torch.zeros(5, 3)]
        x = torch.relu(items[random.randrange(2)])
        """,
        {"x": "(...,)"},
    ),
    "one of a few lists, which grow": (
        """
        rows = [[], [], []]
        rows[random.randrange(3)].append(1.0)
        x = torch.tensor(rows[random.randrange(3)])
        """,
        {"x": "(...,)"},
    ),
    "a sample of nothing": ("x = random.sample([], 2)\ny = torch.zeros(3)", {"y": "(3,)"}),
}


@pytest.mark.parametrize("case", CASES)
def test_gathered(understand, case: str) -> None:
    source, shapes = CASES[case]
    found = understand(HEAD + textwrap.dedent(source))
    assert {name: found[name] for name in shapes} == shapes


def test_a_list_that_another_method_fills_is_not_empty(understand) -> None:
    source = """
    import torch

    class Rollout:
        def __init__(self):
            self.rewards = []

        def add(self, reward):
            self.rewards.append(reward)

        def update(self, values: torch.Tensor):
            if len(self.rewards) < 2:
                return None
            batch, one = values.shape
            return values + torch.zeros(batch, 3, one)[:, 0] + values.view(batch, 2)
    """
    assert "ReshapeMismatch" in understand(source.replace("batch, 2", "batch * one * 2")).events
