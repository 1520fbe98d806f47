#!/usr/bin/env python3
"""Trains, prunes and exports the demo network: Fashion-MNIST, nine weights of ten zero.

    apt-get install dataset-fashion-mnist
    pip install torch==2.13.0 onnx==1.23.2 onnxruntime==1.32.0
    train.py --output Docs/Demo

    fashion.onnx       the pruned network; raw pictures in, ten logits out
    images.npy         uint8 [N,1,28,28], test pictures, as many of each class
    labels.npy         int64 [N], what they show
    calibration.npy    uint8 [64,1,28,28], training pictures

The network is first trained dense, then pruned while it goes on training (Zhu & Gupta, "To prune,
or not to prune", 2017: the fraction of zeros rises fast at first and ever slower, and the smallest
weights of the whole network go), then trained to the end with its zeros held. Everything is
seeded: the same versions on the same kind of processor give the same bytes.

Batch normalizations stay nodes of their own, since the SONIC machine does their scaling in optics.
"""

import argparse
import gzip
import struct
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from torch import nn

CLASSES = 10
BATCH = 128
CALIBRATION = 64
CONVOLUTIONS = [("conv1", 1, 16), ("conv2", 16, 32), ("conv3", 32, 48), ("conv4", 48, 48)]
POOLED = {"conv1", "conv3", "conv4"}
"""The convolutions that a 2x2 max-pooling follows: 28x28 becomes 14x14, 7x7, 3x3."""
FEATURES, HIDDEN = 48 * 3 * 3, 128


class Network(nn.Module):
    """Four blocks of convolution, batch normalization and ReLU; two fully connected layers."""

    def __init__(self) -> None:
        super().__init__()
        for name, inputs, outputs in CONVOLUTIONS:
            setattr(self, name, nn.Conv2d(inputs, outputs, 3, padding=1, bias=False))
            setattr(self, batch_norm(name), nn.BatchNorm2d(outputs))
        self.fc1 = nn.Linear(FEATURES, HIDDEN)
        self.fc2 = nn.Linear(HIDDEN, CLASSES)
        self.to(memory_format=torch.channels_last)  # twice as fast on a CPU

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Logits of pictures given as bytes."""
        x = pictures.float() / 255
        for name, _, _ in CONVOLUTIONS:
            x = F.relu(getattr(self, batch_norm(name))(getattr(self, name)(x)))
            if name in POOLED:
                x = F.max_pool2d(x, 2)
        return self.fc2(F.relu(self.fc1(x.flatten(1))))

    def weights(self) -> dict[str, nn.Parameter]:
        """What pruning may zero: every weight of a convolution or fully connected layer."""
        layers = [name for name, _, _ in CONVOLUTIONS] + ["fc1", "fc2"]
        return {name: getattr(self, name).weight for name in layers}


def batch_norm(convolution: str) -> str:
    """The name of a convolution's batch normalization."""
    return convolution.replace("conv", "bn")


class Pruner:
    """The zeros of a network: which they are, and that they stay."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.masks = {name: torch.ones_like(w) for name, w in network.weights().items()}

    @torch.no_grad()
    def prune(self, sparsity: float) -> None:
        """Zeroes the smallest weights of the whole network; what was zeroed stays so."""
        magnitudes = {n: w.abs() * self.masks[n] for n, w in self.network.weights().items()}
        everything = torch.cat([m.flatten() for m in magnitudes.values()])
        count = int(sparsity * everything.numel())
        if count:
            threshold = everything.kthvalue(count).values
            self.masks = {name: (m > threshold).float() for name, m in magnitudes.items()}
        self.hold()

    @torch.no_grad()
    def hold(self) -> None:
        """Puts back to zero what an optimizer's step has moved."""
        for name, weight in self.network.weights().items():
            weight.mul_(self.masks[name])

    def sparsity(self) -> dict[str, float]:
        """The fraction of zeros: of each layer, and under `all` of the whole."""
        counts = {n: (int((w == 0).sum()), w.numel()) for n, w in self.network.weights().items()}
        counts["all"] = tuple(map(sum, zip(*counts.values(), strict=True)))
        return {name: zeros / size for name, (zeros, size) in counts.items()}


