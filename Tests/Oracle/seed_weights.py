#!/usr/bin/env python3
"""Puts seeded random weights into a model whose own are missing or constant.

    seed_weights.py IN.onnx OUT.onnx --seed N [--sparsity F]

The light models of the onnx package have the structure of real networks, but every weight of a
layer is the same number, made by a ConstantOfShape node: a wrong kernel could give right answers.
Here every weight, bias and normalization parameter gets values of its own, held as initializers;
the rest of the graph stays as it is, IR version and opset included.

Weights are normal and scaled as He et al. do, but to what is measured: the network is run once,
node by node, on a few seeded pictures, and each layer's weights are scaled (by a power of two) so
that its outputs have standard deviation about 1, whatever the pruning and the layers before it
did. Biases and running means take away half of the measured means (CENTRE) and shift what goes
into the activation function upwards (SHIFT). So nothing explodes or vanishes down to the last of
121 layers, and two things hold that plain He weights give only one of. Inputs stay apart: with
the means left in, every picture would come out nearly alike. And rounding stays small: with the
means taken out whole, a deep random network is chaotic, and a difference in a last bit grows 30
to 50 dB on the way through ResNet-50, which no trained network does.

--sparsity F zeroes the fraction F of the weights of each layer, the smallest ones.

At the end the model is run as a whole on two new pictures, and the tool fails if they come out
alike.
"""

import argparse
import os
import sys
import zlib
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

import inputs as seeded

WEIGHTED = {"Conv", "ConvTranspose", "Gemm", "MatMul"}
RESHAPING = {"Reshape", "Unsqueeze", "Squeeze", "Identity", "Transpose", "Flatten", "Cast"}
PICTURES = 4
CENTRE, SHIFT = 0.5, 0.5


class SeedError(Exception):
    """Something a person can act on; its text is the whole message."""


def session(model: onnx.ModelProto | str) -> onnxruntime.InferenceSession:
    """onnxruntime without warnings (it has one for every unused initializer)."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 2
    source = model if isinstance(model, str) else model.SerializeToString()
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


class Node:
    """One node of the graph, ready to be run by itself."""

    def __init__(self, node: onnx.NodeProto, opsets: list[onnx.OperatorSetIdProto]):
        if any(a.type in (a.GRAPH, a.GRAPHS) for a in node.attribute):
            raise SeedError(f"node '{node.name}' ({node.op_type}) holds a graph: not supported")
        self.proto, self.opsets = node, opsets
        self.runner: onnxruntime.InferenceSession | None = None

    def run(self, values: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The node's outputs, given the values of its inputs."""
        fed = {name: values[name] for name in self.proto.input if name}
        names = [name for name in self.proto.output if name]
        if self.runner is None:
            graph = helper.make_graph(
                [self.proto],
                "node",
                [
                    helper.make_tensor_value_info(
                        name, helper.np_dtype_to_tensor_dtype(value.dtype), [None] * value.ndim
                    )
                    for name, value in fed.items()
                ],
                [onnx.ValueInfoProto(name=name) for name in names],
            )
            self.runner = session(helper.make_model(graph, opset_imports=self.opsets, ir_version=8))
        return dict(zip(names, self.runner.run(names, fed), strict=True))


def prune(weights: np.ndarray, sparsity: float) -> None:
    """Zeroes the smallest weights, in place: exactly the fraction, rounded down."""
    count = int(sparsity * weights.size)
    if count:
        order = np.argpartition(np.abs(weights), count - 1, axis=None)
        weights.flat[order[:count]] = 0


def power_of_two(value: float) -> float:
    """The nearest one. With it, a last bit of difference in what was measured (another processor,
    another onnxruntime) changes no weight."""
    return 2.0 ** round(np.log2(value)) if 0 < value < np.inf else 1.0


def coarse(values: np.ndarray) -> np.ndarray:
    """Measured means and variances, in steps of 1/256 for the same reason."""
    return (np.round(values * 256) / 256).astype(np.float32)


