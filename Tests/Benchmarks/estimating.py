"""Time and energy without data, against SCALE-Sim on the same convolutions."""

import json
import statistics
import tempfile
from pathlib import Path

import onnx

from executing import compile_program
from measure import HERE, BenchError, run

RUNS = 11


def measure(bench) -> None:
    """ResNet-50 if it is wanted, and AlexNet's convolutions if that is."""
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        program = scratch / "program.sonic"
        if bench.wants("resnet50"):
            model, sample = bench.models.ready("resnet50", 1)
            compile_program(bench, model, sample, 0.5, program)
            bench.put("estimate", "resnet50", **estimate(bench, program))
        if bench.wants("alexnet"):
            model, sample = bench.models.ready("alexnet", 1)
            layers = convolutions(model, scratch / "convolutions.onnx")
            compile_program(bench, scratch / "convolutions.onnx", sample, 0.5, program)
            ours = estimate(bench, program)
            theirs = scale_sim(bench, layers, scratch)
            ratio = theirs["seconds"] / ours["seconds"]
            bench.put("estimate", "alexnet", **ours, scale_sim=theirs, ratio=ratio, layers=layers)


def estimate(bench, program: Path) -> dict:
    """Seconds of the whole process, from its start to its end, and of one that only checks the program."""
    checks = [run(bench.sonic, "verify", program) for _ in range(RUNS)]
    runs = [run(bench.sonic, "estimate", program, "--json") for _ in range(RUNS)]
    return {
        "seconds": statistics.median(ran.seconds for ran in runs),
        "checking": statistics.median(ran.seconds for ran in checks),
        "least": min(ran.seconds for ran in runs),
        "peak": max(ran.peak for ran in runs),
        "picoseconds": json.loads(runs[0].stdout)["latencyPicoseconds"],
    }


def convolutions(model: Path, out: Path) -> list[list]:
    """Cuts a model after its last convolution, and describes each as SCALE-Sim's topologies do.

    Those have no groups and no padding: input sizes have the padding in them, and a convolution of
    groups has the channels of one group, so that multiply-adds are the same.
    """
    proto = onnx.load(model)
    graph = proto.graph
    stored = {tensor.name: tensor.dims for tensor in graph.initializer}
    last = max(i for i, node in enumerate(graph.node) if node.op_type == "Conv")
    del graph.node[last + 1 :]
    del graph.output[:]
    graph.output.append(onnx.ValueInfoProto(name=graph.node[-1].output[0]))
    del graph.value_info[:]
    read = {name for node in graph.node for name in node.input}
    kept = [tensor for tensor in graph.initializer if tensor.name in read]
    del graph.initializer[:]
    graph.initializer.extend(kept)
    inputs = [value for value in graph.input if value.name in read]
    del graph.input[:]
    graph.input.extend(inputs)
    inferred = onnx.shape_inference.infer_shapes(proto).graph
    values = [*inferred.value_info, *inferred.input, *inferred.output]
    sizes = {v.name: [d.dim_value for d in v.type.tensor_type.shape.dim] for v in values}
    graph.output[0].CopyFrom(inferred.output[0])
    onnx.save(proto, out)
    layers = []
    for node in graph.node:
        if node.op_type != "Conv":
            continue
        attributes = {a.name: list(a.ints) for a in node.attribute}
        top, left, bottom, right = attributes.get("pads", [0, 0, 0, 0])
        _, _, height, width = sizes[node.input[0]]
        filters, channels, *kernel = stored[node.input[1]]
        stride = attributes.get("strides", [1, 1])[0]
        layer = [height + top + bottom, width + left + right, *kernel, channels, filters, stride]
        layers.append([f"conv{len(layers) + 1}", *layer])
    return layers


def scale_sim(bench, layers: list[list], scratch: Path) -> dict:
    """SCALE-Sim once: seconds of its simulation alone, without loading Python and itself."""
    titles = "Layer, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Filters"
    lines = [titles + ", Strides,", *(", ".join(map(str, layer)) + "," for layer in layers)]
    (scratch / "topology.csv").write_text("\n".join(lines) + "\n")
    if not bench.other_python.exists():
        raise BenchError(f"no {bench.other_python}: `make bench` makes it")
    ran = run(bench.other_python, HERE / "scale_sim.py", scratch)
    return json.loads(ran.stdout.strip().splitlines()[-1])