def scheduled(progress: float, goal: float) -> float:
    """Zhu & Gupta's schedule: the sparsity when that part of the pruning time is over."""
    return goal * (1 - (1 - min(progress, 1.0)) ** 3)


def augmented(pictures: torch.Tensor) -> torch.Tensor:
    """Each picture mirrored or not, and the batch moved by up to two pixels."""
    mirrored = torch.rand(len(pictures)) < 0.5
    pictures = torch.where(mirrored[:, None, None, None], pictures.flip(3), pictures)
    down, right = torch.randint(0, 5, (2,)).tolist()
    return F.pad(pictures, (2, 2, 2, 2))[:, :, down : down + 28, right : right + 28]


def train(
    network: Network,
    pictures: torch.Tensor,
    labels: torch.Tensor,
    *,
    epochs: int,
    rate: float,
    warm_up: float,
    pruner: Pruner | None = None,
    sparsity: float = 0.0,
    prune_for: float = 0.6,
) -> None:
    """Trains for so many epochs, the rate rising for a part `warm_up` of them, then falling to
    nothing. With a pruner, sparsity rises to its goal over the part `prune_for`."""
    steps = epochs * (len(pictures) // BATCH)
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=rate, total_steps=steps, pct_start=warm_up
    )
    network.train()
    step = 0
    for epoch in range(epochs):
        start, total = time.monotonic(), 0.0
        order = torch.randperm(len(pictures))
        for chosen in order[: len(order) // BATCH * BATCH].split(BATCH):
            if pruner and step % 50 == 0 and step <= prune_for * steps + 50:
                pruner.prune(scheduled(step / (prune_for * steps), sparsity))
            loss = F.cross_entropy(
                network(augmented(pictures[chosen])), labels[chosen], label_smoothing=0.05
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            if pruner:
                pruner.hold()
            total += loss.item()
            step += 1
        zeros = f", zeros {pruner.sparsity()['all']:.4f}" if pruner else ""
        took = time.monotonic() - start
        print(f"epoch {epoch + 1} of {epochs}: loss {total / (steps // epochs):.4f}{zeros}, "
              f"{took:.0f} s", flush=True)  # fmt: skip
    network.eval()


def export(network: Network, name: str) -> onnx.ModelProto:
    """The network as ONNX, node by node."""
    values = {key: value.numpy() for key, value in network.state_dict().items()}
    nodes: list[onnx.NodeProto] = []
    constants = {"scale": np.float32(1 / 255)}

    def node(operator: str, inputs: list[str], label: str, **attributes) -> str:
        """Adds a node whose one output has the node's name, and returns that."""
        nodes.append(helper.make_node(operator, inputs, [label], name=label, **attributes))
        return label

    def constant(key: str) -> str:
        """Adds one of the network's parameters."""
        constants[key] = values[key]
        return key

    x = node("Cast", ["image"], "pixels", to=TensorProto.FLOAT)
    x = node("Mul", [x, "scale"], "scaled")
    for layer, _, _ in CONVOLUTIONS:
        x = node("Conv", [x, constant(f"{layer}.weight")], layer, kernel_shape=[3, 3],
                 pads=[1, 1, 1, 1])  # fmt: skip
        bn = batch_norm(layer)
        parts = ["weight", "bias", "running_mean", "running_var"]
        x = node("BatchNormalization", [x, *(constant(f"{bn}.{p}") for p in parts)], bn,
                 epsilon=getattr(network, bn).eps)  # fmt: skip
        x = node("Relu", [x], layer.replace("conv", "relu"))
        if layer in POOLED:
            x = node("MaxPool", [x], layer.replace("conv", "pool"), kernel_shape=[2, 2],
                     strides=[2, 2])  # fmt: skip
    x = node("Flatten", [x], "flat", axis=1)
    x = node("Gemm", [x, constant("fc1.weight"), constant("fc1.bias")], "fc1", transB=1)
    x = node("Relu", [x], "relu5")
    node("Gemm", [x, constant("fc2.weight"), constant("fc2.bias")], "logits", transB=1)

    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", 1, 28, 28])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", CLASSES])],
        [numpy_helper.from_array(np.asarray(value), key) for key, value in constants.items()],
    )
    opset = helper.make_opsetid("", 17)
    model = helper.make_model(
        graph, producer_name="sonic-demo", opset_imports=[opset], ir_version=8
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def correct(model: onnx.ModelProto, pictures: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """For each picture, whether the model is right about it, by onnxruntime."""
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    batches = np.array_split(pictures, max(len(pictures) // 500, 1))
    logits = np.concatenate([session.run(None, {"image": batch})[0] for batch in batches])
    return logits.argmax(1) == labels


def balanced(labels: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Where to find `count` examples, as many of each class: drawn without a look at the network,
    and in their old order."""
    order = np.random.default_rng(seed).permutation(len(labels))
    chosen = [order[labels[order] == c][: count // CLASSES] for c in range(CLASSES)]
    return np.sort(np.concatenate(chosen))


def read_idx(path: Path) -> np.ndarray:
    """An array of bytes in the IDX format of MNIST, compressed by gzip."""
    data = gzip.decompress(path.read_bytes())
    axes = data[3]
    shape = struct.unpack_from(f">{axes}I", data, 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape)


def read_set(folder: Path, prefix: str) -> tuple[np.ndarray, np.ndarray]:
    """Pictures [N,1,28,28] and labels [N] of the training or test set."""
    pictures = read_idx(folder / f"{prefix}-images-idx3-ubyte.gz")
    labels = read_idx(folder / f"{prefix}-labels-idx1-ubyte.gz")
    return pictures[:, None].copy(), labels.astype(np.int64)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", type=Path, default=Path(__file__).parent, metavar="DIR")
    parser.add_argument(
        "--data", type=Path, default=Path("/usr/share/datasets/fashion-mnist"), metavar="DIR"
    )
    parser.add_argument("--sparsity", type=float, default=0.9, metavar="F")
    parser.add_argument("--dense-epochs", type=int, default=5, metavar="N")
    parser.add_argument("--pruning-epochs", type=int, default=11, metavar="N")
    parser.add_argument("--test-images", type=int, default=1500, metavar="N")
    parser.add_argument("--threads", type=int, default=1, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    arguments = parser.parse_args()

    torch.manual_seed(arguments.seed)
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(arguments.threads)
    pictures, labels = read_set(arguments.data, "train")
    test_pictures, test_labels = read_set(arguments.data, "t10k")
    examples = torch.from_numpy(pictures), torch.from_numpy(labels)

    network = Network()
    total = sum(p.numel() for p in network.parameters())
    prunable = sum(w.numel() for w in network.weights().values())
    print(f"{total:,} parameters, {prunable:,} of them weights that pruning may zero")

    train(network, *examples, epochs=arguments.dense_epochs, rate=5e-3, warm_up=0.3)
    dense = correct(export(network, "fashion"), test_pictures, test_labels).mean()
    print(f"dense: {dense:.4f} of the {len(test_labels):,} test images")

    pruner = Pruner(network)
    train(network, *examples, epochs=arguments.pruning_epochs, rate=3e-3, warm_up=0.1,
          pruner=pruner, sparsity=arguments.sparsity)  # fmt: skip
    pruner.prune(arguments.sparsity)
    for name, zeros in pruner.sparsity().items():
        print(f"zeros of {name}: {zeros:.4f}")

    model = export(network, "fashion")
    right = correct(model, test_pictures, test_labels)
    kept = balanced(test_labels, arguments.test_images, arguments.seed)
    print(f"pruned: {right.mean():.4f} of the {len(right):,} test images, "
          f"{right[kept].mean():.4f} of the {len(kept):,} in images.npy")  # fmt: skip

    arguments.output.mkdir(parents=True, exist_ok=True)
    chosen = np.random.default_rng(arguments.seed).choice(len(pictures), CALIBRATION, False)
    onnx.save(model, arguments.output / "fashion.onnx")
    np.save(arguments.output / "images.npy", test_pictures[kept])
    np.save(arguments.output / "labels.npy", test_labels[kept])
    np.save(arguments.output / "calibration.npy", pictures[np.sort(chosen)])


if __name__ == "__main__":
    main()
