"""Graphs, names, operators and attributes that are wrong."""

from onnx import AttributeProto, TensorProto, defs, helper

from cases import (
    CANNOT_WRITE, FLOAT, OPSET, WRONG_USAGE, Built, Fixed, case, graph, integer, ints, message, model, one,
    relu, row, value, with_nodes, zeros,
)

node = helper.make_node

# Graphs.

row("input-undefined", with_nodes([node("Add", ["x", "ghost"], ["y"], name="n")]))
row("input-misspelt", with_nodes([
    node("Relu", ["x"], ["hidden"], name="a"), node("Relu", ["hiden"], ["y"], name="b"),
]))
row("nodes-out-of-order", with_nodes([
    node("Relu", ["h"], ["y"], name="second"), node("Neg", ["x"], ["h"], name="first"),
]))
row("cycle", with_nodes([
    node("Add", ["x", "b"], ["a"], name="n1"), node("Relu", ["a"], ["b"], name="n2"),
    node("Neg", ["b"], ["y"], name="n3"),
]))
row("node-takes-its-own-output", with_nodes([node("Add", ["x", "y"], ["y"], name="n")]))
row("value-twice", with_nodes([
    node("Relu", ["x"], ["y"], name="n1"), node("Neg", ["x"], ["y"], name="n2"),
]))
row("value-twice-in-a-node", one("Split", outputs=["y", "y"], axis=1, num_outputs=2))
row("value-named-as-an-input", with_nodes([
    node("Relu", ["x"], ["x"], name="n1"), node("Neg", ["x"], ["y"], name="n2"),
]))
row("value-named-as-an-initializer", with_nodes([
    node("Relu", ["x"], ["w"], name="n1"), node("Add", ["x", "w"], ["y"], name="n2"),
], {"x": zeros(1, 4), "w": Fixed(zeros(4))}))
row("node-names-twice", with_nodes([
    node("Relu", ["x"], ["h"], name="n"), node("Neg", ["h"], ["y"], name="n"),
]), 0)
row("node-names-missing", with_nodes([node("Relu", ["x"], ["h"]), node("Neg", ["h"], ["y"])]), 0)
row("output-not-computed", with_nodes([node("Relu", ["x"], ["h"], name="n")]))
row("output-twice", with_nodes([node("Relu", ["x"], ["y"], name="n")], outputs=["y", "y"]))
row("output-without-type", with_nodes(
    [node("Relu", ["x"], ["y"], name="n")], outputs=[helper.make_empty_tensor_value_info("y")],
), 0)
row("output-of-another-type", with_nodes(
    [node("Relu", ["x"], ["y"], name="n")], outputs=[value("y", TensorProto.INT32, [1, 4])],
))
row("output-of-another-shape", with_nodes(
    [node("Relu", ["x"], ["y"], name="n")], outputs=[value("y", FLOAT, [2, 5])],
))
row("no-outputs", with_nodes([node("Relu", ["x"], ["y"], name="n")], outputs=[]))
row("no-nodes", with_nodes([], outputs=["x"]), 0)
row("no-nodes-and-no-such-output", with_nodes([], outputs=["y"]))
row("inputs-twice", Built(model(graph(
    [node("Relu", ["x"], ["y"], name="n")], [value("x", FLOAT, [4]), value("x", FLOAT, [4])],
    [value("y")],
)), {"x": zeros(4)}))


@case(0)
def input_is_an_initializer_too() -> Built:
    built = one("Add", {"x": zeros(1, 4), "w": Fixed(zeros(4))})
    built.data.graph.input.append(value("w", FLOAT, [4]))
    return built


@case()
def input_is_an_initializer_of_another_shape() -> Built:
    built = one("Add", {"x": zeros(1, 4), "w": Fixed(zeros(4))})
    built.data.graph.input.append(value("w", FLOAT, [5]))
    return built


def with_input(declared) -> Built:
    return Built(model(graph(
        [node("Identity", ["x"], ["y"], name="n")], [declared], [value("y")]
    )))


row("input-of-strings", with_input(value("x", TensorProto.STRING, [1])))
row("input-a-sequence", with_input(helper.make_tensor_sequence_value_info("x", FLOAT, [1])))
row("input-an-optional", with_input(helper.make_value_info(
    "x", helper.make_optional_type_proto(helper.make_tensor_type_proto(FLOAT, [1])))))
row("input-a-sparse-tensor", with_input(
    helper.make_sparse_tensor_value_info("x", FLOAT, [4])))
