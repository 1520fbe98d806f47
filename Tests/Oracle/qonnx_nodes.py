"""QONNX's Quant nodes as the standard nodes that they stand for, as onnxruntime has none."""

import numpy as np
import onnx
from onnx import helper, numpy_helper

DOMAINS = {"qonnx.custom_op.general", "finn.custom_op.general", "onnx.brevitas"}


def expand(model: onnx.ModelProto) -> bool:
    """Replaces every Quant node by Div, Add, Clip, Round, Sub and Mul; whether there was one."""
    graph = model.graph
    constants = {tensor.name: tensor for tensor in graph.initializer}
    nodes = []
    for node in graph.node:
        nodes += standard(node, constants, graph) if node.domain in DOMAINS else [node]
    found = len(nodes) != len(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)
    kept = [entry for entry in model.opset_import if entry.domain not in DOMAINS]
    del model.opset_import[:]
    model.opset_import.extend(kept)
    return found


def standard(
    node: onnx.NodeProto, constants: dict[str, onnx.TensorProto], graph: onnx.GraphProto
) -> list[onnx.NodeProto]:
    """The nodes that one Quant stands for: clip(x / scale + zero), rounded, back again."""
    attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    if node.op_type != "Quant" or attributes.get("rounding_mode", b"ROUND") != b"ROUND":
        raise ValueError(f"node {node.name}: expected a Quant that rounds")
    x, scale, zero, width = node.input
    bits = float(numpy_helper.to_array(constants[width]))
    narrow = 1 if attributes["narrow"] else 0
    if attributes["signed"]:
        bounds = [narrow - 2 ** (bits - 1), 2 ** (bits - 1) - 1]
    else:
        bounds = [0, 2**bits - 1 - narrow]
    result = node.output[0]
    names = []
    for word, bound in zip(["least", "most"], bounds, strict=True):
        names.append(f"{result}.{word}")
        graph.initializer.append(numpy_helper.from_array(np.array(bound, np.float32), names[-1]))
    steps = [
        ("Div", [scale]), ("Add", [zero]), ("Clip", names), ("Round", []), ("Sub", [zero]),
        ("Mul", [scale]),
    ]  # fmt: skip
    made = []
    for index, (op, operands) in enumerate(steps):
        output = result if index == len(steps) - 1 else f"{result}.{op}"
        made.append(helper.make_node(op, [x, *operands], [output], name=output))
        x = output
    return made
