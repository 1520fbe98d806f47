"""The networks that are measured, made ready for a batch, the same for both sides."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

ORACLE = Path(__file__).resolve().parent.parent / "Oracle"
# Behind this folder, which has a page.py of its own.
sys.path.append(str(ORACLE))

import inputs as seeded  # noqa: E402
from prepare import LIGHT, SEED, SPARSITY  # noqa: E402

from measure import BenchError  # noqa: E402


@dataclass(frozen=True)
class Network:
    """A model by the name that fetch.py or this file gives it, and what it is run on."""

    model: str
    shape: tuple[int, ...]
    """Of one sample, with its batch axis."""
    low: float = 0
    high: float = 1


NETWORKS = {
    "open_nsfw": Network("open-nsfw", (1, 224, 224, 3), -110, 140),
    "espcn": Network("espcn", (1, 3, 128, 128)),
    # Open; at 480 x 640, sixteen take more than the machine's 4 GB of main memory.
    "ppocr-det": Network("ppocr-det", (1, 3, 320, 320), -1, 1),
    "alexnet": Network("light_bvlc_alexnet", (1, 3, 224, 224)),
    "resnet50": Network("light_resnet50", (1, 3, 224, 224)),
    "vgg19": Network("light_vgg19", (1, 3, 224, 224)),
    "stl10": Network("stl10", (1, 3, 96, 96)),
}


class Models:
    """Models and samples under a folder, made when they are first asked for."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.own = folder / "bench"
        """What is made here."""
        self.own.mkdir(parents=True, exist_ok=True)

    def original(self, name: str) -> Path:
        """A network's file as it is published."""
        wanted = NETWORKS[name].model
        model = self.folder / "models" / f"{wanted}.onnx"
        if model.exists():
            return model
        model.parent.mkdir(parents=True, exist_ok=True)
        if wanted == "stl10":
            raw = self.own / "stl10.raw.onnx"
            onnx.save(stl10(), raw)
            tool("seed_weights.py", raw, model, f"--seed={SEED}")
            raw.unlink()
        elif wanted in LIGHT:
            tool("fetch.py", self.folder, "--only=conformance/light")
            raw = self.folder / "conformance/light" / f"{wanted}.onnx"
            tool("seed_weights.py", raw, model, f"--seed={SEED}", f"--sparsity={SPARSITY}")
        else:
            tool("fetch.py", self.folder, f"--only={wanted}")
        return model

    def ready(self, name: str, batch: int) -> tuple[Path, Path]:
        """A network that takes `batch` samples, and as many, all different."""
        network, original = NETWORKS[name], self.original(name)
        shape = (batch, *network.shape[1:])
        sample = self.own / f"{name}-{'x'.join(map(str, shape))}.npy"
        if not sample.exists():
            generator = np.random.Generator(np.random.PCG64(int(SEED)))
            make = seeded.make(generator, np.dtype("f4"), shape, "image", network.low, network.high)
            np.save(sample, make)
        model = self.own / f"{sample.stem}.onnx"
        if not model.exists():
            proto = onnx.load(original)
            if not fix(proto, shape):
                return original, sample
            onnx.save(proto, model)
        return model, sample


def tool(name: str, *arguments) -> None:
    """Runs one of the oracle's tools; its results go to standard error here."""
    command = [sys.executable, str(ORACLE / name), *map(str, arguments)]
    if subprocess.run(command, stdout=sys.stderr).returncode != 0:
        raise BenchError(f"{name} failed")


def fix(model: onnx.ModelProto, shape: tuple[int, ...]) -> bool:
    """Gives a model's only input a size; false if it takes that size already, or any batch.

    A Reshape to constant sizes carries the batch too: where its first size is the batch that the
    model was made for, it gets the new one.
    """
    graph = model.graph
    stored = {tensor.name: tensor for tensor in graph.initializer}
    [value] = [value for value in graph.input if value.name not in stored]
    axes = value.type.tensor_type.shape.dim
    old = [axis.dim_value for axis in axes]
    if old[1:] == list(shape[1:]) and old[0] in (0, shape[0]):
        return False
    for axis, size in zip(axes, shape, strict=True):
        axis.dim_value = size
    for output in graph.output:
        output.type.tensor_type.ClearField("shape")
    del graph.value_info[:]
    if old[0] <= 0 or old[0] == shape[0]:
        return True
    for node in graph.node:
        if node.op_type != "Reshape" or node.input[0] in stored or node.input[1] not in stored:
            continue
        sizes = numpy_helper.to_array(stored[node.input[1]]).copy()
        if sizes.size and sizes[0] == old[0]:
            sizes[0] = shape[0]
            stored[node.input[1]].CopyFrom(numpy_helper.from_array(sizes, node.input[1]))
    return True


def stl10() -> onnx.ModelProto:
    """A stand-in for the paper's STL-10 network with its 77,787,738 parameters, all still zero."""
    nodes, parameters = [], []
    at, channels, side = "pixels", 3, 96

    def parameter(name: str, *sizes: int) -> str:
        parameters.append(numpy_helper.from_array(np.zeros(sizes, "f4"), name))
        return name

    def add(operator: str, *inputs: str, **attributes) -> str:
        nodes.append(helper.make_node(operator, inputs, [f"t{len(nodes)}"], **attributes))
        return nodes[-1].output[0]

    for index, width in enumerate([64, 64, 0, 128, 128, 0, 16, 16]):
        if width == 0:
            at, side = add("MaxPool", at, kernel_shape=[2, 2], strides=[2, 2]), side // 2
            continue
        weights = parameter(f"conv{index}.weight", width, channels, 3, 3)
        bias = parameter(f"conv{index}.bias", width)
        at = add("Relu", add("Conv", at, weights, bias, kernel_shape=[3, 3], pads=[1, 1, 1, 1]))
        channels = width
    at, wide = add("Flatten", at), channels * side * side
    hidden = add("Gemm", at, parameter("dense.weight", wide, 8400), parameter("dense.bias", 8400))
    last = [parameter("logits.weight", 8400, 10), parameter("logits.bias", 10)]
    nodes.append(helper.make_node("Gemm", [add("Relu", hidden), *last], ["logits"]))
    graph = helper.make_graph(
        nodes,
        "stl10",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [1, 3, 96, 96])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 10])],
        parameters,
    )
    assert sum(int(np.prod(tensor.dims)) for tensor in parameters) == 77_787_738
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def dense(width: int, layers: int) -> onnx.ModelProto:
    """`layers` dense layers of width x width seeded weights, with Relu between them."""
    generator = np.random.Generator(np.random.PCG64([int(SEED), width]))
    nodes, weights, at = [], [], "x"
    for layer in range(layers):
        values = generator.standard_normal((width, width), "f4") * np.float32((2 / width) ** 0.5)
        weights.append(numpy_helper.from_array(values, f"w{layer}"))
        nodes.append(helper.make_node("MatMul", [at, f"w{layer}"], [f"m{layer}"]))
        nodes.append(helper.make_node("Relu", [f"m{layer}"], [f"r{layer}"]))
        at = f"r{layer}"
    graph = helper.make_graph(
        nodes,
        f"dense{width}",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, width])],
        [helper.make_tensor_value_info(at, TensorProto.FLOAT, [1, width])],
        weights,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
