#!/usr/bin/env python3
"""Runs a model in onnxruntime on seeded inputs and writes down inputs and outputs.

    oracle.py MODEL.onnx --out DIR [--seed N] [--dim NAME=SIZE ...] [--shape INPUT=1x3x224x224 ...]
                                   [--input NAME=FILE.npy ...]

    DIR/inputs/NAME.npy      what went in
    DIR/expected/NAME.npy    what came out (compare.py reads this folder)
    DIR/manifest.json        names, types, shapes and files of both, and how they were made

In a file's name every character of the tensor's name outside A-Za-z0-9._- is written `_`.
"""

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

import inputs as seeded
import qonnx_nodes


class OracleError(Exception):
    """Something a person can act on; its text is the whole message."""


def file_name(tensor: str) -> str:
    """The name of a tensor's file."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", tensor) + ".npy"


def pairs(arguments: list[str], option: str) -> dict[str, str]:
    """NAME=VALUE ... as a dictionary; split at the last `=`, as a name may hold one."""
    result = {}
    for argument in arguments:
        name, equals, value = argument.rpartition("=")
        if not equals or not name:
            raise OracleError(f"{option} {argument}: expected NAME=VALUE")
        result[name] = value
    return result


def size(text: str, option: str) -> int:
    """A size of an axis, from the command line."""
    if not text.isdigit():
        raise OracleError(f"{option}: '{text}' is not a size")
    return int(text)


def integer(text: str, option: str) -> int:
    """A number that an input may hold, from the command line."""
    try:
        return int(text)
    except ValueError:
        raise OracleError(f"{option}: '{text}' is not an integer") from None


def input_shape(
    value: onnx.ValueInfoProto, dims: dict[str, int], shapes: dict[str, tuple[int, ...]]
) -> tuple[int, ...]:
    """The shape of an input, its open axes bound by --shape or --dim."""
    axes = value.type.tensor_type.shape.dim
    if value.name in shapes:
        given = shapes[value.name]
        fixed = [axis.dim_value if axis.dim_value > 0 else None for axis in axes]
        if len(given) != len(fixed) or any(
            f not in (None, g) for f, g in zip(fixed, given, strict=True)
        ):
            raise OracleError(f"--shape {value.name}: the model says {fixed} (None: open)")
        return given
    sizes = []
    for position, axis in enumerate(axes):
        # Some exporters write an open axis as -1, and name several different ones alike.
        if axis.HasField("dim_value") and axis.dim_value >= 0:
            sizes.append(axis.dim_value)
        elif axis.dim_param in dims:
            sizes.append(dims[axis.dim_param])
        else:
            name = f"'{axis.dim_param}'" if axis.dim_param else "(without a name)"
            raise OracleError(
                f"input '{value.name}': axis {position} {name} is open; "
                f"give --dim NAME=SIZE or --shape {value.name}=..."
            )
    return tuple(sizes)


def save(folder: Path, tensors: dict[str, np.ndarray]) -> list[dict]:
    """Writes each tensor to a file of its own, and returns what the manifest says about them."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for name, array in tensors.items():
        # Not asarray(order="C") alone: that turns a scalar into a vector.
        array = np.array(array, order="C")
        np.save(folder / file_name(name), array)
        entries.append(
            {
                "name": name,
                "type": array.dtype.name,
                "shape": list(array.shape),
                "file": f"{folder.name}/{file_name(name)}",
            }
        )
    files = [entry["file"] for entry in entries]
    if len(set(files)) != len(files):
        raise OracleError(f"two tensors of the same file name: {sorted(files)}")
    return entries


