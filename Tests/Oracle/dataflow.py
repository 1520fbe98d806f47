#!/usr/bin/env python3
"""Holds `sonic` to its choice of dataflow on every layer of the models that are ready.

    dataflow.py SONIC DIR [--only NAME,NAME...]

Cuts each Conv, Gemm and MatMul with weights of its own out of its model, with the activations that
reach it there, and runs it alone three times: with the dataflow that the compiler picks, and with
each one forced. Layers of quantized networks, whose weights a node makes, are left out. (Inside a
network, layers load while their neighbours fire, so that their own times cannot be compared.) Exit status 1 if the pick is slower than a forced one anywhere.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

OPERATORS = {"Conv", "Gemm", "MatMul"}
DATAFLOWS = ["auto", "kernel", "patch"]


def constants(model):
    """Values that the model holds, by name."""
    held = {tensor.name: tensor for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            held[node.output[0]] = node.attribute[0].t
    return held


def layers(model, weights):
    """Nodes that multiply what is computed by what the model holds."""
    return [
        node
        for node in model.graph.node
        if node.op_type in OPERATORS and node.input[1] in weights and node.input[0] not in weights
    ]


def activations(model, nodes, oracle):
    """What reaches each node when the model runs on the oracle's inputs."""
    manifest = json.loads((oracle / "manifest.json").read_text())
    feed = {tensor["name"]: np.load(oracle / tensor["file"]) for tensor in manifest["inputs"]}
    wanted = sorted({node.input[0] for node in nodes} - feed.keys())
    known = {output.name for output in model.graph.output}
    model.graph.output.extend(
        onnx.helper.make_empty_tensor_value_info(name) for name in wanted if name not in known
    )
    quiet = onnxruntime.SessionOptions()
    quiet.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), quiet, providers=["CPUExecutionProvider"]
    )
    return feed | dict(zip(wanted, session.run(wanted, feed)))


def alone(model, node, sizes, weights):
    """A model of one node."""
    own = []
    for name in node.input[1:]:
        if name:
            own.append(onnx.TensorProto())
            own[-1].CopyFrom(weights[name])
            own[-1].name = name
    real = weights[node.input[1]].data_type
    graph = onnx.helper.make_graph(
        [node],
        "layer",
        [onnx.helper.make_tensor_value_info(node.input[0], real, sizes)],
        [onnx.helper.make_tensor_value_info(node.output[0], real, None)],
        own,
    )
    return onnx.helper.make_model(
        graph, opset_imports=model.opset_import, ir_version=model.ir_version
    )


def latency(sonic, scratch, name, dataflow):
    """Picoseconds of the layer in `scratch`, and the dataflow that it took."""
    program, report = scratch / "layer.sonic", scratch / "report.json"
    sample = scratch / "input.npy"
    compiled = [sonic, "compile", scratch / "layer.onnx", "-o", program]
    compiled += ["--dataflow", dataflow, "--calibrate", sample]
    ran = [sonic, "run", program, "--input", f"{name}={sample}", "--report", report]
    for command in (compiled, ran):
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode != 0:
            sys.exit(f"{' '.join(map(str, command))}\n{result.stderr}")
    found = json.loads(report.read_text())
    taken = [step["dataflow"] for step in found["steps"] if step.get("dataflow")]
    return found["latencyPicoseconds"], "".join(taken)


def check(sonic, folder, name):
    """A row of the table, and the layers whose pick was slower."""
    model = onnx.load(folder / "models" / f"{name}.onnx")
    weights = constants(model)
    nodes = layers(model, weights)
    if not nodes:
        return f"| {name} | 0 | | | |", []
    values = activations(model, nodes, folder / "oracle" / name)
    missed, picked, saved = [], {}, []
    for node in nodes:
        value = values[node.input[0]]
        with tempfile.TemporaryDirectory() as scratch:
            scratch = Path(scratch)
            np.save(scratch / "input.npy", value)
            onnx.save(alone(model, node, value.shape, weights), scratch / "layer.onnx")
            times = {flow: latency(sonic, scratch, node.input[0], flow) for flow in DATAFLOWS}
        best = min(times["kernel"][0], times["patch"][0])
        taken = times["auto"][1] or "ECU"
        picked[taken] = picked.get(taken, 0) + 1
        saved.append(max(times["kernel"][0], times["patch"][0]) / times["auto"][0])
        if times["auto"][0] > best:
            missed.append(f"{name} {node.name or node.output[0]} {times}")
    counts = ", ".join(f"{count} {flow}" for flow, count in sorted(picked.items()))
    row = f"| {name} | {len(nodes)} | {counts} | {np.median(saved):.2f} | {max(saved):.2f} |"
    return row, missed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sonic", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", help="names, with commas between them")
    arguments = parser.parse_args()
    names = (
        arguments.only.split(",")
        if arguments.only
        else sorted(path.name for path in (arguments.folder / "oracle").iterdir())
    )
    print("| model | layers | picked | the other way, times slower: median | most |")
    print("|---|---|---|---|---|", flush=True)
    missed = []
    for name in names:
        row, slower = check(arguments.sonic, arguments.folder, name)
        print(row, flush=True)
        missed += slower
    if missed:
        sys.exit("slower than a forced dataflow:\n" + "\n".join(missed))


if __name__ == "__main__":
    main()
