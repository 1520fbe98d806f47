#!/usr/bin/env python3
"""Holds `sonic` to onnxruntime on the models that prepare.py has made ready, and prints a table.

    check.py SONIC DIR [--only NAME,NAME...] [--prune FRACTION]

For each model: `evaluate` within 1e-4 of onnxruntime's largest magnitude; compiled with 64 clusters,
the program's outputs at least 40 dB above their difference from the clustered graph in floats; at
most 3 bytes a surviving weight in files of over a million survivors; and the fast executor's outputs
and report those of the reference executor, to the byte. Exit status 1 if one is missed.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

TOLERANCE = 1e-4
LEAST_DECIBELS = 40
MOST_BYTES = 3
# A transformer: attention goes through the control unit in 16-bit codes, and the table of words is
# kept in floats.
LEAST_DECIBELS_OF = {"minilm-int8": 30}
MOST_BYTES_OF = {"minilm-int8": 7}
MANY_SURVIVORS = 1_000_000


def run(*command):
    """What a command printed, and the seconds that it took."""
    start = time.monotonic()
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{result.stderr}")
    return result, time.monotonic() - start


def is_reference(sonic, program, inputs, scratch):
    """Whether both executors give the same files: outputs and report."""
    made = []
    for executor in ["fast", "reference"]:
        folder = scratch / executor
        report = ["--executor", executor, "--report", scratch / f"{executor}.json"]
        run(sonic, "run", program, *inputs, *report, "--output-dir", folder)
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
        made.append((files, (scratch / f"{executor}.json").read_bytes()))
    return made[0] == made[1]


def check(sonic, folder, name, prune):
    """A row of the table, and whether every bound was kept."""
    model = folder / "models" / f"{name}.onnx"
    oracle = folder / "oracle" / name
    manifest = json.loads((oracle / "manifest.json").read_text())
    files = {tensor["name"]: oracle / tensor["file"] for tensor in manifest["inputs"]}
    inputs = [f"--input={name}={file}" for name, file in files.items()]
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        np.savez(scratch / "sample.npz", **{name: np.load(file) for name, file in files.items()})
        samples = ["--calibrate", scratch / "sample.npz"]
        if prune:
            samples += ["--prune", prune]
        run(sonic, "evaluate", model, *inputs, "--output-dir", scratch / "evaluated")
        compared, _ = run(sonic, "compare", scratch / "evaluated", oracle / "expected", "--json")
        program = scratch / "program.sonic"
        compiled, compile_time = run(sonic, "compile", model, *samples, "-o", program)
        _, run_time = run(sonic, "run", program, *inputs, "--output-dir", scratch / "ran")
        same = is_reference(sonic, program, inputs, scratch)
        report = json.loads((scratch / "fast.json").read_text())
        fidelity, _ = run(sonic, "fidelity", model, *inputs, *samples, "--json")
        verified, _ = run(sonic, "verify", program)
        size = program.stat().st_size
    error = max(row["relativeError"] for row in json.loads(compared.stdout))
    rows = json.loads(fidelity.stdout)
    # A ratio of null is infinite: the outputs are the same.
    clustering = min(row["clustering"]["decibels"] or 999 for row in rows)
    analog = min(row["accelerator"]["decibels"] or 999 for row in rows)
    words = compiled.stderr.split("operations, ")[-1].split()
    survivors = int(words[0])
    each = size / survivors if survivors else 0
    good = (
        error <= TOLERANCE
        and analog >= LEAST_DECIBELS_OF.get(name, LEAST_DECIBELS)
        and (survivors < MANY_SURVIVORS or each <= MOST_BYTES_OF.get(name, MOST_BYTES))
        and same
    )
    row = (
        f"| {name} | {error:.1e} | {clustering:.1f} | {analog:.1f} | {compile_time:.2f} "
        f"| {run_time:.2f} | {survivors:,} | {each:.2f} "
        f"| {report['latencyPicoseconds'] / report['samples'] / 1e6:.3g} us "
        f"| {report['energyFemtojoules'] / report['samples'] / 1e12:.3g} mJ "
        f"| {'same' if same else 'DIFFERENT'} |"
    )
    return row, good


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sonic", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", help="names, with commas between them")
    parser.add_argument("--prune", help="prune every layer to this fraction of zeros first")
    arguments = parser.parse_args()
    names = (
        arguments.only.split(",")
        if arguments.only
        else sorted(path.name for path in (arguments.folder / "oracle").iterdir())
    )
    print("| model | evaluate | clustering dB | accelerator dB | compile s | run s | survivors | bytes each | latency | energy | fast and reference |")
    print("|---|---|---|---|---|---|---|---|---|---|---|", flush=True)
    missed = []
    for name in names:
        row, good = check(arguments.sonic, arguments.folder, name, arguments.prune)
        print(row, flush=True)
        if not good:
            missed.append(name)
    if missed:
        sys.exit(f"missed a bound: {', '.join(missed)}")


if __name__ == "__main__":
    main()
