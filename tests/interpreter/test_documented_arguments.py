"""Arguments of which a docstring tells the shape: they may still be left out, and may be sizes themselves."""

HEAD = "import torch\nfrom torch import Tensor, nn\n"


def test_what_may_be_left_out_is_followed_both_ways(understand) -> None:
    found = understand(
        HEAD
        + '''
def attend(q: Tensor, bias: Tensor | None = None, scale: Tensor | None = None):
    """
    Args:
        q (Tensor[N, C]): queries.
        bias (Tensor[C], optional): added to them.
        scale (Tensor[C], optional): of cosine attention.
    """
    if scale is not None and bias is not None:
        bias = bias.clone()
    if scale is not None:
        z = q.unsqueeze(0)
    else:
        plain = q.unsqueeze(-1)

class Cosine(nn.Module):
    def __init__(self, heads):
        self.scale = nn.Parameter(torch.ones(heads, 1, 1))

    def forward(self, q):
        return attend(q, scale=self.scale)
''',
        assume=True,
    )
    assert found["z"] == "(1, N, C)"
    assert found["plain"] == "(N, C, 1)"


def test_the_shape_of_a_shape_is_what_it_holds(understand) -> None:
    found = understand(
        HEAD
        + '''
def sample(model, shape, noise=None):
    """Generate samples.

    :param shape: the shape of the samples, (N, C, H, W).
    """
    assert isinstance(shape, (tuple, list))
    z = noise if noise is not None else torch.randn(*shape)
    t = torch.zeros(shape[0])
''',
        assume=True,
    )
    assert found["t"] == "(N,)"
    assert "arg:shape" not in found.shapes or found["arg:shape"] == "unknown"


DIFFUSION = '''
class Diffusion:
    def sample_step(self, model, x, t):
        b, c = x.shape[:2]
        noise = torch.randn_like(x)
        return {"sample": x + noise}

    def loop(self, model, shape, steps):
        """Generate samples.

        :param shape: the shape of the samples, (N, C, H, W).
        """
        for out in self.progress(model, shape, steps):
            last = out
        return last["sample"]

    def progress(self, model, shape, steps):
        img = torch.randn(*shape)
        for i in range(steps):
            out = self.sample_step(model, img, i)
            yield out
            img = out["sample"]

    def other(self, model, x, t):
        return self.sample_step(model, x, t)
'''


def test_shapes_are_passed_on(understand) -> None:
    found = understand(HEAD + DIFFUSION, assume=True)
    assert found["img"] == "(N, C, H, W)"


def test_what_a_method_alone_knows_of_an_argument_is_no_other_number_of_axes(understand) -> None:
    found = understand(HEAD + DIFFUSION, assume=True)
    assert found["noise"].count(",") == len("nchw") - 1
