"""A small network for images, with a gate for channels and a pyramid of two levels."""

import torch
import torch.nn.functional as F
from torch import nn


class Gate(nn.Module):
    def __init__(self, channels, reduction=4):
        super().__init__()
        self.fc1 = nn.Linear(channels, channels // reduction)
        self.fc2 = nn.Linear(channels // reduction, channels)

    def forward(self, x):
        weights = x.mean(dim=(2, 3))
        weights = torch.sigmoid(self.fc2(F.relu(self.fc1(weights))))
        return x * weights[:, :, None, None]


class Stage(nn.Module):
    def __init__(self, channels_in, channels_out):
        super().__init__()
        self.conv = nn.Conv2d(channels_in, channels_out, 3, padding=1)
        self.norm = nn.BatchNorm2d(channels_out)
        self.gate = Gate(channels_out)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        return self.pool(self.gate(F.relu(self.norm(self.conv(x)))))


class Network(nn.Module):
    def __init__(self, channels=8, classes=6):
        super().__init__()
        self.stage1 = Stage(3, channels)
        self.stage2 = Stage(channels, 2 * channels)
        self.merge = nn.Conv2d(3 * channels, channels, 1)
        self.head = nn.Linear(channels * 8 * 10, classes)

    def forward(self, images):
        images = (images - images.mean(dim=(2, 3), keepdim=True)) / images.std(dim=(2, 3), keepdim=True)
        fine = self.stage1(images)
        coarse = self.stage2(fine)
        coarse = F.interpolate(coarse, size=fine.shape[-2:])
        merged = self.merge(torch.cat([fine, coarse], dim=1))
        return self.head(merged.reshape(merged.shape[0], -1))


def pixel_loss(logits, target):
    """Of (batch, classes, h, w) logits and (batch, h, w) classes."""
    picked = logits.log_softmax(dim=1).gather(1, target.unsqueeze(1)).squeeze(1)
    return -picked.mean()


if __name__ == "__main__":
    Network()(torch.randn(2, 3, 16, 20))
    pixel_loss(torch.randn(2, 6, 16, 20), torch.randint(0, 2, (2, 16, 20)))
