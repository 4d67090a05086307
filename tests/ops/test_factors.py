"""Products of the factors of one matrix, and softmaxes that choose their axis."""

import pytest

HEAD = "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n"
FACTORS = [
    # how the factors of A (m, n) are made, a product of them, and whether it takes V for its transpose
    ("torch.linalg.svd(A, full_matrices=False)", "U @ torch.diag(S) @ V", False),
    ("torch.linalg.svd(A, full_matrices=False)", "U @ torch.diag(S) @ V.T", True),
    ("torch.linalg.svd(A, full_matrices=False)", "(U * S) @ V", False),
    ("torch.linalg.svd(A, full_matrices=False)", "(U * S) @ V.mT", True),
    ("torch.linalg.svd(A)", "V @ U.mT", True),
    ("torch.linalg.svd(A)", "V.mT @ U.transpose(-2, -1)", False),
    ("torch.linalg.svd(A)", "V @ V.mT", False),
    ("torch.linalg.svd(A)", "A.mT @ U", False),
    ("torch.svd(A)", "U @ torch.diag(S) @ V.T", False),
    ("torch.svd(A)", "U @ torch.diag_embed(S) @ V", True),
    ("torch.svd(A)", "V @ U.T", False),
    ("torch.svd(A)", "V.mm(U.t())", False),
    ("torch.svd(A)", "V.t().mm(U.t())", True),
    ("torch.svd(A[None])", "torch.bmm(V, U.mT)", False),
    ("torch.svd(A[None])", "torch.bmm(V.mT, U.mT)", True),
    ("torch.linalg.svd(A)", "torch.einsum('ji,kj->ik', V, U)", False),
    ("torch.linalg.svd(A)", "torch.einsum('ij,kj->ik', V, U)", True),
    ("torch.linalg.svd(A[None])", "torch.einsum('bij,bkj->bik', U, V)", True),
    ("torch.svd(A)", "torch.linalg.svd(A)[2] @ U", False),  # factors of two decompositions
]


@pytest.mark.parametrize(("factors", "product", "wrong"), FACTORS)
def test_factors(understand, factors: str, product: str, wrong: bool) -> None:
    source = f"{HEAD}def f(A: torch.Tensor):\n    m, n = A.shape\n    U, S, V = {factors}\n    return {product}\n"
    assert understand(source).events == (["FactorTransposed"] if wrong else [])


SOFTMAXES = [
    ("F.softmax(x)", True),
    ("F.log_softmax(x, dim=None)", True),
    ("nn.Softmax()(x)", True),
    ("F.softmin(x[0, 0])", False),  # of two axes it takes the last
    ("F.softmax(x[None])", True),
    ("F.softmax(x, dim)", False),
    ("F.softmax(unknown)", False),
    ("F.softmax(x, -1)", False),
    ("F.gumbel_softmax(x)", False),
]


@pytest.mark.parametrize(("call", "implicit"), SOFTMAXES)
def test_axes_that_a_softmax_chooses(understand, call: str, implicit: bool) -> None:
    source = f"{HEAD}def f(x: torch.Tensor, dim, unknown):\n    b, h, t, c = x.shape\n    return {call}\n"
    assert understand(source).events == (["ImplicitAxis"] if implicit else [])
