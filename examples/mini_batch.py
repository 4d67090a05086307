"""Mini-batches: k samples of a table of n features at a time, `(k, n)`."""

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
    def forward(self, x: Float[Tensor, "k n"]) -> Float[Tensor, " k"]:
        y = self.layers(x)  # (k, 1)
        return y.squeeze(1)  # (k,)

    @shapeguard.check
    def loss(self, x: Float[Tensor, "k n"], target: Float[Tensor, " k"]) -> Float[Tensor, ""]:
        prediction = self(x)  # (k,)
        return mse_loss(prediction, target)


def main() -> None:
    torch.manual_seed(0)
    x = torch.randn(120, 4)  # (120, 4)
    target = x.sum(dim=1)  # (120,)
    model = Regression(4, 16)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for inputs, targets in DataLoader(TensorDataset(x, target), batch_size=32):  # the last one has k = 24
        optimizer.zero_grad()
        model.loss(inputs, targets).backward()
        optimizer.step()
    print(f"loss {model.loss(x, target).item():.2f}")


if __name__ == "__main__":
    main()
