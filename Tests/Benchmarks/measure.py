"""Running commands and what they took: shared by the benchmarks and by the guard."""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


class BenchError(Exception):
    """Something a person can act on; its text is the whole message."""


@dataclass(frozen=True)
class Ran:
    """A command that has ended well."""

    seconds: float
    """Wall time from start to end."""
    processor: float
    """Seconds of all its threads."""
    peak: int
    """The most memory that it held, bytes."""
    stdout: str
    stderr: str


def run(*command, **environment: str) -> Ran:
    """Runs a command to its end."""
    command = [str(part) for part in command]
    with tempfile.TemporaryDirectory() as scratch:
        result = Path(scratch) / "result.json"
        spawned = subprocess.run(
            [sys.executable, "-S", "-E", HERE / "spawn.py", result, *command],
            capture_output=True,
            text=True,
            env=os.environ | environment,
        )
        took = json.loads(result.read_text()) if result.exists() else {"status": None}
    if took["status"] != 0:
        said = "\n".join(spawned.stderr.strip().splitlines()[-4:])
        raise BenchError(f"{' '.join(command)}\nended with {took['status']}: {said}")
    return Ran(took["seconds"], took["processor"], took["peak"], spawned.stdout, spawned.stderr)


@dataclass(frozen=True)
class Block:
    """Some runs in one process, in seconds."""

    least: float
    median: float
    accounting: float = 0
    """The median of what a run spends on accounts of time and energy."""
    load: float = 0
    """Reading and checking the program and its inputs."""
    prepare: float = 0
    """What does not depend on values; a run alone does it layer by layer."""
    wall: float = 0
    """Of the whole process."""


REPEATED = re.compile(
    r"load: +([\d.]+) ms\nprepare: +([\d.]+) ms\nrun: minimum +([\d.]+) ms, median +([\d.]+) ms of \d+\n"
    r"accounting: minimum +[\d.]+ ms, median +([\d.]+) ms of",
    re.MULTILINE,
)


def sonic_block(sonic: Path, program: Path, sample: Path, threads: int, repeats: int) -> Block:
    """A process of `sonic run`; it times its runs itself, loading apart."""
    with tempfile.TemporaryDirectory() as out:
        ran = run(
            *(sonic, "run", program, "--input", sample, "--output-dir", out),
            *("--threads", threads, "--repeat", repeats),
        )
    found = REPEATED.search(ran.stderr)
    if not found:
        raise BenchError(f"sonic run --repeat printed no times:\n{ran.stderr}")
    load, prepare, least, median, accounting = (float(text) / 1000 for text in found.groups())
    return Block(least, median, accounting, load, prepare, ran.seconds)


def onnxruntime_block(model: Path, sample: Path, threads: int, repeats: int) -> Block:
    """A process of onnxruntime, timed in the same way."""
    ran = run(sys.executable, HERE / "ort_block.py", model, sample, threads, repeats)
    times = json.loads(ran.stdout)
    return Block(min(times), statistics.median(times), wall=ran.seconds)


def survivors(summary: str) -> tuple[int, int]:
    """Weights that survive, and all weights, as `sonic compile` says on standard error."""
    found = re.search(r"(\d+) of (\d+) weights survive", summary)
    if not found:
        raise BenchError(f"sonic compile printed no summary:\n{summary}")
    return int(found[1]), int(found[2])
