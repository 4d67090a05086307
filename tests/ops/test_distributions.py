"""Distributions: batch and event shapes, samples, densities; held against torch."""

import pytest

from tests.ops.held import hold, hold_refused

P = "x0.softmax(-1)"
CASES: list[tuple[object, ...]] = [
    # numbers
    ("td.Normal(x0, x1).sample()", (2, 1), (3,)),
    ("td.Normal(x0, 1.0).rsample((5, 4))", (2, 3)),
    ("td.Normal(0.0, 1.0).sample((5,))",),
    ("td.Normal(0.0, 1).sample(torch.Size([5, 2]))",),
    ("td.Normal(loc=x0, scale=x1.exp()).log_prob(x2)", (2, 3), (3,), (4, 2, 3)),
    ("td.Normal(x0, x1).entropy()", (2, 3), (3,)),
    ("td.normal.Normal(x0, 1).mean", (2, 3)),
    ("td.Normal(x0, 1).stddev", (2, 3)),
    ("td.Normal(x0, 1).scale", (2, 3)),
    ("torch.zeros(td.Normal(x0, 1).batch_shape)", (2, 3)),
    ("torch.zeros(td.Normal(x0, 1).event_shape)", (2, 3)),
    ("td.Normal(x0, 1).cdf(x1)", (2, 3), (2, 3)),
    ("td.Normal(x0, 1).expand((4, 2, 3)).sample()", (2, 3)),
    ("td.Uniform(x0, x1 + 1).sample((4,))", (2, 3), (2, 3)),
    ("td.Beta(x0, x1).rsample()", (2, 3), (3,)),
    ("td.Gamma(x0, 1.0).log_prob(x1)", (2, 3), (2, 3)),
    ("td.Laplace(x0, x1).variance", (2, 3), (3,)),
    ("td.Exponential(rate=x0).sample()", (3,)),
    ("td.Poisson(x0).sample((2,))", (3,)),
    ("td.StudentT(2.0, x0).sample()", (3,)),
    ("td.HalfCauchy(x0).entropy()", (2, 3)),
    ("td.Gumbel(x0, x1).sample()", (2, 3), (3,)),
    ("td.LogNormal(x0, 1.0).log_prob(x1)", (2, 3), (2, 3)),
    # probabilities
    ("td.Bernoulli(x0).sample()", (2, 3)),
    ("td.Bernoulli(logits=x0).log_prob(x1.round())", (2, 3), (2, 3)),
    ("td.Bernoulli(x0).enumerate_support()", (2, 3)),
    ("td.Bernoulli(x0).probs", (2, 3)),
    ("td.Binomial(10, x0).sample((4,))", (2, 3)),
    ("td.Geometric(probs=x0).mean", (2, 3)),
    ("td.RelaxedBernoulli(torch.tensor(0.5), logits=x0).rsample()", (2, 3)),
    (f"td.Categorical({P}).sample()", (2, 3)),
    ("td.Categorical(logits=x0).sample((7,))", (4, 2, 3)),
    ("td.Categorical(logits=x0).log_prob(i1)", (2, 3), (2,)),
    ("td.Categorical(logits=x0).log_prob(i1)", (2, 3), (5, 2)),
    ("td.Categorical(logits=x0).entropy()", (2, 3)),
    ("td.Categorical(logits=x0).probs", (2, 3)),
    ("td.Categorical(logits=x0).enumerate_support()", (2, 3)),
    ("td.categorical.Categorical(logits=x0).mode", (2, 3)),
    ("td.OneHotCategorical(logits=x0).sample()", (2, 3)),
    ("td.OneHotCategorical(logits=x0).log_prob(td.OneHotCategorical(logits=x0).sample((5,)))", (2, 3)),
    ("td.RelaxedOneHotCategorical(0.5, logits=x0).rsample((2,))", (4, 3)),
    ("td.Multinomial(10, logits=x0).sample((5,))", (2, 3)),
    # vectors and matrices
    ("td.Dirichlet(x0).sample((2,))", (4, 3)),
    ("td.Dirichlet(x0).entropy()", (4, 3)),
    ("td.MultivariateNormal(x0, torch.eye(3)).sample((5,))", (2, 3)),
    ("td.MultivariateNormal(x0, scale_tril=torch.eye(3).expand(4, 1, 3, 3)).log_prob(x1)", (2, 3), (4, 2, 3)),
    ("td.MultivariateNormal(x0, torch.eye(3)).covariance_matrix", (2, 3)),
    ("td.LowRankMultivariateNormal(x0, torch.ones(3, 2), torch.ones(3)).sample()", (4, 3)),
    ("td.LKJCholesky(3, 0.5).sample((2,))",),
    # distributions made of others
    ("td.Independent(td.Normal(x0, 1), 1).log_prob(x1)", (2, 3), (5, 2, 3)),
    ("td.Independent(td.Normal(x0, 1), 2).entropy()", (4, 2, 3)),
    ("td.Independent(td.Normal(x0, 1), 1).rsample((6,))", (2, 3)),
    ("td.Independent(td.Bernoulli(logits=x0), 1).base_dist.logits", (2, 3)),
    ("td.kl_divergence(td.Normal(x0, 1), td.Normal(x1, 1))", (2, 3), (3,)),
    ("td.kl.kl_divergence(td.Categorical(logits=x0), td.Categorical(logits=x1))", (2, 3), (2, 3)),
    ("td.kl_divergence(td.Independent(td.Normal(x0, 1), 1), td.Independent(td.Normal(x1, 1), 1))", (2, 3), (2, 3)),
    ("td.TransformedDistribution(td.Normal(x0, 1), [td.transforms.TanhTransform()]).rsample()", (2, 3)),
    ("td.TransformedDistribution(td.Normal(x0, 1), td.AffineTransform(x1, 2.0)).sample((4,))", (3,), (2, 3)),
    ("td.MixtureSameFamily(td.Categorical(logits=x0), td.Normal(x0, 1)).sample((5,))", (2, 4)),
    ("td.MixtureSameFamily(td.Categorical(logits=x0), td.Normal(x0, 1)).log_prob(x1)", (2, 4), (2,)),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[str(case[0]) for case in CASES])
