"""What the machine itself can do at most, by a few lines of C: bandwidth and multiply-adds."""

import json
import os
import shutil
import tempfile
from pathlib import Path

from measure import HERE, run


def measure(bench) -> None:
    """A row for each number of threads."""
    with tempfile.TemporaryDirectory() as scratch:
        program = Path(scratch) / "limits"
        flags = ["-O3", "-march=native", "-ffast-math", "-pthread"]
        run(shutil.which("cc") or "clang", *flags, HERE / "limits.c", "-o", program)
        for threads in sorted({1, min(2, os.cpu_count())}):
            found = json.loads(run(program, threads).stdout)
            bench.put("limits", str(threads), **found)
