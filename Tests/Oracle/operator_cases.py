"""Writes operator test cases from ONNX's conformance data as JSON.

    python operator_cases.py NODE_DATA_DIR Add,Conv,... > Cases.json

NODE_DATA_DIR is onnx/backend/test/data/node of the onnx 1.16.2 package (Apache License 2.0), which
fetch.py unzips to DIR/conformance/node. A case is
taken if it is one node whose operator has the inputs and attributes of the newest opset, and its
tensors are small and of types that we hold. One case a line:

    {"name", "op", "attributes": {NAME: {KIND: VALUE}},
     "inputs": [TENSOR or null], "outputs": [TENSOR or null]}

where TENSOR is {"type", "shape", "values"}, and infinities and NaN are strings.
"""

import glob
import json
import math
import os
import sys

import numpy
import onnx
from onnx import AttributeProto, TensorProto, numpy_helper

OPSET = 22
LARGEST = 400  # elements of a tensor
# Parts of the names of cases that we refuse, whose data are bit patterns (BFLOAT16), or whose results
# wrap where the operator's own description saturates (int8).
LEFT_OUT = (
    "training_dropout", "training_mode", "BFLOAT16", "qlinearmatmul_2D_int8",
    "qlinearmatmul_3D_int8",
)
TYPES = {
    TensorProto.FLOAT: "float", TensorProto.DOUBLE: "double", TensorProto.FLOAT16: "float16",
    TensorProto.INT8: "int8", TensorProto.INT16: "int16",
    TensorProto.INT32: "int32", TensorProto.INT64: "int64", TensorProto.UINT8: "uint8",
    TensorProto.UINT16: "uint16", TensorProto.UINT32: "uint32", TensorProto.UINT64: "uint64",
    TensorProto.BOOL: "bool", TensorProto.UINT4: "uint4", TensorProto.INT4: "int4",
    TensorProto.FLOAT8E4M3FN: "float8e4m3fn", TensorProto.FLOAT8E4M3FNUZ: "float8e4m3fnuz",
    TensorProto.FLOAT8E5M2: "float8e5m2", TensorProto.FLOAT8E5M2FNUZ: "float8e5m2fnuz",
}
# Those that tolist() does not turn into numbers.
NARROW_FLOATS = ("float16", "float8")
NARROW_INTS = ("uint4", "int4")


class Unsuitable(Exception):
    pass


def number(value):
    if isinstance(value, (bool, int)):
        return int(value)
    if math.isinf(value) or math.isnan(value):
        return str(value)
    return float(f"{value:.7g}")


def tensor(proto):
    if proto.data_type not in TYPES:
        raise Unsuitable("type")
    array = numpy_helper.to_array(proto)
    if array.size > LARGEST:
        raise Unsuitable("size")
    if TYPES[proto.data_type].startswith(NARROW_FLOATS):
        array = array.astype(numpy.float32)
    if TYPES[proto.data_type] in NARROW_INTS:
        array = array.astype(numpy.int64)
    if proto.data_type == TensorProto.UINT64:
        array = array.astype(numpy.int64)
    values = [number(value) for value in array.flatten().tolist()]
    return {"type": TYPES[proto.data_type], "shape": list(array.shape), "values": values}


def attribute(proto):
    value = onnx.helper.get_attribute_value(proto)
    kinds = {
        AttributeProto.INT: ("int", lambda: value),
        AttributeProto.FLOAT: ("float", lambda: number(value)),
        AttributeProto.STRING: ("string", lambda: value.decode()),
        AttributeProto.INTS: ("ints", lambda: list(value)),
        AttributeProto.FLOATS: ("floats", lambda: [number(v) for v in value]),
        AttributeProto.TENSOR: ("tensor", lambda: tensor(value)),
    }
    if proto.type not in kinds:
        raise Unsuitable("attribute")
    kind, read = kinds[proto.type]
    return {kind: read()}


def values(folder, kind, names):
    """The tensors of a data set, in the order of the node's operands."""
    result = []
    given = 0
    for name in names:
        if not name:
            result.append(None)
            continue
        with open(os.path.join(folder, f"{kind}_{given}.pb"), "rb") as file:
            proto = TensorProto()
            proto.ParseFromString(file.read())
        result.append(tensor(proto))
        given += 1
    return result


def has_newest_form(op, version):
    old = onnx.defs.get_schema(op, version)
    new = onnx.defs.get_schema(op, OPSET)
    return [i.name for i in old.inputs] == [i.name for i in new.inputs] and set(
        old.attributes
    ) <= set(new.attributes)


def case(path):
    model = onnx.load(os.path.join(path, "model.onnx"))
    versions = [o.version for o in model.opset_import if o.domain in ("", "ai.onnx")]
    if len(model.graph.node) != 1 or not versions:
        raise Unsuitable("nodes")
    node = model.graph.node[0]
    operands = list(model.graph.input) + list(model.graph.output)
    if not all(operand.type.HasField("tensor_type") for operand in operands):
        raise Unsuitable("not of tensors")
    if any(word in path for word in LEFT_OUT):
        raise Unsuitable("by name")
    if len(set(filter(None, node.input))) != len(list(filter(None, node.input))):
        raise Unsuitable("an input twice")
    if not has_newest_form(node.op_type, versions[0]):
        raise Unsuitable("old form")
    data = os.path.join(path, "test_data_set_0")
    return {
        "name": os.path.basename(path).removeprefix("test_"),
        "op": node.op_type,
        "attributes": {a.name: attribute(a) for a in node.attribute},
        "inputs": values(data, "input", node.input),
        "outputs": values(data, "output", node.output),
    }


def main(root, operators):
    wanted = set(operators.split(","))
    lines = []
    for path in sorted(glob.glob(os.path.join(root, "test_*"))):
        model = onnx.load(os.path.join(path, "model.onnx"))
        if len(model.graph.node) != 1 or model.graph.node[0].op_type not in wanted:
            continue
        try:
            lines.append(json.dumps(case(path), separators=(",", ":"), allow_nan=False))
        except Unsuitable as reason:
            print(f"{os.path.basename(path)}: left out: {reason}", file=sys.stderr)
    print("[\n" + ",\n".join(lines) + "\n]")


main(*sys.argv[1:])
