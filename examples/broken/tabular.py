"""Runs, trains, and learns the mean: `(N, 1) - (N,)` is `(N, N)`."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

import shapeguard


class LinearRegression(nn.Module):
    def __init__(self, n: int) -> None:
        super().__init__()
        self.linear = nn.Linear(n, 1)

    @shapeguard.check
    def forward(self, x: Float[Tensor, "N n"]) -> Float[Tensor, "N 1"]:
        return self.linear(x)  # (N, 1)


@shapeguard.check
def squared_error(prediction: Float[Tensor, "N 1"], target: Float[Tensor, " N"]) -> Float[Tensor, ""]:
    residual = prediction - target
    return residual.pow(2).mean()


def main() -> None:
    torch.manual_seed(0)
    x = torch.randn(100, 4)  # (100, 4)
    target = x.sum(dim=1)  # (100,)
    model = LinearRegression(4)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(50):
        optimizer.zero_grad()
        loss = squared_error(model(x), target)
        loss.backward()
        optimizer.step()
    print(f"loss {loss.item():.4f}")


if __name__ == "__main__":
    main()
