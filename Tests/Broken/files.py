"""Files that are no models, or whose protobuf is wrong."""

import numpy as np

from cases import (
    NO_INPUT, Built, Fixed, case, integer, message, one, relu, row, serialized, tag, varint,
    zeros,
)

GOOD = serialized(relu().data)
GRAPH = serialized(relu().data.graph)
# Numbers of fields: of a model, of its graph and nodes.
IR_VERSION, MODEL_GRAPH, OPSETS = 1, 7, 8
NODE, NAME, OP_TYPE = 1, 3, 4
OPSET_22 = message(OPSETS, integer(2, 22))


def with_graph(content: bytes) -> bytes:
    """A model of a graph by hand."""
    return integer(IR_VERSION, 10) + message(MODEL_GRAPH, content) + OPSET_22


row("file-missing", Built(None), NO_INPUT)
row("file-empty", b"")
row("file-of-text", b"This is not a model.\nIt is two lines of text.\n")
row("file-of-json", b'{"name": "m", "layers": []}\n')
row("file-of-zeros", bytes(4096))
row("file-of-ones", b"\xff" * 4096)
row("file-of-npy", b"\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, }")
row("file-of-elf", b"\x7fELF\x02\x01\x01" + bytes(57))
row("file-with-a-bom", b"\xef\xbb\xbf" + GOOD)
row("file-twice", GOOD + GOOD)
row("file-with-text-behind", GOOD + b"and then some text\n")

WEIGHTED = serialized(
    one("Gemm", {"x": zeros(1, 8), "w": Fixed(np.ones((8, 8), np.float32))}).data
)
row("truncated-in-the-first-tag", WEIGHTED[:1])
row("truncated-in-the-length-of-the-graph", WEIGHTED[: WEIGHTED.index(b":") + 2])
row("truncated-in-a-node", WEIGHTED[: WEIGHTED.index(b"Gemm") + 2])
row("truncated-in-weights", WEIGHTED[: WEIGHTED.index(b"\x80?\x00\x00") + 100])
row("truncated-in-an-output", WEIGHTED[:-10])
row("truncated-by-a-byte", WEIGHTED[:-1])

row("wire-graph-as-a-number", integer(IR_VERSION, 10) + integer(MODEL_GRAPH, 5) + OPSET_22)
row("wire-version-as-text", Built(
    message(IR_VERSION, b"ten") + message(MODEL_GRAPH, GRAPH) + OPSET_22, relu().feeds), 0)
row("wire-node-as-a-double", with_graph(tag(NODE, 1) + bytes(8) + GRAPH))
row("wire-op-type-as-a-number", with_graph(message(NODE, integer(OP_TYPE, 7))))
row("wire-type-3", with_graph(tag(NODE, 3) + GRAPH))
row("wire-type-7", with_graph(tag(NODE, 7) + GRAPH))
row("wire-field-0", with_graph(tag(0, 0) + b"\x01" + GRAPH))
FUTURE = with_graph(message(1234, b"from the future") + GRAPH)
row("wire-unknown-field", Built(FUTURE, relu().feeds), 0)
row("wire-varint-of-eleven-bytes", b"\x08" + b"\xff" * 10 + b"\x01" + GOOD)
row("wire-name-not-utf8", with_graph(message(NODE, message(OP_TYPE, b"\xff\xfe\x80"))))
row("length-beyond-the-file", integer(IR_VERSION, 10) + tag(MODEL_GRAPH, 2) + varint(10**6) + GRAPH)
row("length-of-2-to-31", integer(IR_VERSION, 10) + tag(MODEL_GRAPH, 2) + varint(2**31) + GRAPH)
row("length-of-2-to-63", integer(IR_VERSION, 10) + tag(MODEL_GRAPH, 2) + varint(2**63) + GRAPH)
row("length-negative", integer(IR_VERSION, 10) + tag(MODEL_GRAPH, 2) + varint(-1) + GRAPH)
row("length-of-a-name-beyond-its-node", with_graph(message(NODE, tag(NAME, 2) + varint(99) + b"n")))


def nested(depth: int) -> bytes:
    """An If in the branch of an If, without anything else."""
    heads, size = [], 0
    for _ in range(depth):
        head = message(1, b"then_branch") + integer(20, 5) + tag(6, 2) + varint(size)
        head = message(OP_TYPE, b"If") + tag(5, 2) + varint(len(head) + size) + head
        head = tag(NODE, 2) + varint(len(head) + size) + head
        heads.append(head)
        size += len(head)
    return with_graph(b"".join(reversed(heads)))


row("wire-nested-30-deep", nested(30))
row("wire-nested-10000-deep", nested(10_000))

row("no-graph", integer(IR_VERSION, 10) + OPSET_22)
row("graph-empty", with_graph(b""))
row("two-graphs", GOOD + message(MODEL_GRAPH, GRAPH))
row("no-opset", integer(IR_VERSION, 10) + message(MODEL_GRAPH, GRAPH))


@case(0)
def no_version() -> Built:
    made = relu().data
    made.ClearField("ir_version")
    return Built(made, relu().feeds)


@case(0)
def version_999() -> Built:
    made = relu().data
    made.ir_version = 999
    return Built(made, relu().feeds)


def with_opsets(*opsets: tuple[str, int]) -> Built:
    made = relu().data
    del made.opset_import[:]
    for domain, version in opsets:
        made.opset_import.add(domain=domain, version=version)
    return Built(made, relu().feeds)


row("opset-0", with_opsets(("", 0)))
row("opset-negative", with_opsets(("", -3)))
row("opset-999", with_opsets(("", 999)))
row("opset-twice", with_opsets(("", 22), ("", 13)))
row("opset-of-unknown-domain", with_opsets(("", 22), ("com.example", 1)), 0)
row("opset-of-unknown-domain-only", with_opsets(("com.example", 1)))
