"""Functions of numpy, of functions, and of numbers and lists, held against numpy and torch."""

import pytest

from tests.ops.held import hold, hold_refused

CASES: list[tuple[object, ...]] = [
    # numpy
    ("torch.from_numpy(np.zeros((2, 3)))",),
    ("torch.from_numpy(np.sqrt(np.ones((2, 3))))",),
    ("torch.as_tensor(np.concatenate([np.zeros((2, 3)), np.ones((4, 3))], axis=0))",),
    ("torch.tensor(np.stack([np.zeros(3), np.ones(3)], axis=-1))",),
    ("torch.tensor(np.mean(np.zeros((2, 3, 4)), axis=(0, 2)))",),
    ("torch.tensor(np.sum(np.zeros((2, 3, 4)), axis=1, keepdims=True))",),
    ("torch.tensor(np.argmax(np.zeros((2, 3)), axis=-1))",),
    ("torch.tensor(np.where(np.zeros((2, 1)) > 0, np.zeros(3), 1.0))",),
    ("torch.tensor(np.maximum(np.zeros((2, 1)), np.zeros(3)))",),
    ("torch.tensor(np.clip(np.zeros((2, 3)), 0, 1))",),
    ("torch.tensor(np.transpose(np.zeros((2, 3, 4))))",),
    ("torch.tensor(np.transpose(np.zeros((2, 3, 4)), (1, 0, 2)))",),
    ("torch.tensor(np.expand_dims(np.zeros((2, 3)), 1))",),
    ("torch.tensor(np.repeat(np.zeros((2, 3)), 4, axis=1))",),
    ("torch.tensor(np.repeat(np.zeros((2, 3)), 4))",),
    ("torch.tensor(np.tile(np.zeros((2, 3)), (2, 1, 1)))",),
    ("torch.tensor(np.cumsum(np.zeros((2, 3))))",),
    ("torch.tensor(np.cumsum(np.zeros((2, 3)), axis=1))",),
    ("torch.tensor(np.linalg.norm(np.zeros((2, 3)), axis=1))",),
    ("torch.tensor(np.broadcast_to(np.zeros(3), (2, 3)))",),
    ("torch.tensor(np.random.choice(5, (2, 3)))",),
    ("torch.tensor(np.reshape(np.zeros((2, 6)), (3, -1)))",),
    ("x0 * np.sqrt(2.0) / np.power(3, 0.5)", (2, 3)),
    ("x0 * torch.tensor([np.sqrt(2.0), 1.0, 2.0])", (2, 3)),
    # lists and numbers
    ("torch.tensor([[1, 2, 3], [4, 5, 6]])",),
    ("torch.tensor([[x0.sum().item(), 2.0]])", (3,)),
    ("torch.tensor([x0.sum(), x0.mean()])", (3,)),
    ("torch.tensor([np.zeros(1), np.zeros(1)])",),
    ("torch.FloatTensor(2, 3)",),
    ("torch.FloatTensor([1.0, 2.0])",),
    ("torch.Tensor(x0.size())", (2, 3)),
    ("torch.LongTensor([[1, 2], [3, 4], [5, 6]])",),
    ("x0.new(4, 5)", (2, 3)),
    ("x0.new([1.0, 2.0, 3.0])", (2, 3)),
    ("x0.new(x0.size(0), 7)", (2, 3)),
    ("x0.new_zeros(x0.shape[:-1] + (7,))", (2, 3)),
    ("torch.scalar_tensor(3)",),
    ("x0 * x1.max().item()", (2, 3), (4,)),
    ("x0 + torch.finfo(x0.dtype).min", (2, 3)),
    ("x0.masked_fill(x0 > 0, -torch.finfo(torch.float32).max)", (2, 3)),
    ("torch.zeros(torch.broadcast_shapes((2, 1), (3,)))",),
    ("x0.float() + x0.data", (2, 3)),
    # sizes as tuples
    ("x0.view(*x0.shape[:-1], 2, -1)", (3, 5, 8)),
    ("x0.view(x0.shape[:-1] + (2, 4))", (3, 5, 8)),
    ("x0.reshape(x0.size()[:2] + (-1,))", (3, 5, 2, 4)),
    ("x0.view(torch.Size([3, 5]) + x0.shape[1:])", (15, 8)),
    ("x0.expand(*x1.shape[:-1], -1)", (4,), (2, 3, 5)),
    ("x0.new_zeros(x0.shape.numel())", (3, 5)),
    ("x0.reshape((x0.size(0),) + tuple(x0.shape[1:]))", (3, 5)),
    ("x0.view([*x0.shape, 1])", (3, 5)),
    ("F.linear(x0, x1, x2)", (3,), (3,), ()),
    ("F.linear(x0, x1, x2)", (2, 4, 3), (3,), ()),
    # functions of functions
    ("checkpoint(nn.Linear(3, 5), x0, use_reentrant=False)", (2, 3)),
    ("torch.utils.checkpoint.checkpoint_sequential(nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 5)), 2, x0)", (2, 3)),
    ("torch.vmap(torch.dot)(x0, x1)", (2, 3), (2, 3)),
    ("torch.func.vmap(lambda a, b: a @ b, in_dims=(0, None))(x0, x1)", (2, 4, 3), (3, 5)),
    ("torch.vmap(lambda a: a.sum(0), in_dims=1, out_dims=1)(x0)", (2, 3, 4)),
    ("torch.vmap(torch.vmap(torch.dot, (0, None)), (None, 0))(x0, x1)", (2, 3), (4, 3)),
    ("torch.func.grad(lambda a: a.sum())(x0)", (2, 3)),
    ("nn.DataParallel(nn.Linear(3, 5))(x0)", (2, 3)),
    ("nn.DataParallel(nn.Linear(3, 5)).module(x0)", (2, 3)),
    ("nn.Parameter(nn.init.xavier_uniform_(torch.empty(2, 3)))",),
    ("nn.utils.weight_norm(nn.Linear(3, 5))(x0)", (2, 3)),
    ("torch.jit.trace(nn.Linear(3, 5), torch.zeros(1, 3))(x0)", (2, 3)),
]


@pytest.mark.parametrize("case", CASES, ids=[str(case[0]) for case in CASES])
def test_agrees(case) -> None:
    call, *shapes = case
    hold(call, *shapes)


REFUSED: list[tuple[object, ...]] = [
    ("F.linear(x0, x1, x2)", (4, 3), (3,), ()),
    ("F.linear(x0, x1, x2)", (2, 4, 3), (3,), (3,)),
    ("np.concatenate([np.zeros((2, 3)), np.ones((4, 5))])",),
    ("torch.vmap(torch.dot)(x0, x1)", (2, 3), (4, 3)),
    ("torch.vmap(torch.dot, in_dims=(0, 0, 0))(x0, x1)", (2, 3), (2, 3)),
    ("checkpoint(nn.Linear(3, 5), x0, use_reentrant=False)", (2, 4)),
    ("nn.init.xavier_uniform_(torch.empty(2, 3)) @ x0", (2,)),
    ("nn.init.eye_(x0)", (2,)),
]


@pytest.mark.parametrize("case", REFUSED, ids=[str(case[0]) for case in REFUSED])
def test_what_is_refused_is_reported(case) -> None:
    call, *shapes = case
    hold_refused(call, *shapes)


def test_code_for_a_compiler_alone_is_not_run(understand) -> None:
    found = understand("""
        import torch
        x = torch.zeros(2, 3)
        if torch.jit.is_scripting():
            x = x.view(5)
        y = x
        """)
    assert found["y"] == "(2, 3)"
    assert found.events == []
