#!/usr/bin/env python3
"""Holds `sonic` to onnxruntime on the models that prepare.py has made ready, and prints a table.

    check.py SONIC DIR [--only NAME,NAME...] [--prune FRACTION]

For each model: `evaluate` within 1e-4 of onnxruntime's largest magnitude, or a step of outputs that
are rounded to 8 bits, or some of halves; compiled with 64 clusters,
the program's outputs at least 40 dB above their difference from the clustered graph in floats; at
most 3 bytes a surviving weight in files of over a million survivors; the fast executor's outputs
and report those of the reference executor, to the byte; and what `compile --emit onnx` writes passes
onnx.checker, and gives in onnxruntime what it gives in `evaluate`. A network that carries a state is
held to the same over a sequence of calls, its other inputs fixed. Exit status 1 if one is missed.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

from compare import errors

TOLERANCE = 1e-4
# One step of the 8 bits that outputs are rounded to: sums in another order fall on another side.
# onnxruntime rounds all between layers to halves, where `evaluate` keeps floats.
TOLERANCE_OF = {"espcn-quant": 5e-3, "espcn-subpixel-quant": 5e-3, "mtcnn-rnet-half": 5e-3}
LEAST_DECIBELS = 40
MOST_BYTES = 3
# A transformer: few activations of its first block are large, and a converter's range covers them; of
# the table of words, every byte is kept.
LEAST_DECIBELS_OF = {"minilm-int8": 30}
MOST_BYTES_OF = {"minilm-int8": 3.5}
MANY_SURVIVORS = 1_000_000
# onnxruntime looks at the sizes in the branch for 8 kHz too, which is not made for those of 16 kHz.
NOT_EMITTED = {"silero-vad-nested"}
# Sound at 16 kHz, with some of the chunk before at the head of each.
STATEFUL = {"silero-vad", "silero-vad-nested"}
RATE, CHUNK, CONTEXT, CALLS = 16000, 512, 64, 20


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


def emitted_error(sonic, model, manifest, files, samples, scratch):
    """How far onnxruntime and `evaluate` are apart on the pruned and clustered graph, as ONNX."""
    emitted = scratch / "emitted.onnx"
    run(sonic, "compile", model, *samples, *manifest["flags"], "--emit", "onnx", "-o", emitted)
    onnx.checker.check_model(onnx.load(emitted), full_check=True)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(emitted, options, providers=["CPUExecutionProvider"])
    taken = {value.name: np.load(files[value.name]) for value in session.get_inputs()}
    results = {value.name: scratch / f"{i}.npy" for i, value in enumerate(session.get_outputs())}
    inputs = [f"--input={name}={files[name]}" for name in taken]
    outputs = [f"--output={name}={file}" for name, file in results.items()]
    run(sonic, "evaluate", emitted, *inputs, *outputs)
    pairs = zip(map(np.load, results.values()), session.run(None, taken), strict=True)
    return max(np.abs(a - b).max() / np.abs(b).max() for a, b in pairs)


def sound():
    """Calls x 1 x samples: tones that come and go, in noise."""
    generator = np.random.Generator(np.random.PCG64(1))
    time = np.arange(CALLS * CHUNK + CONTEXT) / RATE
    tones = sum(np.sin(2 * np.pi * 140 * k * time) / k for k in range(1, 6))
    signal = 0.2 * tones * np.maximum(np.sin(2 * np.pi * 4 * time), 0)
    signal += 0.01 * generator.normal(size=len(time))
    chunks = [signal[i * CHUNK :][: CHUNK + CONTEXT] for i in range(CALLS)]
    return np.array(chunks, np.float32)[:, None]


def carried(sonic, model, manifest, scratch):
    """Over a sequence of calls: the error of `evaluate` against onnxruntime with the state carried by
    hand, and the ratio in dB of the program against the clustered graph."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    chunks, state = sound(), np.zeros((2, 1, 128), np.float32)
    expected, samples = {"output": [], "stateN": []}, []
    for index, chunk in enumerate(chunks):
        samples.append(scratch / f"call{index}.npz")
        np.savez(samples[-1], input=chunk, state=state)
        fed = {"input": chunk, "state": state, "sr": np.array(RATE, np.int64)}
        output, state = session.run(["output", "stateN"], fed)
        expected["output"].append(output)
        expected["stateN"].append(state)
    np.save(scratch / "chunks.npy", chunks)
    np.save(scratch / "state.npy", np.zeros_like(state))
    tensors = [f"--input=input={scratch}/chunks.npy", f"--input=state={scratch}/state.npy"]
    fixed, calls = f"--fix=sr={RATE}", [*tensors, "--state=state=stateN"]
    flags = [fixed, *manifest["flags"], *(f"--calibrate={sample}" for sample in samples)]
    program, emitted = scratch / "calls.sonic", scratch / "calls.onnx"
    run(sonic, "compile", model, *flags, "-o", program)
    run(sonic, "compile", model, *flags, "--emit", "onnx", "-o", emitted)
    commands = {
        "evaluated": ["evaluate", model, fixed],
        "clustered": ["evaluate", emitted],
        "executed": ["run", program],
    }
    made = {}
    for kind, command in commands.items():
        run(sonic, *command, *calls, "--output-dir", scratch / kind)
        made[kind] = {name: np.load(scratch / kind / f"{name}.npy") for name in expected}
    worst = max(errors(np.stack(expected[name]), made["evaluated"][name])[0] for name in expected)
    analog = min(errors(made["clustered"][name], made["executed"][name])[1] for name in expected)
    return worst, analog


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
        emitted = (
            0
            if name in NOT_EMITTED
            else emitted_error(sonic, model, manifest, files, samples, scratch)
        )
        fidelity, _ = run(sonic, "fidelity", model, *inputs, *samples, "--json")
        verified, _ = run(sonic, "verify", program)
        size = program.stat().st_size
        error, analog = carried(sonic, model, manifest, scratch) if name in STATEFUL else (0, 999)
    error = max(error, *(row["relativeError"] for row in json.loads(compared.stdout)))
    rows = json.loads(fidelity.stdout)
    # A ratio of null is infinite: the outputs are the same.
    clustering = min(row["clustering"]["decibels"] or 999 for row in rows)
    analog = min(analog, *(row["accelerator"]["decibels"] or 999 for row in rows))
    words = compiled.stderr.split("operations, ")[-1].split()
    survivors = int(words[0])
    each = size / survivors if survivors else 0
    tolerance = TOLERANCE_OF.get(name, TOLERANCE)
    good = (
        error <= tolerance
        and analog >= LEAST_DECIBELS_OF.get(name, LEAST_DECIBELS)
        and (survivors < MANY_SURVIVORS or each <= MOST_BYTES_OF.get(name, MOST_BYTES))
        and same
        and emitted <= tolerance
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
