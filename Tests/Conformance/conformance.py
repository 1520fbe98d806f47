#!/usr/bin/env python3
"""Runs ONNX's own conformance cases through `sonic evaluate`.

    conformance.py SONIC DIR                       all cases
    conformance.py SONIC DIR --only Conv,LSTM      the cases of a few operators
    conformance.py SONIC DIR --share 0.1 --seed 7  some of them, drawn by the seed
    conformance.py SONIC DIR --page FILE           all cases, and writes the table

DIR is what Tests/Oracle/fetch.py fills: the cases lie in DIR/conformance. A case is a model with
inputs and the outputs that are expected of them, within the suite's own tolerances: 1e-3 of the
value and 1e-7, the types being the same. Exits with 1 if a case fails that is not in known.json, or one
that is there passes.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import AttributeProto, TensorProto, numpy_helper

HERE = Path(__file__).resolve().parent
KINDS = ["node", "simple", "pytorch-converted", "pytorch-operator", "light"]
RELATIVE, ABSOLUTE = 1e-3, 1e-7
"""The tolerances of onnx.backend.test."""

RANDOM = {
    "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial",
    "Bernoulli",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    kind: str
    name: str
    model: Path
    data: tuple[Path, ...]
    """Folders of inputs and outputs; none for a light model, which has made-up inputs."""


@dataclass(frozen=True)
class Outcome:
    case: Case
    operator: str
    outside: str = ""
    """Why it is out of scope, if it is."""
    failure: str = ""
    """Why it failed, if it did."""


def cases(folder: Path) -> list[Case]:
    found = []
    for kind in KINDS:
        root = folder / "conformance" / kind
        if kind == "light":
            found += [Case(kind, path.stem, path, ()) for path in sorted(root.glob("*.onnx"))]
            continue
        for path in sorted(root.iterdir()):
            data = tuple(sorted(path.glob("test_data_set_*")))
            if (path / "model.onnx").exists():
                found.append(Case(kind, path.name, path / "model.onnx", data))
    return found


def nodes(graph):
    """All nodes, those of graphs in attributes included."""
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            for inner in [attribute.g, *attribute.graphs]:
                yield from nodes(inner)


def operator(case: Case, model: onnx.ModelProto) -> str:
    """What a case is about: its only node, or the operator that its name says was expanded."""
    if case.kind == "light":
        return "(whole networks)"
    if len(model.graph.node) == 1:
        return model.graph.node[0].op_type
    if case.kind == "node" and "_expanded" in case.name:
        return "(expanded functions)"
    return "(several nodes)"


def outside(model: onnx.ModelProto) -> str:
    """Why a case is out of scope; empty if it is in."""
    for value in [*model.graph.input, *model.graph.output]:
        which = value.type.WhichOneof("value")
        if which != "tensor_type":
            return {"sequence_type": "sequences", "optional_type": "optionals"}.get(which, which)
        if value.type.tensor_type.elem_type == TensorProto.STRING:
            return "strings"
    for node in nodes(model.graph):
        if node.domain == "ai.onnx.ml":
            return "ai.onnx.ml"
        if node.domain == "ai.onnx.preview.training":
            return "training"
        if node.op_type in RANDOM:
            return "random generators"
        if node.op_type in ("ImageDecoder", "TfIdfVectorizer"):
            return node.op_type
        if "Sequence" in node.op_type:
            return "sequences"
        training = any(a.name == "training_mode" and a.i for a in node.attribute)
        if node.op_type == "BatchNormalization" and training:
            return "training"
        if node.op_type == "Dropout" and "training" in model.graph.name:
            return "training"
        for attribute in node.attribute:
            if attribute.type == AttributeProto.TENSOR and attribute.t.data_type == TensorProto.STRING:
                return "strings"
    return ""


def tensors(folder: Path, kind: str) -> list[Path]:
    count = len(list(folder.glob(f"{kind}_*.pb")))
    return [folder / f"{kind}_{index}.pb" for index in range(count)]


def dummy(value: onnx.ValueInfoProto) -> np.ndarray:
    """What onnx.backend.test feeds to light models."""
    shape = [dim.dim_value for dim in value.type.tensor_type.shape.dim]
    count = int(np.prod(shape))
    return (np.arange(count).reshape(shape) / count).astype(np.float32)


def load(path: Path) -> TensorProto:
    return onnx.load_tensor(str(path))


def of_patterns(tensor: TensorProto, value: onnx.ValueInfoProto) -> bool:
    """Whether bfloat16 numbers come as their bit patterns: NumPy had no such type to make data of."""
    declared = value.type.tensor_type.elem_type
    return declared == TensorProto.BFLOAT16 and tensor.data_type == TensorProto.UINT16


def evaluate(sonic: str, case: Case, model: onnx.ModelProto, inputs, scratch: Path):
    """The outputs by name; raises RuntimeError with sonic's own words."""
    given = [value.name for value in model.graph.input]
    command = [sonic, "evaluate", str(case.model)]
    if case.kind == "light":
        # All weights of a layer are one number, so all logits are, and too large for a softmax to bear a last
        # bit between them: which order OpenBLAS sums in, by processor and threads, would decide.
        command.append("--fixed-order")
    for name, path in zip(given, inputs):
        command += ["--input", f"{name}={path}"]
    results = {}
    for index, value in enumerate(model.graph.output):
        results[value.name] = scratch / f"out_{index}.pb"
        command += ["--output", f"{value.name}={results[value.name]}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise RuntimeError(lines[0].split("error: ")[-1].replace(str(case.model.parent), ""))
    return {name: load(path) for name, path in results.items()}


def compare(value: onnx.ValueInfoProto, expected: TensorProto, got: TensorProto) -> None:
    """Raises RuntimeError where they differ by more than the suite allows."""
    name, relative = value.name, RELATIVE
    if of_patterns(expected, value):
        # The suite made the patterns by cutting floats off, not by rounding them.
        expected.data_type, relative = TensorProto.BFLOAT16, 2**-7
    if expected.data_type != got.data_type:
        names = [TensorProto.DataType.Name(t.data_type) for t in (got, expected)]
        raise RuntimeError(f"output {name}: found {names[0]}, expected {names[1]}")
    a, b = (numpy_helper.to_array(tensor) for tensor in (got, expected))
    if a.shape != b.shape:
        raise RuntimeError(f"output {name}: found shape {a.shape}, expected {b.shape}")
    if a.dtype.kind in "fcV":
        a, b = (np.asarray(x).astype(np.float64 if x.dtype.kind != "c" else x.dtype) for x in (a, b))
    close = np.isclose(a, b, rtol=relative, atol=ABSOLUTE, equal_nan=True)
    if not close.all():
        at = np.unravel_index(np.argmin(close), close.shape)
        raise RuntimeError(
            f"output {name}: {(~close).sum()} of {close.size} differ, first {a[at]} for {b[at]}"
        )


def run(sonic: str, case: Case) -> Outcome:
    model = onnx.load(str(case.model), load_external_data=False)
    which = operator(case, model)
    if why := outside(model):
        return Outcome(case, which, outside=why)
    try:
        for folder in case.data or [None]:
            with tempfile.TemporaryDirectory() as scratch:
                inputs, expected = data(case, model, folder, Path(scratch))
                results = evaluate(sonic, case, model, inputs, Path(scratch))
                for value, tensor in zip(model.graph.output, expected):
                    compare(value, tensor, results[value.name])
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        return Outcome(case, which, failure=str(error))
    return Outcome(case, which)


def data(case: Case, model: onnx.ModelProto, folder: Path | None, scratch: Path):
    """The files of inputs, and the tensors that are expected."""
    if folder:
        inputs = tensors(folder, "input")
        for index, value in enumerate(model.graph.input[: len(inputs)]):
            if of_patterns(tensor := load(inputs[index]), value):
                tensor.data_type = TensorProto.BFLOAT16
                inputs[index] = scratch / f"input_{index}.pb"
                inputs[index].write_bytes(tensor.SerializeToString())
        return inputs, [load(path) for path in tensors(folder, "output")]
    known = {tensor.name for tensor in model.graph.initializer}
    [value] = [value for value in model.graph.input if value.name not in known]
    value = onnx.ValueInfoProto.FromString(value.SerializeToString())
    path = scratch / "input_0.pb"
    path.write_bytes(numpy_helper.from_array(dummy(value), value.name).SerializeToString())
    del model.graph.input[:]
    model.graph.input.append(value)
    return [path], [load(case.model.with_name(f"{case.name}_output_0.pb"))]


def drawn(name: str, share: float, seed: int) -> bool:
    """Whether a case is among those that a seed draws: the same on every machine."""
    digest = hashlib.sha256(f"{seed} {name}".encode()).digest()
    return int.from_bytes(digest[:8]) < share * 2**64


def table(outcomes: list[Outcome]) -> str:
    """Passed, failed, out of scope, by operator, in Markdown."""
    rows = defaultdict(Counter)
    reasons = defaultdict(set)
    for outcome in outcomes:
        column = "outside" if outcome.outside else "failed" if outcome.failure else "passed"
        rows[outcome.operator][column] += 1
        if outcome.outside:
            reasons[outcome.operator].add(outcome.outside)
    lines = ["| operator | passed | failed | out of scope | because |", "|---|---|---|---|---|"]
    for name in sorted(rows):
        row = rows[name]
        counts = [str(row[column] or "") for column in ("passed", "failed", "outside")]
        lines.append(f"| {name} | {' | '.join(counts)} | {', '.join(sorted(reasons[name]))} |")
    return "\n".join(lines) + "\n"


def summary(outcomes: list[Outcome]) -> str:
    lines = ["| cases | passed | failed | out of scope |", "|---|---|---|---|"]
    for kind in [*KINDS, "all"]:
        of = [outcome for outcome in outcomes if kind in ("all", outcome.case.kind)]
        out = sum(bool(outcome.outside) for outcome in of)
        failed = sum(bool(outcome.failure) for outcome in of)
        lines.append(f"| {kind} | {len(of) - out - failed} | {failed} | {out} |")
    return "\n".join(lines) + "\n"


def page(outcomes: list[Outcome], known: dict[str, str]) -> str:
    failures = [f"- `{o.case.name}`: {known.get(o.case.name, '')}" for o in outcomes if o.failure]
    tried = [outcome for outcome in outcomes if not outcome.outside]
    share = sum(not outcome.failure for outcome in tried) / len(tried)
    return "\n".join(
        [
            "# Conformance",
            "",
            "Generated by `make conformance`: every case that onnx 1.16.2 carries, run by `sonic evaluate`, within the",
            "suite's own tolerances (1e-3 of the value and 1e-7; types and shapes the same). Outputs of bfloat16 that",
            "the suite gives as bit patterns were cut off there, not rounded, and may be off by one in their last bit.",
            "",
            summary(outcomes),
            f"{share:.1%} of what is in scope passes. Out of scope are ai.onnx.ml, training, strings, sequences, optionals,",
            "maps, random generators, ImageDecoder and TfIdfVectorizer.",
            "",
            "## What fails",
            "",
            *(failures or ["Nothing."]),
            "",
            "## By operator",
            "",
            table(outcomes),
        ]
    )


def surprises(outcomes: list[Outcome], known: dict[str, str]) -> list[str]:
    """What a person must look at: new failures, and known ones that are gone."""
    found = [f"{o.case.name}: {o.failure}" for o in outcomes if o.failure and o.case.name not in known]
    gone = [o.case.name for o in outcomes if o.case.name in known and not o.failure]
    return found + [f"{name}: passes, take it out of known.json" for name in gone]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("sonic")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", help="operators, with commas between")
    parser.add_argument("--share", type=float, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--page", type=Path)
    options = parser.parse_args()
    chosen = [c for c in cases(options.folder) if drawn(c.name, options.share, options.seed)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = list(pool.map(lambda case: run(options.sonic, case), chosen))
    if options.only:
        wanted = set(options.only.split(","))
        outcomes = [outcome for outcome in outcomes if outcome.operator in wanted]
    known = json.loads((HERE / "known.json").read_text())
    wrong = surprises(outcomes, known)
    for line in wrong:
        print(line)
    if options.share < 1:
        print(f"seed {options.seed}, {options.share:.0%} of the cases")
    print(summary(outcomes), end="")
    if options.page:
        options.page.write_text(page(outcomes, known))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