row("input-a-map", with_input(helper.make_value_info(
    "x", helper.make_map_type_proto(TensorProto.INT64, helper.make_tensor_type_proto(FLOAT, [1])))))
row("input-of-complex-numbers", with_input(value("x", TensorProto.COMPLEX64, [1])))
row("input-of-type-99", with_input(value("x", 99, [1])))
row("input-without-type", with_input(helper.make_empty_tensor_value_info("x")))
row("input-of-negative-size", Built(
    with_input(value("x", FLOAT, [-1, 4])).data, {"x": zeros(2, 4)}), 0)
row("input-of-size-minus-2", Built(
    with_input(value("x", FLOAT, [-2, 4])).data, {"x": zeros(2, 4)}))
row("input-of-absurd-size", with_input(value("x", FLOAT, [2**62, 2**62])))
row("input-of-100-axes", with_input(value("x", FLOAT, [1] * 100)))
row("input-of-no-shape", Built(with_input(value("x", FLOAT)).data, {"x": zeros(3)}), 0)
row("input-of-size-0", Built(with_input(value("x", FLOAT, [0])).data, {"x": zeros(0)}), 0)

# Names.

row("name-with-newlines", one("Add", {"x\n\ny": zeros(4), "w": zeros(3)}))
row("name-with-quotes", one("Add", {'x"\\"\'': zeros(4), "w": zeros(3)}))
row("name-with-control-characters", one("Add", {
    "x\x1b[31m\x07\x7f\u202e": zeros(4), "w": zeros(3)}))
row("name-with-nul", with_input(value("x\0y")))
row("names-alike-up-to-nul", with_nodes([
    node("Relu", ["x"], ["h\0a"], name="a"), node("Neg", ["x"], ["h\0b"], name="b"),
    node("Add", ["h\0a", "h\0b"], ["y"], name="c"),
]))
row("input-name-with-newlines", with_nodes([node("Add", ["x", "gh\n\nost"], ["y"], name="n")]))
row("input-name-with-quotes", with_nodes([node("Add", ["x", 'g"ho\\st'], ["y"], name="n")]))
row("input-name-with-control-characters", with_nodes(
    [node("Add", ["x", "g\x1b[31m\x07\x7f\u202e"], ["y"], name="n")]))
row("input-name-of-10000-characters", with_nodes([node("Add", ["x", "g" * 10_000], ["y"])]))
row("node-name-with-newlines", with_nodes([node("Add", ["x", "ghost"], ["y"], name="a\nb")]))
row("node-name-with-control-characters", with_nodes(
    [node("Add", ["x", "ghost"], ["y"], name="a\x1b[31m\x07\x00")]))
row("node-name-of-10000-characters", with_nodes(
    [node("Add", ["x", "ghost"], ["y"], name="n" * 10_000)]))
row("name-of-10000-characters", one("Add", {"x" * 10_000: zeros(4), "w": zeros(3)}))
row("op-of-10000-characters", one("Q" * 10_000))
row("op-with-newlines", one("Re\nlu\x1b[31m"))
row("attribute-of-10000-characters", one("Relu", **{"a" * 10_000: 1}))
row("output-name-with-a-path", one("Relu", outputs=["../../y/../z"]), 0)
row("output-name-of-10000-characters", one("Relu", outputs=["y" * 10_000]), CANNOT_WRITE)
row("output-names-alike-as-files", with_nodes([
    node("Relu", ["x"], ["y/1"], name="a"), node("Neg", ["x"], ["y:1"], name="b"),
], outputs=["y/1", "y:1"]), WRONG_USAGE)
row("input-name-empty", with_input(value("", FLOAT, [1])))
row("output-name-empty", with_nodes([node("Relu", ["x"], [""], name="n")], outputs=[""]))
row("op-name-empty", one(""))
row("graph-with-100000-nodes", with_nodes(
    [node("Relu", [f"v{i}" if i else "x"], [f"v{i + 1}"]) for i in range(100_000)],
    outputs=["v100000"]), 0)

# Operators.

row("op-unknown", one("Frobnicate"))
row("op-misspelt", one("Rellu"))
row("op-of-lower-case", one("relu"))
row("op-of-a-newer-opset", one("Gelu", opset=13))


def newer(opset: int) -> Built:
    """All operators that came with an opset, in a model of the one before."""
    first: dict[str, int] = {}
    for schema in defs.get_all_schemas_with_history():
        if not schema.domain:
            first[schema.name] = min(schema.since_version, first.get(schema.name, OPSET))
    names = sorted(name for name, version in first.items() if version == opset)
    return with_nodes(
        [node(name, ["x"], [f"y{index}"], name=name) for index, name in enumerate(names)],
        outputs=["y0"], opset=opset - 1)


