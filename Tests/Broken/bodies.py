"""Graphs in nodes, and functions."""

import numpy as np
from onnx import AttributeProto, FunctionProto, GraphProto, helper

from cases import (
    BOOL, FLOAT, INT64, Built, Fixed, graph, int_, integer, ints, message, one, row, value,
    with_nodes, zeros,
)

node = helper.make_node
TRUE = np.array(True)


def branch(name: str = "t", op: str = "Relu", outputs: int = 1) -> GraphProto:
    """A branch that works on the `x` outside."""
    names = [f"{name}{index}" for index in range(outputs)]
    return graph([node(op, ["x"], [each], name=each) for each in names], [], map(value, names))


def if_(then: GraphProto, condition=TRUE, outputs=("y",), **others) -> Built:
    return one("If", {"c": condition, "x": zeros(1, 4)}, inputs=["c"], outputs=outputs,
               then_branch=then, **others)


row("if-condition-of-two-bools", if_(branch(), np.array([True, False]), else_branch=branch("e")))
row("if-condition-of-floats", if_(branch(), zeros(), else_branch=branch("e")))
row("if-condition-of-no-bools", if_(branch(), np.zeros(0, bool), else_branch=branch("e")))
row("if-condition-of-two-bools-fixed", if_(
    branch(), Fixed(np.array([True, False])), else_branch=branch("e")))


def branches(first: str) -> Built:
    """A true condition over branches that hand on `a` and `b`; one attribute is written first."""
    whole = node("If", ["c"], ["y"], name="n")
    graphs = {
        "then_branch": graph([node("Identity", ["a"], ["t"])], [], [value("t")]),
        "else_branch": graph([node("Identity", ["b"], ["e"])], [], [value("e")]),
    }
    for name in sorted(graphs, key=lambda name: name != first):
        whole.attribute.append(helper.make_attribute(name, graphs[name]))
    return with_nodes([whole], {"c": TRUE, "a": zeros(1) + 1, "b": zeros(1) + 2})


row("if-then-branch-written-first", branches("then_branch"), 0, "[1.0]")
row("if-else-branch-written-first", branches("else_branch"), 0, "[1.0]")
row("if-without-else", if_(branch()))
row("if-branch-with-two-outputs", if_(branch(outputs=2), else_branch=branch("e")))
row("if-branch-without-outputs", if_(branch(outputs=0), else_branch=branch("e", outputs=0)))
row("if-branch-with-inputs", if_(
    graph([node("Relu", ["b"], ["t"])], [value("b", FLOAT, [1])], [value("t")]),
    else_branch=branch("e")))
row("if-branches-of-different-types", if_(
    graph([node("Shape", ["x"], ["t"])], [], [value("t", INT64)]), else_branch=branch("e")))
row("if-branch-takes-what-nothing-defines", if_(
    graph([node("Relu", ["ghost"], ["t"], name="inner")], [], [value("t")]),
    else_branch=branch("e")))
row("if-branch-takes-what-is-in-the-other", if_(
    graph([node("Relu", ["e0"], ["t"], name="inner")], [], [value("t")]),
    else_branch=branch("e")))
row("if-branch-of-unknown-operator", if_(branch(op="Frobnicate"), else_branch=branch("e")))
row("if-branch-that-is-not-taken-is-wrong", if_(
    branch(), Fixed(TRUE), else_branch=branch("e", op="Frobnicate")))
row("if-branch-a-tensor", if_(helper.make_tensor("t", FLOAT, [1], [1]), else_branch=branch("e")))
row("value-in-a-branch-only", with_nodes([
    node("If", ["c"], ["h"], name="n", then_branch=branch(), else_branch=branch("e")),
    node("Relu", ["t0"], ["y"], name="after"),
], {"c": TRUE, "x": zeros(1, 4)}))


def nested_ifs(depth: int) -> Built:
    """Branches in branches; by hand, as onnx's own protobuf refuses to hold as many."""
    inner = branch().SerializeToString()
    for level in range(depth):
        name = f"r{level}" if level < depth - 1 else "y"
        outside = level == depth - 1
        shell = graph([], [value("c", BOOL, []), value("x", FLOAT, [1, 4])] if outside else [],
                      [value(name)])
        holder = node("If", ["c"], [name], name=f"n{level}", else_branch=branch(f"e{level}_"))
        then = message(1, b"then_branch") + message(6, inner) + integer(20, AttributeProto.GRAPH)
        whole = message(5, then) + holder.SerializeToString()
        inner = message(1, whole) + shell.SerializeToString()
    whole = integer(1, 10) + message(7, inner) + message(8, integer(2, 22))
    return Built(whole, {"c": TRUE, "x": zeros(1, 4)})


row("graphs-nested-10-deep", nested_ifs(10), 0)
row("graphs-nested-16-deep", nested_ifs(16), 0)
row("graphs-nested-17-deep", nested_ifs(17))
row("graphs-nested-100-deep", nested_ifs(100))


FOREVER = int_(2**63 - 1)


def loop(body: GraphProto, count=FOREVER, condition=TRUE, outputs=("y",)) -> Built:
    """A loop that carries `x`; None leaves the count or the condition out."""
    operands = {"m": count, "c": condition, "x": zeros(1, 4)}
    names = ["" if operands[name] is None else name for name in operands]
    given = {name: array for name, array in operands.items() if array is not None}
    return one("Loop", given, inputs=names, outputs=outputs, body=body)


