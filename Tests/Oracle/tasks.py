#!/usr/bin/env python3
"""Measures what compilation costs real networks in accuracy, on labelled tasks.

    tasks.py SONIC DIR [--only faces,files,lines,clothes] [--page FILE.md]

DIR holds models and data as fetch.py brings them. Each task is answered by onnxruntime, by `sonic
evaluate`, by the network clustered to 64 and to 16 values a layer, in floats, and by its programs
on the accelerator. Exit status 1 if `evaluate` is not right as often as onnxruntime, or a program
right less often than its clustered network in floats by more than 1 %. The tables go to standard
output, and to the page.
"""

import argparse
import importlib
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from operator import eq
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx.numpy_helper import to_array

from compare import errors
from task import Task

NAMES = ["faces", "files", "lines", "clothes"]
CLUSTERS = [64, 16]
BATCH = 100
"""Samples that an evaluation takes at a time; divides their number in every task."""
MOST_LOST = 0.01 + 1e-9
"""One sample in a hundred may get lost; rates are floats."""
BLAMED, BLAME = 3, 20
"""Layers named where clustering loses more than that, and samples to find them with."""


@dataclass(frozen=True)
class Form:
    """One form of a network: what it answered, and in what time."""

    name: str
    outputs: np.ndarray
    seconds: float


def run(*command) -> None:
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{result.stderr}")


class Measurement:
    """A task's network in all of its forms."""

    def __init__(self, sonic: Path, task: Task, scratch: Path) -> None:
        self.sonic, self.task, self.scratch = sonic, task, scratch
        self.result = scratch / "result.npy"
        self.batches = []
        for start in range(0, len(task.samples), BATCH):
            self.batches.append(scratch / f"batch{start}.npy")
            np.save(self.batches[-1], task.samples[start : start + BATCH])
        np.save(scratch / "calibration.npy", task.calibration)
        # As many as a batch, over and over.
        shape = (BATCH, *task.calibration.shape[1:])
        np.save(scratch / "calibration-batch.npy", np.resize(task.calibration, shape))

    def forms(self):
        """Every form, the plain one first."""
        batches = map(np.load, self.batches)
        yield self.form("onnxruntime", lambda: self.answered(self.task.model, batches))
        yield self.form("float", lambda: self.made("evaluate", self.task.model))
        emitted, program = self.scratch / "clustered.onnx", self.scratch / "program.sonic"
        for clusters in CLUSTERS:
            samples = f"--calibrate={self.scratch / 'calibration-batch.npy'}"
            self.compile(emitted, BATCH, clusters, "--emit=onnx", "--stop-after=cluster", samples)
            yield self.form(f"{clusters} values, float", lambda: self.made("evaluate", emitted))
            self.compile(program, 1, clusters, "--calibrate", self.scratch / "calibration.npy")
            yield self.form(f"{clusters} values, photonic", lambda: self.made("run", program))

    def blame(self, clusters: int) -> str:
        """The layers whose clustering alone changes the outputs of a few samples most."""
        samples = self.task.samples[:BLAME]
        weights = {}
        for last in ["sub-pixel", "cluster"]:
            emitted = self.scratch / f"{last}.onnx"
            self.compile(emitted, BLAME, clusters, "--emit=onnx", f"--stop-after={last}")
            weights[last] = onnx.load(emitted)
        plain = weights["sub-pixel"]
        clustered = {tensor.name: tensor for tensor in weights["cluster"].graph.initializer}
        expected = self.answered(plain.SerializeToString(), [samples])
        ratios = []
        for tensor in plain.graph.initializer:
            other = clustered[tensor.name]
            if np.array_equal(to_array(tensor), to_array(other)):
                continue
            kept = onnx.TensorProto.FromString(tensor.SerializeToString())
            tensor.CopyFrom(other)
            outputs = self.answered(plain.SerializeToString(), [samples])
            ratios.append((errors(expected, outputs)[1], tensor.name))
            tensor.CopyFrom(kept)
        worst = ", ".join(f"{name} ({ratio:.1f} dB)" for ratio, name in sorted(ratios)[:BLAMED])
        return (
            f"At {clusters} values, the layers whose clustering alone, with no bias to make up for it, "
            f"changes the outputs most, of "
            f"{BLAME} samples: {worst}."
        )

    def form(self, name, answer) -> Form:
        start = time.monotonic()
        outputs = answer()
        return Form(name, outputs, time.monotonic() - start)

    def compile(self, made: Path, batch: int, clusters: int, *options) -> None:
        sizes = "x".join(map(str, [batch, *self.task.samples.shape[1:]]))
        flags = [f"--shape={self.task.input}={sizes}", f"--clusters={clusters}", *options]
        run(self.sonic, "compile", self.task.model, *flags, "-o", made)

    def answered(self, model: Path | bytes, batches) -> np.ndarray:
        """What onnxruntime makes of samples."""
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        parts = [session.run([self.task.output], {self.task.input: batch})[0] for batch in batches]
        return np.concatenate(parts)

    def made(self, command: str, network: Path) -> np.ndarray:
        """What `evaluate` makes of the samples with a model, or `run` with a program."""
        tensors = f"--output={self.task.output}={self.result}"
        parts = []
        for batch in self.batches:
            run(self.sonic, command, network, f"--input={self.task.input}={batch}", tensors)
            parts.append(np.load(self.result))
        return np.concatenate(parts)


