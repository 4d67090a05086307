"""What follows where the number of axes is not known: the first and the last are, or nothing is."""

import pytest

HEAD = "import torch\nfrom jaxtyping import Float\nfrom torch import Tensor, nn\nfrom torch.nn import functional as F\n"
BORDERS = {
    # entry by entry
    "x + 1": "(B, ..., D)",
    "x.exp().float()": "(B, ..., D)",
    "x * x": "(B, ..., D)",
    "x * torch.ones(7)": "(..., 7)",
    "torch.where(x > 0, x, 0.0)": "(B, ..., D)",
    "x.masked_fill(x > 0, 0.0)": "(B, ..., D)",
    "F.gelu(x)": "(B, ..., D)",
    "F.dropout(x, 0.1)": "(B, ..., D)",
    "x.clamp(min=0).type_as(x).contiguous()": "(B, ..., D)",
    "torch.zeros_like(x)": "(B, ..., D)",
    # along an axis
    "x.softmax(dim=-1)": "(B, ..., D)",
    "x.cumsum(0)": "(B, ..., D)",
    "F.normalize(x, dim=-1)": "(B, ..., D)",
    "F.layer_norm(x, x.shape[-1:])": "(B, ..., D)",
    "nn.Linear(7, 5)(x)": "(B, ..., 5)",
    "nn.LayerNorm(7)(x)": "(B, ..., 7)",
    "x.sum()": "()",
    "x.sum(-1)": "(B, ...)",
    "x.mean(0)": "(..., D)",
    "x.mean(dim=(0, -1))": "(...,)",
    "x.mean(-1, keepdim=True)": "(B, ..., 1)",
    "x.max(dim=-1).values": "(B, ...)",
    "x.max(-1)[1]": "(B, ...)",
    "x.argmax(-1)": "(B, ...)",
    "x.topk(3, dim=-1).values": "(B, ..., 3)",
    "x.sort(-1).indices": "(B, ..., D)",
    "x.norm(dim=-1)": "(B, ...)",
    "x.std(-1)": "(B, ...)",
    "x.logsumexp(-1)": "(B, ...)",
    "x.all(0)": "(..., D)",
    # parts
    "x[:, 1:, :]": "(B, ?, ..., D)",
    "x[:, :, :]": "(B, ?, ..., D)",
    "x[:, 0, :]": "(B, ..., D)",
    "x[0]": "(..., D)",
    "x[..., 0]": "(B, ...)",
    "x[..., :3]": "(B, ..., min(D, 3))",
    "x[..., None]": "(B, ..., D, 1)",
    "x[None]": "(1, B, ..., D)",
    "x[:, None]": "(B, 1, ..., D)",
    "x[1:]": "(B - 1, ..., D)",
    "x[..., -1:]": "(B, ..., 1)",
    "x[torch.tensor([0, 1, 2])]": "(3, ..., D)",
    "x[..., torch.tensor([0, 1, 2])]": "(B, ..., 3)",
    "x.select(-1, 0)": "(B, ...)",
    "x.narrow(-1, 0, 2)": "(B, ..., 2)",
    "x.index_select(0, torch.tensor([0, 1]))": "(2, ..., D)",
    "x.chunk(2, -1)[0].shape[-1] * torch.ones(x.shape)": "(B, ..., D)",
    "x.split([2, D - 2], -1)[1]": "(B, ..., D - 2)",
    "x.unbind(0)[0]": "(..., D)",
    "x.unbind(-1)[0]": "(B, ...)",
    # other places and sizes
    "x.unsqueeze(-1)": "(B, ..., D, 1)",
    "x.unsqueeze(0)": "(1, B, ..., D)",
    "x.unsqueeze(1)": "(B, 1, ..., D)",
    "x.unsqueeze(-2)": "(B, ..., 1, D)",
    "x.transpose(0, -1)": "(D, ..., B)",
    "x.movedim(0, -1)": "(..., D, B)",
    "x.flip(-1)": "(B, ..., D)",
    "x.roll(1, -1)": "(B, ..., D)",
    "x.flatten(1)": "(B, ?)",
    "x.flatten(0, -2)": "(?, D)",
    "x.reshape(-1, D)": "(?, D)",
    "x.view(B, -1)": "(B, ?)",
    "x.reshape(*x.shape[:-1], 2, -1)": "(B, ..., 2, D//2)",
    "x.view(x.shape[:-1] + (2, D // 2))": "(B, ..., 2, D//2)",
    "x.unflatten(-1, (2, -1))": "(B, ..., 2, D//2)",
    "x.expand(3, *x.shape)": "(3, B, ..., D)",
    "x.repeat_interleave(2, dim=-1)": "(B, ..., 2*D)",
    "x.repeat_interleave(2, 0)": "(2*B, ..., D)",
    "F.pad(x, (1, 2))": "(B, ..., D + 3)",
    "F.pad(x.unsqueeze(0).unsqueeze(0)[..., 0], (1, 2))": "(1, 1, ...)",
    "x[..., 0] @ torch.ones(5)": "(...,)",
    # several tensors
    "torch.cat([x, x], dim=-1)": "(B, ..., 2*D)",
    "torch.cat([x, x], 0)": "(2*B, ..., D)",
    "torch.stack([x, x])": "(2, B, ..., D)",
    "torch.stack([x, x], -1)": "(B, ..., D, 2)",
    "x @ torch.ones(7, 5)": "(B, ..., 5)",
    "torch.einsum('...d,de->...e', x, torch.ones(7, 5))": "(B, ..., 5)",
    "torch.einsum('...d,...d->...', x, x)": "(B, ...)",
    "F.one_hot(x.long(), 5)": "(B, ..., D, 5)",
    "F.embedding(x.long(), torch.ones(9, 4))": "(B, ..., D, 4)",
    "nn.Embedding(9, 4)(x.long())": "(B, ..., D, 4)",
    "F.cosine_similarity(x, x, dim=-1)": "(B, ...)",
    "x.gather(-1, x.argmax(-1, keepdim=True))": "(B, ..., 1)",
    "torch.linalg.norm(x, dim=-1, keepdim=True)": "(B, ..., 1)",
    "torch.linalg.vector_norm(x, dim=-1)": "(B, ...)",
    "F.mse_loss(x, x, reduction='none')": "(B, ..., D)",
    "torch.fft.rfft(x, dim=-1)": "(B, ..., D//2 + 1)",
    "x.new_zeros(x.shape[:-1])": "(B, ...)",
    "x.diff(dim=-1)": "(B, ..., D - 1)",
}