def session(model: onnx.ModelProto, path: Path, extra: list[str]) -> onnxruntime.InferenceSession:
    """onnxruntime as a plain interpreter: one thread, and no rewriting of the graph."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    source = str(path)
    if qonnx_nodes.expand(model):
        source = model.SerializeToString()
    if extra:
        present = {output.name for output in model.graph.output}
        model.graph.output.extend(
            onnx.ValueInfoProto(name=name) for name in extra if name not in present
        )
        source = model.SerializeToString()
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def run(arguments: argparse.Namespace) -> None:
    """The whole job."""
    model = onnx.load(arguments.model, load_external_data=bool(arguments.output))
    dims = {n: size(v, "--dim") for n, v in pairs(arguments.dim, "--dim").items()}
    shapes = {
        name: tuple(size(part, "--shape") for part in value.split("x"))
        for name, value in pairs(arguments.shape, "--shape").items()
    }
    stored = {tensor.name for tensor in model.graph.initializer}
    values = [value for value in model.graph.input if value.name not in stored]
    files = pairs(arguments.input, "--input")
    ranges = {
        name: tuple(integer(part, "--ints") for part in value.split(":", 1))
        for name, value in pairs(arguments.ints, "--ints").items()
    }
    given = shapes.keys() | files.keys() | ranges.keys()
    for name in given - {value.name for value in values}:
        raise OracleError(f"the model has no input '{name}'")

    generator = np.random.Generator(np.random.PCG64(arguments.seed))
    fed = {}
    for value in values:
        if value.name in files:
            fed[value.name] = np.load(files[value.name])
            continue
        shape = input_shape(value, dims, shapes)
        dtype = np.dtype(onnx.helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type))
        if value.name in ranges:
            low, high = ranges[value.name][0], ranges[value.name][-1]
            fed[value.name] = generator.integers(low, high + 1, size=shape).astype(dtype)
            continue
        fed[value.name] = seeded.make(
            generator, dtype, shape, arguments.values, arguments.low, arguments.high
        )

    try:
        runner = session(model, arguments.model, arguments.output)
        names = [output.name for output in runner.get_outputs()]
        got = dict(zip(names, runner.run(names, fed), strict=True))
    except Exception as error:  # onnxruntime's exceptions have no base of their own
        raise OracleError(f"onnxruntime: {error}") from error
    for name, value in got.items():
        if not isinstance(value, np.ndarray):
            raise OracleError(f"output '{name}' is a {type(value).__name__}, not a tensor")

    manifest = {
        "model": arguments.model.name,
        "sha256": hashlib.sha256(arguments.model.read_bytes()).hexdigest(),
        "made by": f"onnxruntime {onnxruntime.__version__}",
        "seed": arguments.seed,
        "values": arguments.values,
        "range": [arguments.low, arguments.high] if arguments.values == "image" else None,
        "flags": [f"--dim={n}={v}" for n, v in dims.items()]
        + [f"--shape={n}={'x'.join(map(str, v))}" for n, v in shapes.items()],
        "inputs": save(arguments.out / "inputs", fed),
        "outputs": save(arguments.out / "expected", got),
    }
    text = json.dumps(manifest, indent=2) + "\n"
    (arguments.out / "manifest.json").write_text(text)
    for name, array in got.items():
        print(f"{arguments.model.name}: {name} {array.dtype} {list(array.shape)}{spread(array)}")


def spread(array: np.ndarray) -> str:
    """A line's end that shows whether an output says anything."""
    if array.size == 0 or not np.issubdtype(array.dtype, np.floating):
        return ""
    if not np.isfinite(array).all():
        return " HOLDS NaN OR INFINITY"
    return f" from {array.min():.4g} to {array.max():.4g}, standard deviation {array.std():.4g}"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", metavar="MODEL.onnx", type=Path)
    parser.add_argument("--out", metavar="DIR", type=Path, required=True)
    parser.add_argument("--seed", metavar="N", type=int, default=1)
    parser.add_argument("--dim", metavar="NAME=SIZE", action="append", default=[])
    parser.add_argument("--shape", metavar="INPUT=AxBx..", action="append", default=[])
    parser.add_argument("--input", metavar="NAME=FILE.npy", action="append", default=[])
    parser.add_argument(
        "--ints",
        metavar="NAME=LOW:HIGH",
        action="append",
        default=[],
        help="the range of an input of integers, or the one that it holds",
    )
    parser.add_argument(
        "--values",
        choices=seeded.KINDS,
        default="normal",
        help="float inputs: normal(0, 1), or pictures (bytes then go from 0 to 255)",
    )
    parser.add_argument("--low", type=float, default=0.0, help="a picture's black")
    parser.add_argument("--high", type=float, default=1.0, help="a picture's white")
    parser.add_argument(
        "--output",
        metavar="TENSOR",
        action="append",
        default=[],
        help="write this inner tensor too, to find the layer where two results part",
    )
    try:
        run(parser.parse_args())
    except (OracleError, OSError) as error:
        print(f"oracle.py: error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