def measure(sonic: Path, task: Task) -> tuple[list[str], list[str]]:
    """A section of the page about a task, and what is worse than it may be."""
    counted = list(task.measures)
    lines = [f"## {task.title}", "", task.about, ""]
    lines += [
        f"| | {' | '.join(f'{name} right' for name in counted)} | as in float | seconds |",
        f"|---|{'---|' * (len(counted) + 2)}",
    ]
    complaints, rates = [], {}
    plain = None
    with tempfile.TemporaryDirectory() as scratch:
        measurement = Measurement(sonic, task, Path(scratch))
        for form in measurement.forms():
            answers = task.decide(form.outputs)
            plain = plain or answers
            counts = {name: count(answers) for name, count in task.measures.items()}
            rates[form.name] = counts[counted[0]][0] / counts[counted[0]][1]
            cells = [
                f"{right:,} of {total:,}, {100 * right / total:.2f} %"
                for right, total in counts.values()
            ]
            same = sum(map(eq, answers, plain))
            lines.append(
                f"| {form.name} | {' | '.join(cells)} | {100 * same / len(plain):.2f} % "
                f"| {form.seconds:.2f} |"
            )
            print(lines[-1], file=sys.stderr, flush=True)
        for clusters in CLUSTERS:
            if rates["float"] - rates[f"{clusters} values, float"] > MOST_LOST:
                lines += ["", measurement.blame(clusters)]
    if rates["float"] != rates["onnxruntime"]:
        complaints.append(f"{task.title}: evaluate is not right as often as onnxruntime")
    for clusters in CLUSTERS:
        lost = rates[f"{clusters} values, float"] - rates[f"{clusters} values, photonic"]
        if lost > MOST_LOST:
            complaints.append(f"{task.title}: the program of {clusters} values loses {lost:.2%}")
    return [*lines, ""], complaints


def heading(sonic: Path) -> list[str]:
    version = subprocess.run([sonic, "--version"], capture_output=True, text=True).stdout.strip()
    return [
        "# Accuracy",
        "",
        "What compilation costs real networks on labelled tasks; `make tasks` writes this page. A "
        "row each for the network in onnxruntime; in `sonic evaluate`, which must be right as "
        "often; with the weights of each layer clustered to 64 and to 16 values, still in floats "
        "(`sonic compile --emit onnx --stop-after cluster`, then `evaluate`); and the program of "
        "those values on the accelerator (`sonic run`). Biases make up for what weights lose on the "
        "calibration samples; no network was trained again after clustering. *As in float* are the samples that get onnxruntime's answer, right or wrong. "
        "Seconds are the wall time for all samples, without compiling, on a computer that may have "
        "done other work meanwhile.",
        "",
        f"Measured on {date.today()} by sonic {version} with onnxruntime "
        f"{onnxruntime.__version__}, numpy {np.__version__} and Python "
        f"{platform.python_version()}.",
        "",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sonic", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", help=f"of {','.join(NAMES)}")
    parser.add_argument("--page", type=Path, help="write the table here too")
    arguments = parser.parse_args()
    names = arguments.only.split(",") if arguments.only else NAMES
    for name in names:
        if name not in NAMES:
            parser.error(f"there is no task '{name}', expected one of {', '.join(NAMES)}")
    lines, complaints = heading(arguments.sonic), []
    for name in names:
        task = importlib.import_module(f"task_{name}").task(arguments.folder)
        section, worse = measure(arguments.sonic, task)
        lines += section
        complaints += worse
    text = "\n".join(lines).rstrip() + "\n"
    print(text, end="")
    if arguments.page:
        arguments.page.write_text(text)
    if complaints:
        sys.exit("\n".join(complaints))


if __name__ == "__main__":
    main()
