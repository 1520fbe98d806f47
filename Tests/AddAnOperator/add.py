#!/usr/bin/env python3
"""Does what Docs/AddAnOperator.md says, and holds the operator that it gives to its formula.

    add.py

The page's row, which must be the one in the file that it names, is added once more under another name,
to a copy of the package in .build/AddAnOperator; nothing else is changed. The copy is built without
optimization, and only what changed since the last time is compiled. Then, in ONNX and in JSON, the
operator must be accepted, evaluated, compiled and run, refuse what its shape rule refuses, and have
its row in the page of operators; and the conformance cases must be those that are committed.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "Docs/AddAnOperator.md"
COPY = ROOT / ".build/AddAnOperator"
NAME = "SecondCelu"
TOLERANCE = 1e-6
LEAST_DECIBELS = 60


def run(*command, **others) -> subprocess.CompletedProcess:
    ran = subprocess.run([str(part) for part in command], capture_output=True, text=True, **others)
    if ran.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{ran.stdout}{ran.stderr}")
    return ran


def step_one() -> tuple[str, str]:
    """The file that the page names, and the row that it shows."""
    found = re.search(
        r"^1\. \*\*The row\*\*.*?`(Sources/[\w/]+)`.*?`(\w+\.swift)`.*?\n\n((?: {7}[^\n]*\n)+)",
        PAGE.read_text(), re.MULTILINE | re.DOTALL,
    )
    if not found:
        sys.exit(f"{PAGE.name}: its first step shows no row")
    folder, file, row = found.groups()
    return f"{folder}/{file}", textwrap.dedent(row)


def synchronize() -> None:
    """Makes the copy's sources those of the package; files that are the same stay untouched."""
    listed = run("git", "ls-files", "-co", "--exclude-standard", cwd=ROOT).stdout.splitlines()
    names = {name for name in listed if (ROOT / name).is_file()}
    for path in COPY.rglob("*"):
        name = path.relative_to(COPY)
        if path.is_file() and name.parts[0] != ".build" and str(name) not in names:
            path.unlink()
    for name in names:
        source, target = ROOT / name, COPY / name
        if not target.exists() or target.read_bytes() != source.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    # What was fetched need not be fetched again.
    for name in ["checkouts", "repositories", "workspace-state.json"]:
        source, target = ROOT / ".build" / name, COPY / ".build" / name
        if source.is_dir():
            shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
        elif source.exists():
            shutil.copyfile(source, target)


def add_row(file: str, row: str) -> None:
    """Puts the page's row under its new name before the one that it is taken from."""
    path = COPY / file
    text = (ROOT / file).read_text()
    lines = textwrap.indent(row, "    ")
    if lines not in text:
        sys.exit(f"{PAGE.name}: its row is not in {file}")
    changed = text.replace(lines, lines.replace('"Celu"', f'"{NAME}"') + lines)
    if path.read_text() != changed:
        path.write_text(changed)


