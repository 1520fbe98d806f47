"""From a large program's file to its first execution."""

import statistics
import tempfile
from pathlib import Path

from executing import compile_program
from measure import run, sonic_block

NETWORK = "vgg19"
RUNS = 5


def measure(bench) -> None:
    """One row: checking the file, and all that comes before the first run and after it."""
    if not bench.wants(NETWORK):
        return
    model, sample = bench.models.ready(NETWORK, 1)
    with tempfile.TemporaryDirectory() as scratch:
        program = Path(scratch) / "program.sonic"
        compile_program(bench, model, sample, 0.5, program)
        run(bench.sonic, "verify", program)
        verified = [run(bench.sonic, "verify", program) for _ in range(RUNS)]
        empty = [run(bench.sonic, "--version") for _ in range(RUNS)]
        blocks = [sonic_block(bench.sonic, program, sample, 2, 1) for _ in range(RUNS)]
        bench.put(
            "load",
            NETWORK,
            bytes=program.stat().st_size,
            verify=statistics.median(ran.seconds for ran in verified),
            peak=max(ran.peak for ran in verified),
            process=statistics.median(ran.seconds for ran in empty),
            load=statistics.median(block.load for block in blocks),
            prepare=statistics.median(block.prepare for block in blocks),
            run=statistics.median(block.median for block in blocks),
            around=statistics.median(block.wall - block.median for block in blocks),
        )
