#!/usr/bin/env python3
"""Makes halves of a model's floats, as exporters do for GPUs.

    half_precision.py IN.onnx OUT.onnx

Initializers and constants are rounded to float16, and inputs and outputs become float16.
"""

import sys

import onnx
from onnx import TensorProto, numpy_helper


def halved(tensor: TensorProto) -> TensorProto:
    if tensor.data_type != TensorProto.FLOAT:
        return tensor
    return numpy_helper.from_array(numpy_helper.to_array(tensor).astype("float16"), tensor.name)


def main() -> None:
    source, target = sys.argv[1:]
    model = onnx.load(source)
    graph = model.graph
    for tensor in graph.initializer:
        tensor.CopyFrom(halved(tensor))
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                attribute.t.CopyFrom(halved(attribute.t))
            elif node.op_type == "Cast" and attribute.i == TensorProto.FLOAT:
                attribute.i = TensorProto.FLOAT16
    for value in [*graph.input, *graph.output]:
        if value.type.tensor_type.elem_type == TensorProto.FLOAT:
            value.type.tensor_type.elem_type = TensorProto.FLOAT16
    del graph.value_info[:]
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, target)


if __name__ == "__main__":
    main()
