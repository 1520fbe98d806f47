#!/usr/bin/env python3
"""Holds sparse initializers to onnx.checker and onnxruntime.

    sparse.py SONIC

A network with sparse initializers in both forms of their indices: `evaluate` gives what onnxruntime
gives; what `compile --emit onnx` writes, pruned or not, passes onnx.checker, has them sparse again, and
computes in onnxruntime what it computes in `evaluate`; no file takes much more than what is not zero.
onnx's shape inference knows no sparse initializers, so that it is left out of the check.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

BYTES = 20
"""For each element that is not zero: 16 in the text, which is the largest; a dense file has over 200."""


def sparse(name: str, array: np.ndarray, coordinates: bool) -> onnx.SparseTensorProto:
    positions = np.flatnonzero(array)
    indices = np.stack(np.unravel_index(positions, array.shape), 1) if coordinates else positions
    return helper.make_sparse_tensor(
        helper.make_tensor(name, TensorProto.FLOAT, positions.shape, array.ravel()[positions]),
        helper.make_tensor("", TensorProto.INT64, indices.shape, indices.ravel()),
        array.shape,
    )


def network(random: np.random.Generator) -> tuple[onnx.ModelProto, int]:
    """A layer of the VDUs and a table that stays on the control unit, and how many are not zero."""
    weights = random.normal(size=(256, 512)) * (random.random((256, 512)) < 0.05)
    table = random.normal(size=(1000, 512)) * (random.random((1000, 512)) < 0.01)
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["x", "weights"], ["h"], name="layer"),
            helper.make_node("Relu", ["h"], ["r"], name="relu"),
            helper.make_node("Gather", ["table", "i"], ["row"], name="pick"),
            helper.make_node("Add", ["r", "row"], ["y"], name="sum"),
        ],
        "sparse",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 256]),
         helper.make_tensor_value_info("i", TensorProto.INT64, [1])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 512])],
        sparse_initializer=[sparse("weights", weights, False), sparse("table", table, True)],
    )
    opset = helper.make_opsetid("", 17)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=8)
    return model, np.count_nonzero(weights) + np.count_nonzero(table)


def main() -> int:
    sonic = Path(sys.argv[1]).resolve()
    random = np.random.default_rng(1)
    model, nonzeros = network(random)
    feeds = {"x": random.normal(size=(1, 256)).astype(np.float32), "i": np.array([7])}
    problems = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name, array in feeds.items():
            np.save(folder / f"{name}.npy", array)
        np.savez(folder / "samples.npz", **feeds)
        onnx.save(model, folder / "model.onnx")

        def run(*arguments: str) -> None:
            subprocess.run([sonic, *arguments], cwd=folder, check=True, stderr=subprocess.DEVNULL)

        def compare(name: str) -> None:
            """Of `evaluate` and onnxruntime."""
            onnx.checker.check_model(onnx.load(folder / name))
            run("evaluate", name, "--input", "x=x.npy", "--input", "i=i.npy", "--output", "y.npy")
            session = onnxruntime.InferenceSession(folder / name)
            expected = session.run(None, feeds)[0]
            error = np.abs(np.load(folder / "y.npy") - expected).max()
            if not error <= 1e-5 * np.abs(expected).max():
                problems.append(f"{name}: off by {error}")

        compare("model.onnx")
        for prune in [[], ["--prune", "0.98"]]:
            compile_ = ["compile", "model.onnx", "--calibrate", "samples.npz", *prune]
            for kind in ["onnx", "graph", "program"]:
                run(*compile_, "--emit", kind, "-o", f"made.{kind}")
                size = (folder / f"made.{kind}").stat().st_size
                if size > BYTES * nonzeros:
                    problems.append(f"{kind}{prune}: {size} bytes for {nonzeros} nonzeros")
            compare("made.onnx")
            made = onnx.load(folder / "made.onnx").graph.sparse_initializer
            names = [each.values.name for each in made]
            if sorted(names) != ["table", "weights"]:
                problems.append(f"{prune}: sparse are {names}")
    for problem in problems:
        print(f"FAIL {problem}")
    if not problems:
        print("sparse.py: sparse initializers stay sparse")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
