"""Execution against onnxruntime: the same network, the same input, blocks of runs in turns."""

import json
import statistics
import tempfile
from pathlib import Path

from measure import BenchError, onnxruntime_block, run, sonic_block
from networks import NETWORKS

BATCHES = [1, 16]
THREADS = [1, 2]
SPARSITIES = [0.5, 0.9]

BLOCK = 0.5
"""About how many seconds of runs a block has."""
LONG = 20
"""Where a pair of blocks takes more seconds than this, three pairs must do."""


def compile_program(bench, model: Path, sample: Path, sparsity: float, program: Path, *more):
    """A program, pruned, and calibrated on the sample that it is going to run."""
    options = ["--prune", sparsity, "--calibrate", sample, *more]
    return run(bench.sonic, "compile", model, "-o", program, *options)


def measure(bench) -> None:
    """A row for each network, batch, sparsity and number of threads."""
    for name in filter(bench.wants, NETWORKS):
        for batch in BATCHES:
            model, sample = bench.models.ready(name, batch)
            for sparsity in SPARSITIES:
                with tempfile.TemporaryDirectory() as scratch:
                    program = Path(scratch) / "program.sonic"
                    try:
                        compile_program(bench, model, sample, sparsity, program)
                        work = report(bench, program, sample, Path(scratch))
                        failed = None
                    except BenchError as error:
                        failed = str(error).splitlines()[-1].replace(f"{scratch}/", "")
                    for threads in THREADS:
                        row = f"{name} batch {batch} sparsity {sparsity} threads {threads}"
                        which = {"network": name, "batch": batch, "sparsity": sparsity}
                        if failed:
                            found = {"failed": failed}
                        else:
                            found = compare(bench, program, model, sample, threads) | work
                        bench.put("execute", row, **which, threads=threads, **found)


def report(bench, program: Path, sample: Path, scratch: Path) -> dict:
    """What the program does on the sample, as its own report counts it."""
    path = scratch / "report.json"
    run(bench.sonic, "run", program, "--input", sample, "--report", path)
    found = json.loads(path.read_text())
    layers = [step for step in found["steps"] if step["weights"]]
    return {
        "products": sum(step["products"] for step in layers),
        "traffic": found["trafficBytes"],
        "survive": sum(s["survivors"] for s in layers) / sum(s["weights"] for s in layers),
    }


def compare(bench, program: Path, model: Path, sample: Path, threads: int) -> dict:
    """Times of both sides in turns, in seconds, and the ratio of each pair of neighbours.

    `accounting` is what accounts add to the rest of a run; of one thread only, as others do them beside it.
    """
    sonic = sonic_block(bench.sonic, program, sample, threads, 1)
    other = onnxruntime_block(model, sample, threads, 1)
    repeats = [max(3, min(50, round(BLOCK / block.least))) for block in (sonic, other)]
    long = repeats[0] * sonic.least + repeats[1] * other.least > LONG
    pairs = [
        (
            sonic_block(bench.sonic, program, sample, threads, repeats[0]),
            onnxruntime_block(model, sample, threads, repeats[1]),
        )
        for _ in range(min(3, bench.pairs) if long else bench.pairs)
    ]
    ratios = [ours.median / theirs.median for ours, theirs in pairs]
    ours, theirs = ([pair[side] for pair in pairs] for side in (0, 1))
    return {
        "sonic": statistics.median(block.median for block in ours),
        "sonic_least": min(block.least for block in ours),
        "onnxruntime": statistics.median(block.median for block in theirs),
        "onnxruntime_least": min(block.least for block in theirs),
        "ratio": statistics.median(ratios),
        "ratio_low": min(ratios),
        "ratio_high": max(ratios),
        "accounting": statistics.median(
            block.accounting / (block.median - block.accounting) for block in ours
        ),
        "prepare": statistics.median(block.prepare for block in ours),
        "pairs": len(pairs),
        "repeats": repeats,
    }
