"""A generator and a discriminator, and their losses."""

import torch
import torch.nn.functional as F
from torch import nn


class Generator(nn.Module):
    def __init__(self, latent=10, channels=4, size=8):
        super().__init__()
        self.channels = channels
        self.start = size // 4
        self.project = nn.Linear(latent, 2 * channels * self.start * self.start)
        self.up1 = nn.ConvTranspose2d(2 * channels, channels, 4, stride=2, padding=1)
        self.up2 = nn.ConvTranspose2d(channels, 3, 4, stride=2, padding=1)

    def forward(self, noise):
        x = self.project(noise)
        x = x.view(x.size(0), 2 * self.channels, self.start, self.start)
        x = F.relu(self.up1(x))
        return torch.tanh(self.up2(x))


class Discriminator(nn.Module):
    def __init__(self, channels=4, size=8):
        super().__init__()
        self.down = nn.Conv2d(3, channels, 4, stride=2, padding=1)
        self.score = nn.Linear(channels * (size // 2) * (size // 2), 1)

    def forward(self, images):
        x = F.leaky_relu(self.down(images), 0.2)
        return self.score(x.flatten(1))


def discriminator_loss(real, fake):
    ones = torch.ones(real.size(0), 1)
    zeros = torch.zeros(fake.size(0), 1)
    return F.binary_cross_entropy_with_logits(real, ones) + F.binary_cross_entropy_with_logits(fake, zeros)


def mixed(real, fake):
    weight = torch.rand(real.size(0)).view(-1, 1, 1, 1)
    return weight * real + (1 - weight) * fake


def penalty(gradients):
    norms = gradients.reshape(gradients.size(0), -1).norm(dim=1, keepdim=True)
    return ((norms - 1) ** 2).mean()


if __name__ == "__main__":
    real = torch.randn(5, 3, 8, 8)
    fake = Generator()(torch.randn(5, 10))
    discriminator = Discriminator()
    discriminator_loss(discriminator(real), discriminator(fake))
    penalty(mixed(real, fake))
