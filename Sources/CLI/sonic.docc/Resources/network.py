"""A small network for pictures of clothes."""

import torch
import torch.nn.functional as F
from torch import nn


class Network(nn.Module):
    """Two convolutions, two fully connected layers."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.fc1 = nn.Linear(16 * 7 * 7, 24)
        self.fc2 = nn.Linear(24, 10)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """Ten logits for each picture of bytes."""
        x = image.float() / 255
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc2(F.relu(self.fc1(x.flatten(1))))