def models(folder: Path, weights: np.ndarray, alpha: float) -> list[Path]:
    """A matrix product, then the operator: as ONNX and as JSON."""
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["h"], name="product"),
        helper.make_node(NAME, ["h"], ["y"], name="celu", alpha=alpha),
    ]
    sizes = {"x": [1, weights.shape[0]], "y": [1, weights.shape[1]]}
    [x, y] = [helper.make_tensor_value_info(name, TensorProto.FLOAT, sizes[name]) for name in "xy"]
    graph = helper.make_graph(nodes, "g", [x], [y], [onnx.numpy_helper.from_array(weights, "w")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    written = {
        "format": "sonic-model", "version": 1, "name": "g",
        "inputs": [{"name": "x", "type": "float", "shape": sizes["x"]}],
        "outputs": ["y"],
        "constants": {"w": {
            "type": "float", "shape": list(weights.shape), "values": weights.ravel().tolist(),
        }},
        "nodes": [
            {"op": "MatMul", "inputs": ["x", "w"], "outputs": ["h"]},
            {"op": NAME, "inputs": ["h"], "outputs": ["y"], "attributes": {"alpha": alpha}},
        ],
    }
    (folder / "g.onnx").write_bytes(model.SerializeToString())
    (folder / "g.json").write_text(json.dumps(written))
    # A shape rule of one input.
    nodes[1].input.append("h")
    graph = helper.make_graph(nodes, "g", [x], [y], graph.initializer)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    (folder / "wrong.onnx").write_bytes(model.SerializeToString())
    return [folder / "g.onnx", folder / "g.json"]


def decibels(found: np.ndarray, expected: np.ndarray) -> float:
    noise = np.square(found - expected).sum()
    return float("inf") if noise == 0 else 10 * np.log10(np.square(expected).sum() / noise)


def use(sonic: Path, folder: Path) -> list[str]:
    """What is wrong with the operator in models."""
    random = np.random.default_rng(1)
    weights = random.normal(size=(16, 24)).astype(np.float32).round(1)
    x = random.normal(size=(1, 16)).astype(np.float32)
    alpha = 1.5
    np.save(folder / "x.npy", x)
    product = x @ weights
    expected = np.where(product < 0, alpha * np.expm1(product / alpha), product)
    problems = []
    for model in models(folder, weights, alpha):
        run(sonic, "evaluate", model, "--input", folder / "x.npy", "--output", folder / "y.npy")
        error = np.abs(np.load(folder / "y.npy") - expected).max() / np.abs(expected).max()
        if not error <= TOLERANCE:
            problems.append(f"{model.name}: evaluate is off by {error}")
        program = folder / "g.sonic"
        run(sonic, "compile", model, "--calibrate", folder / "x.npy", "-o", program)
        listing = run(sonic, "disassemble", program).stdout
        if NAME not in listing:
            problems.append(f"{model.name}: the program has no {NAME}")
        report = folder / "report.json"
        run(sonic, "run", program, "--input", folder / "x.npy", "--output", folder / "z.npy",
            "--report", report)
        ratio = decibels(np.load(folder / "z.npy"), expected)
        if not ratio >= LEAST_DECIBELS:
            problems.append(f"{model.name}: run is {ratio:.1f} dB above its error")
        if NAME not in run(sonic, "inspect", program).stdout:
            problems.append(f"{model.name}: inspect does not show {NAME}")
    wrong = subprocess.run(
        [sonic, "evaluate", folder / "wrong.onnx", "--input", folder / "x.npy", "--output",
         folder / "y.npy"], capture_output=True, text=True)
    said = f"operator {NAME} (opset 22): found 2 inputs, expected 1"
    if wrong.returncode != 65 or said not in wrong.stderr:
        problems.append(f"two inputs: {wrong.returncode}, {wrong.stderr}")
    return problems


def pages(sonic: Path) -> list[str]:
    """What is wrong with the page of operators: it has one row more."""
    rows = (ROOT / "Docs/Operators.md").read_text().splitlines()
    [celu] = [row for row in rows if row.startswith("| Celu |")]
    found = run(sonic, "reference", "operators").stdout.splitlines()
    expected = sorted([*rows, celu.replace("| Celu |", f"| {NAME} |")])
    return [] if sorted(found) == expected else ["reference operators: not the page and one row"]


def conformance() -> list[str]:
    """What is wrong with the cases of step 2: all are committed."""
    data = ROOT / ".models/conformance/node"
    made = run(sys.executable, ROOT / "Tests/Oracle/operator_cases.py", data, "Celu").stdout
    committed = [
        case for file in (ROOT / "Tests/Golden/operators").glob("*.json")
        for case in json.loads(file.read_text())
    ]
    cases = json.loads(made)
    missing = [case["name"] for case in cases if case not in committed]
    return [f"cases that are not committed: {', '.join(missing)}"] if missing or not cases else []


def main() -> int:
    file, row = step_one()
    synchronize()
    add_row(file, row)
    run("swift", "build", "--product", "sonic", "--explicit-target-dependency-import-check", "error",
        cwd=COPY)
    sonic = COPY / ".build/debug/sonic"
    with tempfile.TemporaryDirectory() as scratch:
        problems = use(sonic, Path(scratch)) + pages(sonic) + conformance()
    for problem in problems:
        print(f"FAIL {problem}")
    if not problems:
        print(f"add.py: {file} with the page's row once more: {NAME} works")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
