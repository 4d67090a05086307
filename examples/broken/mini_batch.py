"""A head of width 1 against targets without that axis: the loss compares every prediction with every target."""

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import mse_loss
from torch.utils.data import DataLoader, TensorDataset

import shapeguard


class Regression(nn.Module):
    def __init__(self, n: int, hidden: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(n, hidden), nn.ReLU(), nn.Linear(hidden, 1))

    @shapeguard.check
    def loss(self, x: Float[Tensor, "k n"], target: Float[Tensor, " k"]) -> Float[Tensor, ""]:
        prediction = self.layers(x)
        return mse_loss(prediction, target)


def main() -> None:
    torch.manual_seed(0)
    x = torch.randn(120, 4)
    target = x.sum(dim=1)
    model = Regression(4, 16)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for inputs, targets in DataLoader(TensorDataset(x, target), batch_size=32):
        optimizer.zero_grad()
        model.loss(inputs, targets).backward()
        optimizer.step()


if __name__ == "__main__":
    main()