for opset in [7, 8, 9, 10, 11, 12, 14, 15, 16, 17, 18, 19, 20]:
    row(f"ops-of-opset-{opset}-in-the-one-before", newer(opset))
row("op-of-an-older-opset", one("Upsample", {"x": zeros(1, 1, 2, 2), "s": Fixed(zeros(4) + 1)}))
row("op-of-unknown-domain", with_nodes(
    [node("Relu", ["x"], ["y"], name="n", domain="com.example")], domains=["com.example"]))
row("op-of-a-domain-not-imported", with_nodes(
    [node("Relu", ["x"], ["y"], name="n", domain="com.example")]))
row("op-of-microsoft", with_nodes(
    [node("FusedGemm", ["x", "x"], ["y"], name="n", domain="com.microsoft")],
    domains=["com.microsoft"]))
row("op-of-strings", one("StringNormalizer"))
row("op-of-sequences", with_nodes([
    node("SequenceConstruct", ["x", "x"], ["s"], name="a"),
    node("SequenceAt", ["s", "i"], ["y"], name="b"),
], {"x": zeros(4), "i": Fixed(ints(0)[0])}))
row("op-of-training", one("Dropout", {
    "x": zeros(4), "ratio": Fixed(zeros() + 0.5), "training": Fixed(zeros(dtype=bool) == 0)}))
row("inputs-too-few", one("Add"))
row("inputs-too-many", one("Relu", {"x": zeros(4), "x2": zeros(4)}))
row("inputs-none", one("Concat", {}, axis=0))
row("input-required-left-out", one("Add", inputs=["x", ""]))
row("outputs-too-many", one("Relu", outputs=["y", "y2"]))
row("outputs-none", with_nodes([node("Relu", ["x"], [], name="n")]))
row("op-on-the-wrong-type", one("Conv", {
    "x": zeros(1, 1, 4, 4, dtype=int), "w": Fixed(zeros(1, 1, 3, 3, dtype=int))}))
row("op-on-two-types", one("Add", {"x": zeros(4), "w": Fixed(zeros(4, dtype=int))}))

# Attributes.

POOL = {"x": zeros(1, 1, 8, 8)}
row("attribute-misspelt", one("MaxPool", POOL, kernel_shape=[2, 2], stride=[2, 2]))
row("attribute-missing", one("MaxPool", POOL))
row("attribute-of-wrong-kind", one("MaxPool", POOL, kernel_shape=2.5))
row("attribute-of-one-int-for-ints", one("MaxPool", POOL, kernel_shape=2))
row("attribute-of-text-for-a-number", one("Softmax", axis="last"))
row("attribute-of-unknown-word", one("MaxPool", POOL, kernel_shape=[2, 2], auto_pad="SOMEHOW"))
row("attribute-of-wrong-length", one("MaxPool", POOL, kernel_shape=[2, 2, 2]))
row("attribute-nan", one("LeakyRelu", alpha=float("nan")), 0)
row("attribute-of-2-to-63", one("Softmax", axis=-(2**63)))
row("attribute-of-unknown-type", one("Cast", to=99))
row("attribute-of-strings-type", one("Cast", to=TensorProto.STRING))


def with_attribute(*attributes: AttributeProto) -> Built:
    built = relu()
    built.data.graph.node[0].op_type = "LeakyRelu"
    built.data.graph.node[0].attribute.extend(attributes)
    return built


ALPHA = helper.make_attribute("alpha", 0.5)
row("attribute-twice", with_attribute(ALPHA, ALPHA))
row("attribute-without-name", with_attribute(AttributeProto(type=AttributeProto.FLOAT, f=1)))
row("attribute-without-type", with_attribute(AttributeProto(name="alpha", f=1)))
row("attribute-of-kind-77", with_attribute(
    AttributeProto.FromString(message(1, b"alpha") + integer(20, 77))))
row("attribute-with-two-values", with_attribute(
    AttributeProto(name="alpha", f=1, i=3, type=AttributeProto.FLOAT)), 0)
row("attribute-of-another-kind-than-its-value", with_attribute(
    AttributeProto(name="alpha", f=1, type=AttributeProto.INTS)))
row("attribute-that-refers-outside-a-function", with_attribute(
    AttributeProto(name="alpha", ref_attr_name="beta", type=AttributeProto.FLOAT)))