def per_channel(arrays: list[np.ndarray], axis: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance for each index of an axis, over everything else and all arrays."""
    flat = [np.moveaxis(array, axis, 0).reshape(array.shape[axis], -1) for array in arrays]
    joined = np.concatenate(flat, axis=1).astype(np.float64)
    return joined.mean(axis=1), joined.var(axis=1)


def centred(mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Mean square of what is left when a part of the mean is taken away."""
    return variance + ((1 - CENTRE) * mean) ** 2


class Seeder:
    """Walks the graph once, and gives each parameter its values when it meets the node that
    uses it."""

    def __init__(self, model: onnx.ModelProto, seed: int, sparsity: float):
        self.graph = model.graph
        self.opsets = list(model.opset_import)
        self.seed, self.sparsity = seed, sparsity
        self.nodes = [Node(node, self.opsets) for node in self.graph.node]
        self.producer = {out: node for node in self.nodes for out in node.proto.output}
        self.constants = {t.name: numpy_helper.to_array(t) for t in self.graph.initializer}
        """Every value that depends on no input."""
        self.values: list[dict[str, np.ndarray]] = []
        """For each picture, every value that depends on it."""
        self.seeded: dict[str, np.ndarray] = {}
        """The parameters given new values, by name of their root."""

    def walk(self) -> dict[str, np.ndarray]:
        """Seeds everything; returns the new parameters."""
        generator = self.generator("pictures")
        self.values = [network_inputs(self.graph, generator) for _ in range(PICTURES)]
        for node in self.nodes:
            if all(name in self.constants for name in node.proto.input if name):
                self.constants.update(node.run(self.constants))
                continue
            self.seed_parameters(node)
            for values in self.values:
                values.update(self.run(node, values))
            self.forget(node)
        return self.seeded

    def run(self, node: Node, values: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Runs a node on one picture's values."""
        names = [name for name in node.proto.input if name]
        return node.run({n: self.constants[n] if n in self.constants else values[n] for n in names})

    def forget(self, node: Node) -> None:
        """Drops what no later node reads."""
        index = self.nodes.index(node)
        read = {name for later in self.nodes[index + 1 :] for name in later.proto.input}
        for name in node.proto.input:
            if name not in read:
                for values in self.values:
                    values.pop(name, None)

    def generator(self, name: str) -> np.random.Generator:
        """A generator for one thing, so that no thing's values depend on another's."""
        return np.random.Generator(np.random.PCG64([self.seed, zlib.crc32(name.encode())]))

    def root(self, node: Node, position: int) -> str | None:
        """The float initializer, or output of a ConstantOfShape or Constant, that a node's input
        comes from; None where it is no parameter, or has its new values already."""
        inputs = node.proto.input
        name = inputs[position] if position < len(inputs) else ""
        if name not in self.constants or self.constants[name].dtype.kind != "f":
            return None
        while name in self.producer and self.producer[name].proto.op_type in RESHAPING:
            name = self.producer[name].proto.input[0]
        return None if name in self.seeded else name

    def put(self, node: Node, position: int, root: str, values: np.ndarray) -> None:
        """Gives a parameter its values, and runs what lies between it and the node again."""
        old = self.constants[root]
        self.seeded[root] = self.constants[root] = values.reshape(old.shape).astype(old.dtype)
        between, name = [], node.proto.input[position]
        while name != root:
            between.append(self.producer[name])
            name = between[-1].proto.input[0]
        for step in reversed(between):
            self.constants.update(step.run(self.constants))

    def seed_parameters(self, node: Node) -> None:
        """Gives a node's parameters their values, from what its inputs are."""
        kind = node.proto.op_type
        if kind in WEIGHTED:
            self.seed_weights(node)
        elif kind == "BatchNormalization":
            self.seed_normalization(node)
        elif kind in ("Mul", "Add"):
            for position in (0, 1):
                root = self.root(node, position)
                if root is not None and self.constants[root].size > 1:
                    draw = self.generator(root)
                    shape = self.constants[root].shape
                    gain = kind == "Mul"
                    values = draw.uniform(0.5, 1.5, shape) if gain else draw.normal(0, 0.1, shape)
                    self.put(node, position, root, values)

    def seed_weights(self, node: Node) -> None:
        """Weights, and the bias if there is one, of a layer of dot products."""
        kind = node.proto.op_type
        position = 0 if kind == "MatMul" and node.proto.input[0] in self.constants else 1
        root, bias = self.root(node, position), self.root(node, 2)
        if bias is not None:
            self.put(node, 2, bias, np.zeros_like(self.constants[bias]))
            del self.seeded[bias]
        if root is not None:
            weights = self.generator(root).normal(size=self.constants[root].shape)
            prune(weights, self.sparsity)
            self.put(node, position, root, weights)
        channels = 1 if kind.startswith("Conv") else -1
        name = node.proto.output[0]
        mean, variance = per_channel([self.run(node, v)[name] for v in self.values], channels)
        gain = power_of_two(1 / np.sqrt(centred(mean, variance).mean()))
        if root is not None:
            del self.seeded[root]
            self.put(node, position, root, weights * gain)
            mean = mean * gain
        if bias is not None:
            shape = self.constants[bias].shape
            values = self.generator(bias).normal(SHIFT, 0.1, shape)
            if mean.size == values.size:
                values -= CENTRE * mean.reshape(shape)
            self.put(node, 2, bias, coarse(values))

    def seed_normalization(self, node: Node) -> None:
        """Scale, shift, mean and variance of a batch normalization."""
        data = node.proto.input[0]
        mean, variance = per_channel([values[data] for values in self.values], 1)
        mean, variance = CENTRE * mean, centred(mean, variance)
        # A kernel that was pruned away has no variance, and must not be blown up.
        variance = np.maximum(variance, 0.01 * variance.mean() + 1 / 256)
        drawn = {
            1: lambda draw: draw.uniform(0.5, 1.5, mean.shape),
            2: lambda draw: draw.normal(SHIFT, 0.25, mean.shape),
            3: lambda draw: coarse(mean + draw.normal(0, 0.1, mean.shape) * np.sqrt(variance)),
            4: lambda draw: coarse(variance * draw.uniform(0.8, 1.25, mean.shape)) + 1 / 256,
        }
        for position, values in drawn.items():
            root = self.root(node, position)
            if root is not None:
                self.put(node, position, root, values(self.generator(root)))


def network_inputs(graph: onnx.GraphProto, generator: np.random.Generator) -> dict[str, np.ndarray]:
    """One picture (or whatever it takes) for each input; open axes are taken as 1."""
    stored = {tensor.name for tensor in graph.initializer}
    fed = {}
    for value in graph.input:
        if value.name in stored:
            continue
        tensor = value.type.tensor_type
        shape = tuple(max(axis.dim_value, 1) for axis in tensor.shape.dim)
        dtype = np.dtype(helper.tensor_dtype_to_np_dtype(tensor.elem_type))
        fed[value.name] = seeded.make(generator, dtype, shape, "image")
    return fed


def store(model: onnx.ModelProto, parameters: dict[str, np.ndarray]) -> None:
    """Puts the parameters into the model, in place of the initializers or nodes they come from."""
    graph = model.graph
    kept = [node for node in graph.node if not set(node.output) & parameters.keys()]
    del graph.node[:]
    graph.node.extend(kept)
    read = {name for node in kept for name in node.input} | {out.name for out in graph.output}

    initializers = [t for t in graph.initializer if t.name in read and t.name not in parameters]
    dropped = {tensor.name for tensor in graph.initializer} - read
    initializers += [numpy_helper.from_array(array, n) for n, array in parameters.items()]
    del graph.initializer[:]
    graph.initializer.extend(initializers)

    # Before IR version 4 every initializer is listed among the inputs.
    inputs = [value for value in graph.input if value.name not in dropped]
    if model.ir_version < 4:
        listed = {value.name for value in inputs}
        inputs += [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, array.shape)
            for name, array in parameters.items()
            if name not in listed
        ]
    del graph.input[:]
    graph.input.extend(inputs)


def check(path: Path, model: onnx.ModelProto, seed: int) -> str:
    """Runs the finished model on two new pictures, and says how far apart they come out."""
    runner = session(str(path))
    generator = np.random.Generator(np.random.PCG64([seed, 2]))
    first, second = (
        runner.run(None, network_inputs(model.graph, generator))[0].ravel().astype(np.float64)
        for _ in range(2)
    )
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise SeedError("the seeded model's output is not finite")
    # A softmax's outputs lie orders apart; what differs there is the logits, so undo it.
    if (first > 0).all() and abs(first.sum() - 1) < 1e-3:
        first, second = np.log(first), np.log(second)
    first, second = first - first.mean(), second - second.mean()
    apart, size = (first - second).std(), np.sqrt((first.var() + second.var()) / 2)
    if not size > 0 or apart < 0.1 * size:
        raise SeedError(f"two inputs come out alike: {apart:.3g} apart, of {size:.3g}")
    return f"logits of standard deviation {size:.3g}, two inputs' {apart:.3g} apart"


def run(arguments: argparse.Namespace) -> None:
    """The whole job."""
    if not 0 <= arguments.sparsity < 1:
        raise SeedError(f"--sparsity {arguments.sparsity}: expected 0 up to, but not, 1")
    model = onnx.load(arguments.model)
    parameters = Seeder(model, arguments.seed, arguments.sparsity).walk()
    if not parameters:
        raise SeedError(f"{arguments.model}: found no layer with weights")
    store(model, parameters)
    onnx.checker.check_model(model)
    size = model.ByteSize()
    if size >= 2**31:
        raise SeedError(f"the model would take {size:,} bytes, over the format's 2 GiB")
    whole = arguments.out.with_name(arguments.out.name + ".part")
    whole.write_bytes(model.SerializeToString())
    try:
        line = check(whole, model, arguments.seed)
        os.replace(whole, arguments.out)
    finally:
        whole.unlink(missing_ok=True)
    count = sum(array.size for array in parameters.values())
    print(f"{arguments.out}: {len(parameters)} tensors, {count:,} parameters; {line}")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", metavar="IN.onnx", type=Path)
    parser.add_argument("out", metavar="OUT.onnx", type=Path)
    parser.add_argument("--seed", metavar="N", type=int, default=1)
    parser.add_argument("--sparsity", metavar="F", type=float, default=0.0)
    try:
        run(parser.parse_args())
    except (SeedError, OSError) as error:
        print(f"seed_weights.py: error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
