"""What a broken or odd model is, and short ways to write one."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from onnx import FunctionProto, GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto
from onnx import helper, numpy_helper

WRONG_USAGE = 64
BAD_DATA = 65
NO_INPUT = 66
CANNOT_WRITE = 73
OPSET = 22
FLOAT = TensorProto.FLOAT
INT64 = TensorProto.INT64
BOOL = TensorProto.BOOL


@dataclass(frozen=True)
class Built:
    """A model, and what lies beside it."""

    data: ModelProto | bytes | None
    """None where there is to be no file."""
    feeds: dict[str, np.ndarray] = field(default_factory=dict)
    """Its inputs."""
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """A model, and the exit code of `sonic evaluate` on it."""

    name: str
    code: int
    built: Built
    must_say: str = ""
    """What must be in its block of messages.txt, whatever else is blessed."""

    def write(self, folder: Path) -> tuple[Path, dict[str, Path]]:
        """Writes the model and its inputs, and says where."""
        built = self.built
        model = folder / f"{self.name}.onnx"
        if built.data is not None:
            data = built.data if isinstance(built.data, bytes) else serialized(built.data)
            model.write_bytes(data)
        for name, data in built.files.items():
            (folder / name).write_bytes(data)
        inputs = {}
        for index, (name, array) in enumerate(built.feeds.items()):
            inputs[name] = folder / f"{self.name}.{index}.npy"
            np.save(inputs[name], array)
        return model, inputs


CASES: dict[str, Case] = {}


def row(name: str, built: Built | bytes, code: int = BAD_DATA, must_say: str = "") -> None:
    """A case in one expression."""
    if name in CASES or not re.fullmatch(r"[a-z0-9-]+", name):
        raise ValueError(f"a case by the name {name}")
    CASES[name] = Case(name, code, Built(built) if isinstance(built, bytes) else built, must_say)


def case(code: int = BAD_DATA) -> Callable:
    """A case whose name is that of the function that builds it."""

    def add(build: Callable[[], Built]) -> Callable:
        row(build.__name__.replace("_", "-"), build(), code)
        return build

    return add


def serialized(model: ModelProto) -> bytes:
    return model.SerializeToString(deterministic=True)


# Arrays.


def zeros(*shape: int, dtype: type = np.float32) -> np.ndarray:
    return np.zeros(shape, dtype)


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def int_(value: int) -> np.ndarray:
    return np.array(value, np.int64)


@dataclass(frozen=True)
class Fixed:
    """An operand that is an initializer, not an input."""

    array: np.ndarray


# Models.


def value(name: str, kind: int = FLOAT, shape: Sequence[int | str] | None = None) -> ValueInfoProto:
    """A value; of any shape if none is given."""
    return helper.make_tensor_value_info(name, kind, shape)


def graph(
    nodes: Iterable[NodeProto],
    inputs: Iterable[ValueInfoProto] = (),
    outputs: Iterable[ValueInfoProto] = (),
    initializers: Iterable[TensorProto] = (),
) -> GraphProto:
    return helper.make_graph(
        list(nodes), "g", list(inputs), list(outputs), initializer=list(initializers)
    )


def model(
    whole: GraphProto,
    opset: int = OPSET,
    functions: Sequence[FunctionProto] = (),
    domains: Iterable[str] = (),
) -> ModelProto:
    """A model of one graph. onnx's checks are not run."""
    imports = [helper.make_opsetid("", opset)]
    imports += [helper.make_opsetid(domain, 1) for domain in domains]
    made = helper.make_model(whole, opset_imports=imports, functions=functions)
    made.ir_version = 10
    return made


Operand = np.ndarray | Fixed


def with_nodes(
    nodes: Iterable[NodeProto],
    operands: dict[str, Operand] | None = None,
    outputs: Iterable[str | ValueInfoProto] = ("y",),
    **others,
) -> Built:
    """A model of these nodes whose inputs and initializers have the types of the operands."""
    operands = {"x": zeros(1, 4)} if operands is None else operands
    feeds = {name: array for name, array in operands.items() if isinstance(array, np.ndarray)}
    fixed = {name: each.array for name, each in operands.items() if isinstance(each, Fixed)}
    inputs = [
        value(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
        for name, array in feeds.items()
    ]
    declared = [value(each) if isinstance(each, str) else each for each in outputs]
    constants = [numpy_helper.from_array(array, name) for name, array in fixed.items()]
    return Built(model(graph(nodes, inputs, declared, constants), **others), feeds)


def one(
    op: str,
    operands: dict[str, Operand] | None = None,
    kind: int = FLOAT,
    opset: int = OPSET,
    outputs: Sequence[str] = ("y",),
    inputs: Sequence[str] | None = None,
    **attributes,
) -> Built:
    """A model of one node on these operands, in their order or in that of `inputs`."""
    operands = {"x": zeros(1, 4)} if operands is None else operands
    names = list(operands) if inputs is None else inputs
    node = helper.make_node(op, names, outputs, name="n", **attributes)
    declared = [value(name, kind) for name in outputs[:1] if name]
    return with_nodes([node], operands, declared, opset=opset)


def relu() -> Built:
    """A model with nothing wrong, to be broken."""
    return one("Relu")


def with_tensor(tensor: TensorProto, kind: int = FLOAT) -> Built:
    """A model that hands an initializer on."""
    tensor.name = tensor.name or "w"
    whole = graph(
        [helper.make_node("Identity", ["w"], ["y"], name="n")], [], [value("y", kind)], [tensor]
    )
    return Built(model(whole))


# Protobuf by hand.


def varint(number: int) -> bytes:
    number &= 2**64 - 1
    digits = []
    while number > 127:
        digits.append(number & 127 | 128)
        number >>= 7
    return bytes([*digits, number])


def tag(number: int, wire: int) -> bytes:
    return varint(number << 3 | wire)


def message(number: int, content: bytes) -> bytes:
    """A field of bytes, text or a message."""
    return tag(number, 2) + varint(len(content)) + content


def integer(number: int, content: int) -> bytes:
    return tag(number, 0) + varint(content)
