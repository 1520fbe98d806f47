"""Initializers that are wrong: their data, their types, files beside the model, sparse ones."""

import numpy as np
from onnx import SparseTensorProto, TensorProto, helper, numpy_helper

from cases import (
    FLOAT, INT64, NO_INPUT, Built, Fixed, graph, integer, ints, model, one, row, value, with_tensor,
    zeros,
)

node = helper.make_node


def tensor(dims, kind: int = FLOAT, **others) -> TensorProto:
    return TensorProto(name="w", dims=dims, data_type=kind, **others)


# Data.

row("tensor-raw-too-short", with_tensor(tensor([4], raw_data=bytes(15))))
row("tensor-raw-too-long", with_tensor(tensor([4], raw_data=bytes(20))))
row("tensor-typed-too-short", with_tensor(tensor([4], float_data=[1, 2, 3])))
row("tensor-typed-too-long", with_tensor(tensor([4], float_data=[1] * 5)))
row("tensor-raw-and-typed", with_tensor(tensor([1], float_data=[1], raw_data=bytes(4))))
row("tensor-in-the-wrong-field", with_tensor(tensor([2], int64_data=[1, 2])))
row("tensor-without-data", with_tensor(tensor([4])))
row("tensor-of-size-0", with_tensor(tensor([0, 4])), 0)
row("tensor-without-type", with_tensor(TensorProto(name="w", dims=[1], float_data=[1])))
row("tensor-of-type-99", with_tensor(tensor([1], 99, raw_data=bytes(4))))
row("tensor-of-negative-type", with_tensor(tensor([1], -1, raw_data=bytes(4))))
row("tensor-of-strings", with_tensor(
    tensor([2], TensorProto.STRING, string_data=[b"a", b"b"]), TensorProto.STRING))
row("tensor-of-complex-numbers", with_tensor(
    tensor([1], TensorProto.COMPLEX64, float_data=[1, 2]), TensorProto.COMPLEX64))
row("tensor-of-negative-size", with_tensor(tensor([-4], raw_data=bytes(16))))
row("tensor-of-two-negative-sizes", with_tensor(tensor([-2, -2], raw_data=bytes(16))))
row("tensor-whose-size-overflows", with_tensor(tensor([2**32, 2**32], raw_data=bytes(16))))
row("tensor-whose-bytes-overflow", with_tensor(tensor([2**62], raw_data=bytes(16))))
row("tensor-of-absurd-size-times-0", with_tensor(tensor([2**62, 2**62, 0])))
row("tensor-huge-without-data", with_tensor(tensor([2**20, 2**20])))
row("tensor-of-100-axes", with_tensor(tensor([1] * 100, raw_data=bytes(4))))
row("tensor-in-segments", with_tensor(
    tensor([4], raw_data=bytes(8), segment=TensorProto.Segment(begin=0, end=2))))
row("tensor-twice", Built(model(graph(
    [node("Identity", ["w"], ["y"], name="n")], [], [value("y")],
    [tensor([1], float_data=[1]), tensor([1], float_data=[2])]))))
row("tensor-without-name", Built(model(graph(
    [node("Relu", ["x"], ["y"], name="n")], [value("x", FLOAT, [1])], [value("y")],
    [TensorProto(dims=[1], data_type=FLOAT, float_data=[1])])), {"x": zeros(1)}))
row("tensor-of-constant-too-short", one("Constant", {}, value=tensor([4], raw_data=bytes(12))))
row("constant-without-value", one("Constant", {}))
row("constant-with-two-values", one("Constant", {}, value_int=1, value_float=1.0))

row("tensor-with-nan-and-infinity", one("Mul", {
    "x": zeros(1, 4), "w": Fixed(np.array([np.nan, np.inf, -np.inf, -0.0], np.float32))}), 0)
row("weights-with-nan-and-infinity", one("Gemm", {
    "x": zeros(1, 2), "w": Fixed(np.array([[np.nan, 1], [1, np.inf]], np.float32))}), 0)
row("tensor-of-float16-out-of-range", with_tensor(
    tensor([2], TensorProto.FLOAT16, int32_data=[70_000, -1]), TensorProto.FLOAT16))
row("tensor-of-int8-out-of-range", with_tensor(
    tensor([2], TensorProto.INT8, int32_data=[300, -300]), TensorProto.INT8))
row("tensor-of-uint8-negative", with_tensor(
    tensor([1], TensorProto.UINT8, int32_data=[-1]), TensorProto.UINT8))
row("tensor-of-bool-2", with_tensor(
    tensor([2], TensorProto.BOOL, raw_data=b"\x02\xff"), TensorProto.BOOL), 0)