def body(nodes=None, outputs=("c_out", "v_out"), extra=()) -> GraphProto:
    """A body that goes on for ever."""
    nodes = [node("Relu", ["v"], ["v_out"], name="inner")] if nodes is None else nodes
    kinds = {"c_out": BOOL}
    return graph(
        [node("Identity", ["c_in"], ["c_out"], name="again"), *nodes],
        [value("i", INT64, []), value("c_in", BOOL, []), value("v"), *extra],
        [value(name, kinds.get(name, FLOAT)) for name in outputs],
    )


GROW = body([node("Concat", ["v", "v"], ["v_out"], name="inner", axis=1)])
row("loop-that-never-ends", loop(body()))
row("loop-that-never-ends-fixed", loop(body(), Fixed(FOREVER), Fixed(TRUE)))
row("loop-without-any-end", loop(body(), None, None))
row("loop-count-left-out", loop(body(), None, np.array(False)), 0)
row("loop-condition-left-out", loop(body(), int_(3), None), 0)
row("loop-condition-of-floats", loop(body(), int_(3), zeros()))
row("loop-of-2-to-62", loop(body(), Fixed(int_(2**62))))
row("loop-of-negative-count", loop(body(), int_(-5)), 0)
row("loop-count-of-floats", loop(body(), zeros()))
row("loop-count-of-two", loop(body(), ints(1, 2)))
row("loop-that-doubles", loop(GROW, int_(100)))
row("loop-that-doubles-fixed", loop(GROW, Fixed(int_(100))))
row("loop-that-collects-for-ever", loop(
    body(outputs=("c_out", "v_out", "v_out")), int_(2**62), outputs=("y", "all")))
row("loop-body-with-too-few-outputs", loop(body(outputs=("c_out",)), int_(3)))
row("loop-body-with-too-many-inputs", loop(body(extra=[value("w")]), int_(3)))
row("loop-body-changes-the-type", loop(
    body([node("Shape", ["v"], ["v_out"], name="inner")]), int_(3)))
row("loop-body-changes-the-shape", loop(GROW, int_(3)), 0)
row("loop-body-takes-what-nothing-defines", loop(
    body([node("Add", ["v", "ghost"], ["v_out"], name="inner")]), int_(3)))
row("loop-body-missing", one("Loop", {"m": int_(3), "c": TRUE, "x": zeros(1, 4)}))


def scan(operands: dict, **attributes) -> Built:
    inner = graph(
        [node("Add", ["a", "b"], ["s"], name="inner"), node("Relu", ["s"], ["t"])],
        [value("a"), value("b")], [value("s"), value("t")])
    return one("Scan", operands, outputs=["y", "all"], body=inner, **attributes)


SCANNED = {"x": zeros(2), "w": zeros(3, 2)}
row("scan-inputs-0", scan(SCANNED, num_scan_inputs=0))
row("scan-inputs-too-many", scan(SCANNED, num_scan_inputs=5))
row("scan-axis-out-of-range", scan(SCANNED, num_scan_inputs=1, scan_input_axes=[4]))
row("scan-direction-7", scan(SCANNED, num_scan_inputs=1, scan_input_directions=[7]))

# Functions.


def function(name: str, nodes, inputs=("a",), outputs=("b",)) -> FunctionProto:
    return helper.make_function(
        "local", name, inputs, outputs, nodes,
        [helper.make_opsetid("", 22), helper.make_opsetid("local", 1)])


def call(name: str, operand: str = "a", result: str = "b", **others):
    return node(name, [operand], [result], domain="local", name=f"call_{name}_{result}", **others)


def calls(functions, nodes=None) -> Built:
    return with_nodes(
        [call("f", "x", "y")] if nodes is None else nodes, functions=functions, domains=["local"])


IDENTITY = function("f", [node("Relu", ["a"], ["b"], name="inner")])
row("function", calls([IDENTITY]), 0)
row("function-calls-itself", calls([function("f", [call("f")])]))
row("functions-call-each-other", calls([function("f", [call("g")]), function("g", [call("f")])]))
row("function-missing", calls([], [call("f", "x", "y")]))
row("function-twice", calls([IDENTITY, IDENTITY]))
row("function-with-too-many-inputs", calls([IDENTITY], [
    node("f", ["x", "x"], ["y"], domain="local", name="n")]))
row("function-with-too-few-inputs", calls(
    [function("f", [node("Add", ["a", "a2"], ["b"], name="inner")], ("a", "a2"))]))
row("function-with-too-many-outputs", calls([IDENTITY], [
    node("f", ["x"], ["y", "y2"], domain="local", name="n")]))
row("function-takes-what-nothing-defines", calls(
    [function("f", [node("Add", ["a", "ghost"], ["b"], name="inner")])]))
row("function-takes-what-the-graph-has", calls(
    [function("f", [node("Add", ["a", "x"], ["b"], name="inner")])]))
row("function-without-its-output", calls([function("f", [])]))
row("function-of-unknown-operator", calls([function("f", [node("Frobnicate", ["a"], ["b"])])]))
row("function-attribute-unknown", calls([IDENTITY], [call("f", "x", "y", beta=1)]))
row("functions-200-deep", calls(
    [function("f", [call("f0")])]
    + [function(f"f{i}", [call(f"f{i + 1}")]) for i in range(200)]
    + [function("f200", [node("Relu", ["a"], ["b"], name="inner")])]))
row("functions-that-double-30-times", calls(
    [function("f", [call("f0")])]
    + [function(f"f{i}", [call(f"f{i + 1}", "a", "m"), call(f"f{i + 1}", "m", "b")])
       for i in range(30)]
    + [function("f30", [node("Relu", ["a"], ["b"], name="inner")])]))
