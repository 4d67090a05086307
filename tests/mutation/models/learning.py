"""Losses of reinforcement learning, and a small policy."""

import torch
import torch.nn.functional as F
from torch import nn


class Policy(nn.Module):
    def __init__(self, observations=6, hidden=16, actions=3):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(observations, hidden), nn.Tanh(), nn.Linear(hidden, hidden), nn.Tanh())
        self.actor = nn.Linear(hidden, actions)
        self.critic = nn.Linear(hidden, 1)

    def forward(self, observation):
        hidden = self.body(observation)
        return self.actor(hidden), self.critic(hidden).squeeze(-1)


def chosen(logits, actions):
    """The logarithms of the probabilities of what was done: (batch, actions), (batch,) -> (batch,)."""
    return logits.log_softmax(dim=-1).gather(1, actions.unsqueeze(1)).squeeze(1)


def advantages(rewards, values, masks, gamma=0.99, decay=0.95):
    """Of (steps, batch) rewards and masks, and (steps + 1, batch) values."""
    found = torch.zeros_like(rewards)
    last = torch.zeros_like(rewards[0])
    for step in reversed(range(rewards.shape[0])):
        delta = rewards[step] + gamma * values[step + 1] * masks[step] - values[step]
        last = delta + gamma * decay * masks[step] * last
        found[step] = last
    return found


def policy_loss(policy, observations, actions, returns, old, clip=0.2):
    logits, values = policy(observations)
    advantage = returns - values.detach()
    ratio = (chosen(logits, actions) - old).exp()
    clipped = torch.clamp(ratio, 1 - clip, 1 + clip)
    actor = -torch.min(ratio * advantage, clipped * advantage).mean()
    return actor + 0.5 * F.mse_loss(values, returns)


def temporal_difference(online, target, observations, actions, rewards, following, gamma=0.99):
    """The loss of Q-learning; `actions` are (batch, 1), `rewards` (batch,)."""
    with torch.no_grad():
        best, _ = target(following).max(dim=1)
        wanted = rewards + gamma * best
    found = online(observations).gather(1, actions).squeeze(1)
    return F.mse_loss(found, wanted)


if __name__ == "__main__":
    batch, steps = 5, 4
    policy, q = Policy(), nn.Linear(6, 3)
    observations, actions = torch.randn(batch, 6), torch.randint(0, 2, (batch,))
    policy_loss(policy, observations, actions, torch.randn(batch), torch.randn(batch))
    advantages(torch.randn(steps, batch), torch.randn(steps + 1, batch), torch.ones(steps, batch))
    temporal_difference(q, q, observations, actions.unsqueeze(1), torch.randn(batch), torch.randn(batch, 6))
