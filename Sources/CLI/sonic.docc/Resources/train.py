"""Trains the network, prunes four weights of five, and trains on what is left."""

import torch
import torch.nn.functional as F
from torch.nn.utils import prune

import clothes
from network import Network


def train(network: Network, epochs: int) -> None:
    """Goes over all training pictures so many times."""
    pictures, labels = clothes.read("train")
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    for _ in range(epochs):
        for chosen in torch.randperm(len(pictures)).split(100):
            optimizer.zero_grad()
            F.cross_entropy(network(pictures[chosen]), labels[chosen]).backward()
            optimizer.step()
        schedule.step()


@torch.no_grad()
def accuracy(network: Network) -> float:
    """The share of test pictures that the network is right about."""
    pictures, labels = clothes.read("t10k")
    return (network(pictures).argmax(1) == labels).float().mean().item()


torch.manual_seed(1)
network = Network()
train(network, epochs=4)
print(f"dense:  {accuracy(network):.1%} of the test pictures")

layers = [(layer, "weight") for layer in network.children()]
prune.global_unstructured(layers, pruning_method=prune.L1Unstructured, amount=0.8)
print(f"pruned: {accuracy(network):.1%}")

# The masks hold while the rest is trained.
train(network, epochs=4)
print(f"tuned:  {accuracy(network):.1%}")

for name, layer in network.named_children():
    prune.remove(layer, "weight")
    print(f"{name}:  {(layer.weight == 0).float().mean():.1%} zeros")
torch.save(network.state_dict(), "net.pt")
