"""How fast models become programs, and in how much memory."""

import statistics
import tempfile
from pathlib import Path

from executing import compile_program
from measure import survivors

NETWORKS = ["stl10", "resnet50", "alexnet", "vgg19"]
RUNS = 3


def measure(bench) -> None:
    """A row for each network; the first of its compilations only warms the file cache."""
    for name in filter(bench.wants, NETWORKS):
        model, sample = bench.models.ready(name, 1)
        with tempfile.TemporaryDirectory() as scratch:
            program = Path(scratch) / "program.sonic"
            threads = ["--threads", 2]
            runs = [
                compile_program(bench, model, sample, 0.5, program, *threads)
                for _ in range(RUNS + 1)
            ][1:]
            left, weights = survivors(runs[0].stderr)
            seconds = statistics.median(ran.seconds for ran in runs)
            bench.put(
                "compile",
                name,
                weights=weights,
                survivors=left,
                seconds=seconds,
                least=min(ran.seconds for ran in runs),
                processor=statistics.median(ran.processor for ran in runs),
                rate=weights / seconds,
                peak=max(ran.peak for ran in runs),
                model_bytes=model.stat().st_size,
                program_bytes=program.stat().st_size,
            )
