"""How time grows: with weights, batch, threads, VDUs and sparsity."""

import os
import re
import tempfile
from pathlib import Path

import numpy as np
import onnx

from executing import compile_program
from measure import run, sonic_block, survivors
from networks import SEED, dense

LAYERS = 4
WIDTHS = [512, 1024, 2048, 3072, 4096, 6144]
"""Of LAYERS dense layers: 1 M to 151 M weights."""
BATCHES = [1, 2, 4, 8, 16]
UNITS = [(5, 1), (10, 2), (25, 5), (50, 10), (100, 20), (200, 40)]
"""CONV and FC VDUs; the published machine has 50 and 10."""
SPARSITIES = [0, 0.25, 0.5, 0.75, 0.9, 0.95]
NETWORK, TRAINED = "resnet50", "open_nsfw"
"""What is run in batches, and what is pruned from dense weights."""
MOST = 0.5
"""About how many seconds of runs a point has."""


def measure(bench) -> None:
    """A row for each point of each curve; of the curves, those whose network is wanted."""
    if not bench.only:
        for width in WIDTHS:
            with tempfile.TemporaryDirectory() as scratch:
                model, sample = Path(scratch) / "dense.onnx", Path(scratch) / "sample.npy"
                onnx.save(dense(width, LAYERS), model)
                generator = np.random.Generator(np.random.PCG64(int(SEED)))
                np.save(sample, generator.standard_normal((1, width), "f4"))
                point(bench, "weights", LAYERS * width * width, model, sample)
    if bench.wants(NETWORK):
        for batch in BATCHES:
            point(bench, "batch", batch, *bench.models.ready(NETWORK, batch))
        for threads in range(1, os.cpu_count() + 1):
            one = bench.models.ready(NETWORK, 1)
            point(bench, "threads", threads, *one, threads=threads)
        for units in UNITS:
            with tempfile.TemporaryDirectory() as scratch:
                machine = Path(scratch) / "machine.yaml"
                published = run(bench.sonic, "machines", "show", "sonic").stdout
                machine.write_text(with_units(published, units))
                one = bench.models.ready(NETWORK, 1)
                point(bench, "VDUs", sum(units), *one, options=["--machine", machine])
    if bench.wants(TRAINED):
        for sparsity in SPARSITIES:
            point(bench, "sparsity", sparsity, *bench.models.ready(TRAINED, 1), sparsity=sparsity)


def with_units(machine: str, units: tuple[int, int]) -> str:
    """A machine's file with other numbers of VDUs."""
    counts = iter(units)
    return re.sub(r"(units: +\{value: )\d+", lambda found: f"{found[1]}{next(counts)}", machine)


def point(bench, curve, x, model, sample, sparsity=0.5, threads=1, options=()) -> None:
    """Compiles and runs one point of a curve."""
    with tempfile.TemporaryDirectory() as scratch:
        program = Path(scratch) / "program.sonic"
        compiled = compile_program(
            bench, model, sample, sparsity, program, "--threads", threads, *options
        )
        probe = sonic_block(bench.sonic, program, sample, threads, 1)
        repeats = max(3, min(1000, round(MOST / probe.least)))
        block = sonic_block(bench.sonic, program, sample, threads, repeats)
        left, weights = survivors(compiled.stderr)
        bench.put(
            "scale",
            f"{curve} {x}",
            curve=curve,
            x=x,
            weights=weights,
            survivors=left,
            run=block.median,
            run_least=block.least,
            prepare=block.prepare,
            compile=compiled.seconds,
            compile_peak=compiled.peak,
            program_bytes=program.stat().st_size,
        )
