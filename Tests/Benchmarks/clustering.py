"""Clustering of one large layer's weights: sonic's two ways, against scikit-learn's KMeans."""

import json
import re
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from measure import HERE, BenchError, run

CLUSTERS = 64
LAYER = "alexnet"


def measure(bench) -> None:
    """A row for each of them, on AlexNet's second dense layer, the half of it that is not zero."""
    if not bench.wants(LAYER):
        return
    proto = onnx.load(bench.models.original(LAYER))
    wide = [t for t in proto.graph.initializer if sorted(t.dims) == [4096, 4096]]
    if not wide:
        raise BenchError("AlexNet has no layer of 4096 x 4096")
    weights = numpy_helper.to_array(wide[0])
    del proto
    values = weights[weights != 0].astype(np.float64)
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        onnx.save(layer(weights), scratch / "layer.onnx")
        for way in ("lloyd", "exact"):
            seconds, centroids = sonic(bench, scratch / "layer.onnx", way)
            put(bench, f"sonic {way}", values, seconds, centroids)
        np.save(scratch / "values.npy", values.astype(np.float32))
        if not bench.other_python.exists():
            raise BenchError(f"no {bench.other_python}: `make bench` makes it")
        ran = run(
            *(bench.other_python, HERE / "kmeans.py", scratch / "values.npy", CLUSTERS),
            OMP_NUM_THREADS="2",
        )
        found = json.loads(ran.stdout)
        put(bench, "scikit-learn", values, found["seconds"], found["centroids"])


def put(bench, row: str, values: np.ndarray, seconds: float, centroids: list[float]) -> None:
    """Keeps a way's row: the inertia is computed here, alike for all."""
    bench.put(
        "cluster",
        row,
        weights=values.size,
        seconds=seconds,
        inertia=inertia(values, np.sort(np.array(centroids))),
        clusters=len(centroids),
    )


def inertia(values: np.ndarray, centroids: np.ndarray) -> float:
    """Squared distances to the nearest centroid, added up."""
    nearest = np.searchsorted((centroids[1:] + centroids[:-1]) / 2, values)
    return float(np.square(values - centroids[nearest]).sum())


def layer(weights: np.ndarray) -> onnx.ModelProto:
    """A model of one matrix product."""
    rows, columns = weights.shape
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "layer",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, rows])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, columns])],
        [numpy_helper.from_array(weights, "w")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def sonic(bench, model: Path, way: str) -> tuple[float, list[float]]:
    """Seconds of the pass alone, and the codebook out of the graph that it leaves."""
    ran = run(
        *(bench.sonic, "compile", model, "--clusters", CLUSTERS, "--clustering", way),
        # The same numbers for all: not each kernel's, scaled by a gain of its own.
        *("--gain", "layer", "--threads", 2, "--stop-after", "cluster", "--time-passes"),
    )
    time = re.search(r"^cluster +([\d.]+) ms", ran.stderr, re.MULTILINE)
    book = re.search(r"clustered \[([^\]]*)\]", ran.stdout)
    if not time or not book:
        raise BenchError("sonic compile --stop-after cluster printed no codebook or no time")
    return float(time[1]) / 1000, [float(text) for text in book[1].split(",")]