row("tensor-of-double-out-of-range", with_tensor(
    tensor([1], TensorProto.DOUBLE, double_data=[1e300]), TensorProto.DOUBLE), 0)
row("tensor-of-int4-of-odd-size", with_tensor(
    tensor([3], TensorProto.INT4, raw_data=b"\x21\x0f"), TensorProto.INT4), 0)
row("tensor-of-int4-too-short", with_tensor(
    tensor([3], TensorProto.INT4, raw_data=b"\x21"), TensorProto.INT4))
row("tensor-of-int4-too-long", with_tensor(
    tensor([3], TensorProto.INT4, raw_data=b"\x21\x0f\x00"), TensorProto.INT4))

# Files beside the model.


def external(files: dict[str, bytes] | None = None, **entries: str | int) -> Built:
    """A model whose 4 weights lie in another file."""
    made = tensor([4], data_location=TensorProto.EXTERNAL)
    for key, content in entries.items():
        made.external_data.add(key=key, value=str(content))
    return Built(with_tensor(made).data, files={} if files is None else files)


BESIDE = {"external.bin": bytes(16)}
row("external", external(BESIDE, location="external.bin"), 0)
row("external-missing", external(location="nowhere.bin"), NO_INPUT)
row("external-outside", external(location="../nowhere.bin"))
row("external-outside-and-back", external(BESIDE, location="a/../../nowhere.bin"))
row("external-absolute", external(location="/etc/passwd"))
row("external-a-folder", external(location="."), NO_INPUT)
row("external-a-device", external(location="/dev/zero"))
row("external-location-empty", external(location=""))
row("external-without-location", external(BESIDE, offset=0, length=16))
row("external-location-with-nul", external(BESIDE, location="external.bin\0.txt"))
row("external-of-10000-characters", external(location="w" * 10_000), NO_INPUT)
row("external-offset-beyond", external(BESIDE, location="external.bin", offset=4096))
row("external-offset-negative", external(BESIDE, location="external.bin", offset=-8))
row("external-offset-of-text", external(BESIDE, location="external.bin", offset="eight"))
row("external-offset-of-2-to-64", external(BESIDE, location="external.bin", offset=2**64))
row("external-offset-of-2-to-63", external(
    BESIDE, location="external.bin", offset=2**63 - 1, length=16))
row("external-length-too-short", external(BESIDE, location="external.bin", length=12))
row("external-length-too-long", external(BESIDE, location="external.bin", length=20))
row("external-length-beyond", external(BESIDE, location="external.bin", offset=8, length=16))
row("external-file-empty", external({"empty.bin": b""}, location="empty.bin"))
ELSEWHERE = tensor([4], raw_data=bytes(16)).SerializeToString() + integer(14, 5)
row("external-location-unknown", with_tensor(TensorProto.FromString(ELSEWHERE)), 0)

# Sparse ones.


def sparse(dims, values, indices, kind: int = INT64) -> Built:
    made = SparseTensorProto(
        values=TensorProto(name="w", dims=[len(values)], data_type=FLOAT, float_data=values),
        indices=numpy_helper.from_array(np.asarray(indices), "indices"),
        dims=dims,
    )
    whole = graph([node("Identity", ["w"], ["y"], name="n")], [], [value("y")])
    whole.sparse_initializer.append(made)
    return Built(model(whole))


row("sparse", sparse([4], [1, 2], ints(1, 3)), 0)
row("sparse-index-too-large", sparse([4], [1, 2], ints(1, 4)))
row("sparse-index-negative", sparse([4], [1, 2], ints(-1, 3)))
row("sparse-indices-unsorted", sparse([4], [1, 2], ints(3, 1)))
row("sparse-index-twice", sparse([4], [1, 2], ints(1, 1)))
row("sparse-more-values-than-indices", sparse([4], [1, 2, 3], ints(1, 3)))
row("sparse-more-indices-than-values", sparse([4], [1], ints(1, 3)))
row("sparse-indices-of-floats", sparse([4], [1, 2], np.array([1, 3], np.float32)))
row("sparse-indices-of-wrong-rank", sparse([2, 2], [1, 2], np.array([[[0, 1]]])))
row("sparse-indices-of-too-many-axes", sparse([4], [1, 2], np.array([[0, 1], [1, 1]])))
row("sparse-coordinate-too-large", sparse([2, 2], [1], np.array([[0, 7]])))
row("sparse-of-negative-size", sparse([-4], [1], ints(1)))
row("sparse-of-huge-size", sparse([2**20, 2**20], [1], ints(1)))
row("sparse-whose-size-overflows", sparse([2**32, 2**32], [1], ints(1)))