def test_agrees_with_torch(case) -> None:
    call, *shapes = case
    hold(call, *shapes)


REFUSED: list[tuple[object, ...]] = [
    ("td.Normal(x0, x1)", (2, 3), (4,)),
    ("td.Normal(x0, 1).log_prob(x1)", (2, 3), (4,)),
    ("td.Bernoulli()",),
    ("td.Bernoulli(x0, logits=x0)", (2,)),
    ("td.Categorical(x0)", ()),
    ("td.MultivariateNormal(x0, torch.eye(3)).log_prob(x1)", (2, 3), (2, 4)),
    ("td.Independent(td.Normal(x0, 1), 2)", (3,)),
    ("td.Dirichlet(x0).log_prob(x1)", (2, 3), (2, 4)),
    ("td.MixtureSameFamily(td.Categorical(logits=x0), td.Normal(x1, 1))", (2, 4), (2, 5)),
]


@pytest.mark.parametrize("case", REFUSED, ids=[str(case[0]) for case in REFUSED])
def test_what_torch_refuses_is_reported(case) -> None:
    call, *shapes = case
    hold_refused(call, *shapes)


UNDERSTOOD = {
    "a policy of known width": (
        """
        class Policy(nn.Module):
            def __init__(self, inputs, actions):
                super().__init__()
                self.mean = nn.Linear(inputs, actions)
                self.log_std = nn.Parameter(torch.zeros(1, actions))
            def forward(self, observed: Float[Tensor, "batch inputs"], taken=None):
                mean = self.mean(observed)
                policy = Normal(mean, self.log_std.expand_as(mean).exp())
                action = policy.sample()
                chance = policy.log_prob(action).sum(1)
                surprise = policy.entropy().sum(-1, keepdim=True)
        """,
        {"action": "(batch, actions)", "chance": "(batch,)", "surprise": "(batch, 1)"},
    ),
    "a class that derives from a distribution": (
        """
        class Choice(torch.distributions.Categorical):
            def sample(self):
                return super().sample().unsqueeze(-1)
        def act(scores: Float[Tensor, "batch actions"]):
            choice = Choice(logits=scores)
            action = choice.sample()
            chance = choice.log_prob(action.squeeze(-1))
        """,
        {"action": "(batch, 1)", "chance": "(batch,)"},
    ),
}


@pytest.mark.parametrize(("source", "expected"), UNDERSTOOD.values(), ids=UNDERSTOOD.keys())
def test_programs_are_understood(understand, source, expected) -> None:
    import textwrap

    head = "import torch\nfrom jaxtyping import Float\nfrom torch import Tensor, nn\nfrom torch.distributions import Normal\n"
    found = understand(head + textwrap.dedent(source))
    assert {name: found[name] for name in expected} == expected
    assert found.events == []


def test_a_density_of_values_with_one_axis_too_many_stretches_both(understand) -> None:
    found = understand("""
        import torch
        chance = torch.distributions.Normal(torch.zeros(8), 1.0).log_prob(torch.zeros(8, 1))
        """)
    assert found.events == ["OuterBroadcast"]
