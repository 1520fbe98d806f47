"""Nodes whose shapes or values do not fit, or whose results would be absurdly large."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from cases import BOOL, INT64, Fixed, int_, ints, one, row, with_nodes, zeros

node = helper.make_node
IMAGE = zeros(1, 4, 8, 8)
KERNEL = Fixed(zeros(4, 4, 3, 3))
LARGE = 2**40


def conv(image=IMAGE, kernel=KERNEL, **attributes):
    return one("Conv", {"x": image, "w": kernel}, **attributes)


row("conv-wrong-channels", conv(kernel=Fixed(zeros(4, 3, 3, 3))))
row("conv-wrong-rank", conv(zeros(4, 8)))
row("conv-kernel-of-another-rank", conv(kernel=Fixed(zeros(4, 4, 3))))
row("conv-kernel-larger-than-input", conv(zeros(1, 4, 2, 2)))
row("conv-kernel-shape-differs", conv(kernel_shape=[5, 5]))
row("conv-kernel-of-size-0", conv(kernel=Fixed(zeros(4, 4, 0, 3))))
row("conv-stride-0", conv(strides=[0, 1]))
row("conv-stride-negative", conv(strides=[-1, -1]))
row("conv-dilation-0", conv(dilations=[0, 0]))
row("conv-dilation-of-2-to-62", conv(dilations=[2**62, 2**62]))
row("conv-group-0", conv(group=0))
row("conv-group-negative", conv(group=-1))
row("conv-groups-do-not-divide-channels", conv(group=3))
row("conv-groups-do-not-divide-kernels", conv(kernel=Fixed(zeros(3, 2, 3, 3)), group=2))
row("conv-pads-too-few", conv(pads=[1, 1]))
row("conv-pads-negative", conv(pads=[-9, -9, -9, -9]))
row("conv-pads-absurd", conv(pads=[LARGE] * 4))
row("conv-pads-overflow", conv(pads=[2**63 - 1] * 4))
row("conv-bias-of-wrong-size", one("Conv", {"x": IMAGE, "w": KERNEL, "b": Fixed(zeros(5))}))
row("convtranspose-stride-absurd", one(
    "ConvTranspose", {"x": IMAGE, "w": KERNEL}, strides=[LARGE, LARGE]))
row("convtranspose-output-padding", one(
    "ConvTranspose", {"x": IMAGE, "w": KERNEL}, output_padding=[9, 9]), 0)
row("convtranspose-output-shape", one(
    "ConvTranspose", {"x": IMAGE, "w": KERNEL}, output_shape=[-5, 0]))
row("maxpool-kernel-0", one("MaxPool", {"x": IMAGE}, kernel_shape=[0, 0]))
row("maxpool-kernel-too-large", one("MaxPool", {"x": IMAGE}, kernel_shape=[9, 9]))
row("averagepool-kernel-of-2-to-40", one(
    "AveragePool", {"x": IMAGE}, kernel_shape=[LARGE, LARGE], pads=[LARGE] * 4))
row("gemm-inner-sizes-differ", one("Gemm", {"x": zeros(2, 3), "w": Fixed(zeros(4, 5))}))
row("gemm-rank-3", one("Gemm", {"x": zeros(1, 2, 3), "w": Fixed(zeros(3, 5))}))
row("gemm-bias-does-not-broadcast", one(
    "Gemm", {"x": zeros(2, 3), "w": Fixed(zeros(3, 5)), "b": Fixed(zeros(4))}))
row("matmul-inner-sizes-differ", one("MatMul", {"x": zeros(2, 3), "w": Fixed(zeros(4, 5))}))
row("matmul-of-a-scalar", one("MatMul", {"x": zeros(), "w": Fixed(zeros(4, 5))}))
row("matmul-of-inner-size-0", one("MatMul", {"x": zeros(2, 0), "w": Fixed(zeros(0, 3))}), 0)
row("add-does-not-broadcast", one("Add", {"x": zeros(2, 3), "w": Fixed(zeros(2, 4))}))
row("einsum-nonsense", one("Einsum", {"x": zeros(2, 3)}, equation="ij->->k"))
row("einsum-of-absurd-size", one(
    "Einsum", {f"x{i}": zeros(1000) for i in range(5)}, equation="a,b,c,d,e->abcde"))
row("batchnorm-wrong-sizes", one("BatchNormalization", {
    "x": IMAGE, **{name: Fixed(zeros(3)) for name in ("s", "b", "m", "v")}}))
row("batchnorm-training", one("BatchNormalization", {
    "x": IMAGE, **{name: Fixed(zeros(4)) for name in ("s", "b", "m", "v")}}, training_mode=1))
row("batchnorm-training-outputs", one(
    "BatchNormalization",
    {"x": IMAGE, **{name: Fixed(zeros(4)) for name in ("s", "b", "m", "v")}},
    outputs=["y", "mean", "var"], training_mode=1))
row("batchnorm-variance-negative", one("BatchNormalization", {
    "x": zeros(1, 1, 1, 1), **{name: Fixed(zeros(1) - 1) for name in ("s", "b", "m", "v")}}), 0)


def both(name: str, op: str, first: dict, second: dict, code: int = 65, **others) -> None:
    """Two cases: operands that the compiler knows, and those that come only when it runs."""
    fixed = {key: Fixed(array) for key, array in second.items()}
    row(f"{name}-fixed", one(op, {**first, **fixed}, **others), code)
    row(f"{name}-at-run-time", one(op, {**first, **second}, **others), code)


X = {"x": zeros(2, 3)}
both("reshape-does-not-fit", "Reshape", X, {"s": ints(4, 2)})
both("reshape-two-unknown", "Reshape", X, {"s": ints(-1, -1)})
both("reshape-unknown-does-not-divide", "Reshape", X, {"s": ints(4, -1)})
both("reshape-below-minus-1", "Reshape", X, {"s": ints(-2, 3)})
both("reshape-zero-beyond-rank", "Reshape", X, {"s": ints(2, 3, 0)})
both("reshape-overflow", "Reshape", X, {"s": ints(2**32, 2**32)})
row("reshape-shape-of-floats", one("Reshape", {**X, "s": Fixed(zeros(2))}))
row("concat-of-different-ranks", one("Concat", {**X, "w": Fixed(zeros(3))}, axis=0))
row("concat-of-different-sizes", one("Concat", {**X, "w": Fixed(zeros(2, 4))}, axis=0))
row("concat-axis-out-of-range", one("Concat", {**X, "w": Fixed(zeros(2, 3))}, axis=2))
row("transpose-not-a-permutation", one("Transpose", X, perm=[0, 0]))
row("transpose-too-long", one("Transpose", X, perm=[0, 1, 2]))
row("flatten-axis-out-of-range", one("Flatten", X, axis=7))
both("squeeze-not-of-size-1", "Squeeze", X, {"a": ints(1)})
both("unsqueeze-axis-twice", "Unsqueeze", X, {"a": ints(0, 0)})
both("slice-step-0", "Slice", X, {"b": ints(0), "e": ints(1), "a": ints(0), "s": ints(0)})
both("slice-lengths-differ", "Slice", X, {"b": ints(0, 0), "e": ints(1)})
both("slice-axis-out-of-range", "Slice", X, {"b": ints(0), "e": ints(1), "a": ints(5)})
both("slice-of-extremes", "Slice", X, {
    "b": ints(2**63 - 1), "e": ints(-(2**63)), "a": ints(0), "s": ints(-(2**63))}, 0)
both("split-does-not-add-up", "Split", X, {"s": ints(1, 1)}, outputs=["y", "y2"], axis=1)
both("split-negative", "Split", X, {"s": ints(-1, 4)}, outputs=["y", "y2"], axis=1)
both("gather-index-out-of-range", "Gather", X, {"i": ints(2)})
both("gather-index-too-negative", "Gather", X, {"i": ints(-3)})
row("gather-index-of-floats", one("Gather", {**X, "i": Fixed(zeros(1))}))
both("gathernd-index-out-of-range", "GatherND", X, {"i": ints(0, 9)})
both("gatherelements-index-out-of-range", "GatherElements", X, {"i": ints(9).reshape(1, 1)})
both("scatternd-index-out-of-range", "ScatterND", X, {"i": ints(9).reshape(1, 1), "u": zeros(1, 3)})
both("scatterelements-index-out-of-range", "ScatterElements", X, {
    "i": ints(-9).reshape(1, 1), "u": zeros(1, 1)})
both("resize-absurd", "Resize", {"x": zeros(1, 1, 2, 2)}, {
    "s": ints(1, 1, 2**20, 2**20)}, inputs=["x", "", "", "s"])
both("resize-of-negative-size", "Resize", {"x": zeros(1, 1, 2, 2)}, {
    "s": ints(1, 1, -2, 2)}, inputs=["x", "", "", "s"])
both("resize-scale-0", "Resize", {"x": zeros(1, 1, 2, 2)}, {
    "s": np.array([1, 1, 0, 0], np.float32)}, inputs=["x", "", "s"])
both("resize-scale-nan", "Resize", {"x": zeros(1, 1, 2, 2)}, {
    "s": np.array([1, 1, np.nan, np.inf], np.float32)}, inputs=["x", "", "s"])
both("resize-scale-absurd", "Resize", {"x": zeros(1, 1, 2, 2)}, {
    "s": np.array([1, 1, 1e30, 1e30], np.float32)}, inputs=["x", "", "s"])
both("expand-absurd", "Expand", {"x": zeros(1)}, {"s": ints(LARGE)})
both("expand-overflow", "Expand", {"x": zeros(1)}, {"s": ints(LARGE, LARGE)})
both("expand-of-negative-size", "Expand", {"x": zeros(1)}, {"s": ints(-2)})
both("expand-does-not-broadcast", "Expand", X, {"s": ints(5)})
both("expand-to-16-gigabytes", "Expand", {"x": zeros(1)}, {"s": ints(2**32)})
both("pad-absurd", "Pad", X, {"p": ints(0, LARGE, 0, LARGE)})
both("pad-overflow", "Pad", X, {"p": ints(2**63 - 1, 0, 2**63 - 1, 0)})
both("pad-too-negative", "Pad", X, {"p": ints(-5, 0, -5, 0)})
both("pad-too-few", "Pad", X, {"p": ints(1, 1)})
both("pad-reflect-too-far", "Pad", X, {"p": ints(0, 5, 0, 5)}, 0, mode="reflect")
both("constantofshape-absurd", "ConstantOfShape", {}, {"s": ints(LARGE)})
both("constantofshape-negative", "ConstantOfShape", {}, {"s": ints(-1)})
both("constantofshape-overflow", "ConstantOfShape", {}, {"s": ints(2**32, 2**32)})
row("constantofshape-two-values", one("ConstantOfShape", {"s": Fixed(ints(2))},
    value=numpy_helper.from_array(zeros(2))))
both("tile-absurd", "Tile", X, {"r": ints(LARGE, 1)})
both("tile-negative", "Tile", X, {"r": ints(-1, 1)})
both("tile-overflow", "Tile", X, {"r": ints(2**62, 2**62)})
both("tile-too-few", "Tile", X, {"r": ints(2)})


def range_(start, limit, delta, dtype: type = np.float32) -> dict[str, np.ndarray]:
    return {
        "a": np.array(start, dtype), "b": np.array(limit, dtype), "d": np.array(delta, dtype)
    }


both("range-step-0", "Range", {}, range_(0, 1, 0))
both("range-step-0-of-ints", "Range", {}, range_(0, 1, 0, np.int64), kind=INT64)
both("range-that-never-ends", "Range", {}, range_(0, 1, 1e-30))
both("range-step-nan", "Range", {}, range_(0, 1, np.nan))
both("range-to-infinity", "Range", {}, range_(0, np.inf, 1))
both("range-overflow", "Range", {}, range_(-(2**63), 2**63 - 1, 1, np.int64), kind=INT64)
both("range-backwards", "Range", {}, range_(0, -5, 1), 0)
both("onehot-absurd", "OneHot", {"x": ints(1)}, {"d": int_(LARGE), "v": zeros(2)})
both("onehot-depth-negative", "OneHot", {"x": ints(1)}, {"d": int_(-2), "v": zeros(2)})
both("topk-too-large", "TopK", X, {"k": ints(4)}, outputs=["y", "i"])
both("topk-negative", "TopK", X, {"k": ints(-1)}, outputs=["y", "i"])
both("topk-of-2-to-62", "TopK", X, {"k": ints(2**62)}, outputs=["y", "i"])
both("reduce-axis-out-of-range", "ReduceSum", X, {"a": ints(2)})
both("reduce-of-nothing-to-max", "ReduceMax", {"x": zeros(0, 3)}, {"a": ints(0)}, 0)
both("integer-division-by-zero", "Div", {"x": ints(1, 2)}, {"w": ints(0, 0)}, 0, kind=INT64)
both("integer-division-overflow", "Div", {"x": ints(-(2**63))}, {"w": ints(-1)}, 0, kind=INT64)
both("integer-modulo-zero", "Mod", {"x": ints(1, 2)}, {"w": ints(0, 0)}, 0, kind=INT64)
both("integer-sum-overflow", "Add", {"x": ints(2**63 - 1)}, {"w": ints(1)}, 0, kind=INT64)
both("shift-by-100", "BitShift", {"x": np.array([1], np.uint8)}, {
    "w": np.array([100], np.uint8)}, 0, kind=TensorProto.UINT8, direction="LEFT")
both("cast-of-nan-to-int", "Cast", {}, {
    "x": np.array([np.nan, np.inf, 1e30], np.float32)}, 0, kind=INT64, to=INT64)
both("quantize-scale-0", "QuantizeLinear", X, {"s": zeros()}, 0, kind=TensorProto.UINT8)
row("dequantize-axis-out-of-range", one("DequantizeLinear", {
    "x": zeros(2, 3, dtype=np.int8), "s": Fixed(zeros(3))}, axis=5))
row("argmax-of-nothing", one("ArgMax", {"x": zeros(2, 0)}, kind=INT64, axis=1))
row("compare-strings", with_nodes([
    node("Constant", [], ["s"], name="c", value_string="text"),
    node("Equal", ["s", "s"], ["y"], name="n")]))
row("random-of-absurd-size", one("RandomNormal", {}, shape=[LARGE]))
row("eyelike-of-absurd-size", with_nodes([
    node("ConstantOfShape", ["s"], ["m"], name="c"), node("EyeLike", ["m"], ["y"], name="n"),
], {"s": Fixed(ints(2**20, 2**20))}))
row("lstm-wrong-sizes", one("LSTM", {
    "x": zeros(2, 1, 3), "w": Fixed(zeros(1, 16, 3)), "r": Fixed(zeros(1, 16, 5))}, hidden_size=4))
row("lstm-hidden-size-of-2-to-62", one("LSTM", {
    "x": zeros(2, 1, 3), "w": Fixed(zeros(1, 16, 3)), "r": Fixed(zeros(1, 16, 4))},
    hidden_size=2**62))
row("dft-length-absurd", one("DFT", {"x": zeros(1, 4, 1), "n": Fixed(int_(LARGE))}))
row("hannwindow-absurd", one("HannWindow", {"n": Fixed(int_(LARGE))}))
row("nonmaxsuppression-wrong-boxes", one("NonMaxSuppression", {
    "b": zeros(1, 3, 5), "s": zeros(1, 1, 3)}, kind=INT64))
row("doubled-40-times", with_nodes(
    [node("Concat", [f"v{i}" if i else "x"] * 2, [f"v{i + 1}"], name=f"n{i}", axis=1)
     for i in range(40)], outputs=["v40"]))
row("where-of-floats", one("Where", {"c": zeros(2, 3), "x": zeros(2, 3), "w": zeros(2, 3)}))
row("not-of-floats", one("Not", kind=BOOL))