@pytest.mark.parametrize(("call", "shape"), BORDERS.items(), ids=BORDERS)
def test_the_first_and_the_last_axis_are_known(understand, call, shape) -> None:
    source = f'def f(x: Float[Tensor, "B *rest D"]):\n    B, D = x.shape[0], x.shape[-1]\n    z = {call}\n'
    found = understand(HEAD + source)
    assert (found["z"], found.events) == (shape, [])


# What becomes known of `x`, of which nothing was, and what the operation gives.
NOTHING = {
    "x.permute(0, 2, 1)": ("(?, ?, ?)", "(?, ?, ?)"),
    "x.transpose(1, 2)": ("(?, ?, ?, ...)", "(?, ?, ?, ...)"),
    "x.transpose(-2, -1)": ("(..., ?, ?)", "(..., ?, ?)"),
    "x[..., -1]": ("(..., ?)", "(...,)"),
    "x[:, 0]": ("(?, ?, ...)", "(?, ...)"),
    "x[:, :, None]": ("(?, ?, ...)", "(?, ?, 1, ...)"),
    "x[:, :, 0, 0]": ("(?, ?, ?, ?, ...)", "(?, ?, ...)"),
    "x.mean(dim=(-2, -1))": ("(..., ?, ?)", "(...,)"),
    "x.mean(dim=[2, 3])": ("(?, ?, ?, ?, ...)", "(?, ?, ...)"),
    "x.unsqueeze(1)": ("(?, ...)", "(?, 1, ...)"),
    "x.softmax(-1)": ("(...,)", "(...,)"),
    "x.t()": ("(...,)", "(...,)"),
    "x.mT": ("(..., ?, ?)", "(..., ?, ?)"),
    "torch.cat([x, torch.zeros(2, 3)], dim=-1)": ("(2, ?)", "(2, ?)"),
    "torch.stack([x, torch.zeros(2, 3)])": ("(2, 3)", "(2, 2, 3)"),
    "torch.bmm(x, torch.zeros(2, 3, 4))": ("(2, ?, 3)", "(2, ?, 4)"),
    "x @ torch.zeros(3, 4)": ("(..., 3)", "(..., 4)"),
    "torch.einsum('bij,bjk->bik', x, torch.zeros(2, 3, 4))": ("(b, i, j)", "(2, i, 4)"),
    "nn.Linear(3, 4)(x)": ("(..., 3)", "(..., 4)"),
    "nn.BatchNorm2d(3)(x)": ("(?, 3, ?, ?)", "(?, 3, ?, ?)"),
    "F.conv2d(x, torch.zeros(4, 3, 1, 1))": ("(..., 3, ?, ?)", "(..., 4, ?, ?)"),
    "x.view(2, -1)": ("(...,)", "(2, ?)"),
    "x.flatten(2)": ("(?, ?, ...)", "(?, ?, ?)"),
    "x.chunk(2, dim=1)[0]": ("(?, ?, ...)", "(?, ?, ...)"),
    "x.size(2) * x": ("(?, ?, ?, ...)", "(?, ?, ?, ...)"),
    "x.repeat(2, 1, 1)": ("(...,)", "(?, ?, ?)"),
    "x.expand(2, 3, -1)": ("(...,)", "(2, 3, ?)"),
    "x.squeeze(-1)": ("(..., ?)", "(...,)"),
    "F.pixel_shuffle(x, 2)": ("(..., ?, ?, ?)", "(..., ?, ?, ?)"),
    "F.interpolate(x, size=(4, 5))": ("(?, ?, ?, ?)", "(?, ?, 4, 5)"),
    "F.adaptive_avg_pool2d(x, 1)": ("(..., ?, ?, ?)", "(..., ?, 1, 1)"),
    "F.max_pool2d(x, 2)": ("(..., ?, ?, ?)", "(..., ?, ?, ?)"),
}


@pytest.mark.parametrize(("call", "shapes"), NOTHING.items(), ids=NOTHING)
def test_nothing_is_known(understand, call, shapes) -> None:
    found = understand(f"{HEAD}def f(x: Tensor):\n    z = {call}\n")
    assert (found["arg:x"], found["z"], found.events) == (*shapes, [])


UNPACKED = {
    "first, *rest = x.shape\nz = torch.zeros(first, *rest, 3)": "(B, ..., D, 3)",
    "*rest, last = x.shape\nz = torch.zeros(*rest, last, 3)": "(B, ..., D, 3)",
    "first, *rest, last = x.shape\nz = x.view(first, *rest, 2, last // 2)": "(B, ..., 2, D//2)",
    "*rest, last = x.shape\nz = torch.zeros(rest)": "(B, ...)",
    "first, *_ = x.size()\nz = torch.zeros(first)": "(B,)",
}


@pytest.mark.parametrize(("body", "shape"), UNPACKED.items(), ids=UNPACKED)
def test_a_starred_name_takes_the_sizes_between(understand, body, shape) -> None:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    found = understand(f'{HEAD}def f(x: Float[Tensor, "B *rest D"]):\n{lines}')
    assert (found["z"], found.events) == (shape, [])
