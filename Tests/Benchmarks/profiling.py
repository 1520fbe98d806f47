"""Where the time goes: samples of the processor's clock by `perf`, told apart by what is on the stack."""

import re
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

from executing import compile_program, report
from measure import BenchError, run, sonic_block

RATE = 10_000
"""Samples a second."""
RUNS = [("open_nsfw", 0.9), ("ppocr-det", 0.9), ("resnet50", 0.5), ("resnet50", 0.9)]
"""Executions, batch 1, on one thread."""
SECONDS = 2
"""About how long each is sampled."""
LARGEST = "vgg19"
"""What is compiled and loaded."""

# By what is on the stack, the first that fits; names as the compiler mangles them.
EXECUTION = {
    "accounts of time and energy": "Accountant",
    "multiply-adds": "accumulate_|sonic_expand|expand_",
    "sums to activations": "collect|look_avx|sonic_look",
    "activations laid out": "LanePlanes|PixelRows|SqueezedPatches|KernelLanes|PatchLanes",
    "the control unit's operations": "BuffersV7operate|CodeWays",
}
LOADING = {
    "weights checked": "survey",
    "the rest checked": "Verifier",
}
ESTIMATION = LOADING | {
    "what each instruction takes": "Tariff",
    "when each runs": "Accountant|Course",
    "other machines tried": "Bottleneck|MachineChange",
    "report": "Report",
}
START = "process started and ended, and other things"
PASS = re.compile(r"^(\S.*?) +([\d.]+) ms", re.MULTILINE)


def measure(bench) -> None:
    """A row for each thing that is sampled, and one for the passes of a compilation."""
    for name, sparsity in RUNS:
        if bench.wants(name):
            execution(bench, name, sparsity)
    with tempfile.TemporaryDirectory() as scratch:
        program = Path(scratch) / "program.sonic"
        if bench.wants("resnet50"):
            model, sample = bench.models.ready("resnet50", 1)
            compile_program(bench, model, sample, 0.5, program)
            shares = sampled(Path(scratch), ESTIMATION, START, 20, bench.sonic, "estimate", program)
            bench.put("profile", "estimate of resnet50", shares=shares)
        if bench.wants(LARGEST):
            model, sample = bench.models.ready(LARGEST, 1)
            flags = ["--threads", 2, "--time-passes"]
            compiled = compile_program(bench, model, sample, 0.5, program, *flags)
            passes = Counter()
            for name, took in PASS.findall(compiled.stderr):
                passes[name] += float(took) / 1000
            passes["everything else"] = max(compiled.seconds - sum(passes.values()), 0)
            shares = {name: took / compiled.seconds for name, took in passes.items()}
            moved = (model.stat().st_size + program.stat().st_size) / compiled.seconds
            bench.put("profile", f"compilation of {LARGEST}", shares=shares, bytes=moved, threads=2)
            shares = sampled(Path(scratch), LOADING, START, 10, bench.sonic, "verify", program)
            took = run(bench.sonic, "verify", program).seconds
            moved = program.stat().st_size / took
            bench.put("profile", f"check of {LARGEST}", shares=shares, bytes=moved, threads=2)


def execution(bench, name: str, sparsity: float) -> None:
    """Runs of one program, without what comes before them."""
    model, sample = bench.models.ready(name, 1)
    with tempfile.TemporaryDirectory() as scratch:
        program = Path(scratch) / "program.sonic"
        compile_program(bench, model, sample, sparsity, program)
        products = report(bench, program, sample, Path(scratch))["products"]
        block = sonic_block(bench.sonic, program, sample, 1, 20)
        repeats = max(20, round(SECONDS / block.least))
        command = [bench.sonic, "run", program, "--input", sample, "--threads", 1]
        shares = sampled(
            *(Path(scratch), EXECUTION, "everything else", 1, *command, "--repeat", repeats),
            within="ExecutionV3run",
        )
        bench.put(
            *("profile", f"execution of {name}, {sparsity:.0%}"),
            **{"shares": shares, "products": products / block.median, "threads": 1},
        )


def sampled(scratch: Path, parts: dict, rest: str, times: int, *command, within="") -> dict:
    """The share of each part in samples of a command, run as often."""
    found = Counter({part: 0 for part in parts})
    data = scratch / "perf.data"
    record = ["perf", "record", "-q", "-e", "cpu-clock", "-F", str(RATE), "-g", "-o", data]
    script = ["perf", "script", "-i", data, "-F", "ip,sym"]
    for _ in range(times):
        try:
            subprocess.run([*record, *map(str, command)], capture_output=True, check=True)
            done = subprocess.run(script, capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise BenchError(f"perf cannot sample here: {error}") from error
        for stack in done.stdout.split("\n\n"):
            if not stack.strip() or not re.search(within, stack):
                continue
            found[next((name for name, it in parts.items() if re.search(it, stack)), rest)] += 1
    if not found.total():
        raise BenchError("perf took no samples")
    return {name: count / found.total() for name, count in found.items()}
