#!/usr/bin/env python3
"""Holds `sonic evaluate` on broken and odd ONNX files to committed messages.

    check.py SONIC [--bless] [--only NAME,NAME...] [--quick]

Makes the cases of make.py in a temporary folder and evaluates each on inputs that fit what it
declares. Each must end by itself with its exit code, within 10 seconds (of processor time, where
that is less) and 1 GB of memory, leave no file unless it is a model that works, and say what
messages.txt has; for models that work the outputs stand there too. Exit status 1 if one does not,
what known.py lists apart. --bless writes messages.txt, and fails too, so that no CI blesses itself.
--quick leaves out the few that take most of the time.
"""

import argparse
import difflib
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import make  # noqa: F401
from cases import CASES, Case
from known import KNOWN, SLOW

HERE = Path(__file__).resolve().parent
SPAWN = HERE.parent / "Benchmarks/spawn.py"
MESSAGES = HERE / "messages.txt"
MOST_SECONDS = 10
STOP_SECONDS = 60
MOST_BYTES = 10**9
ADDRESSES = 4 * 10**9
"""More than any case should need; so that one which runs away ends before the machine does."""
MOST_VALUES = 8
TOGETHER = 2
"""How many cases run at a time: what two hold fits a small machine."""


@dataclass(frozen=True)
class Ran:
    """What became of a case."""

    block: str
    """As messages.txt has it."""
    faults: list[str]
    seconds: float = 0
    peak: int = 0


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def shortened(text: str) -> str:
    """Without long runs of a character, which only make messages.txt hard to read."""
    return re.sub(r"(.)\1{99,}", lambda run: f"{run[1]}<{len(run[0])} times>", text)


def shown(path: Path) -> str:
    """An output: its type, shape, and values if they are few."""
    array = np.load(path)
    values = f" {array.ravel().tolist()}" if array.size <= MOST_VALUES else ""
    return f"{path.name}: {array.dtype} {list(array.shape)}{values}"


def evaluate(sonic: Path, case: Case, folder: Path) -> Ran:
    """Runs a case in an empty folder."""
    model, inputs = case.write(folder)
    before = {path.name for path in folder.iterdir()}
    result, out = folder / "result.json", folder / "out"
    command = [sys.executable, "-S", "-E", SPAWN, result, sonic, "evaluate", model]
    command += [f"--input={name}={file}" for name, file in inputs.items() if "\0" not in name]
    ran = subprocess.Popen(
        [*command, "--output-dir", out], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL, preexec_fn=limited, start_new_session=True,
    )
    try:
        said, _ = ran.communicate(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(ran.pid, signal.SIGKILL)
        ran.communicate()
        return Ran(f"== {case.name}: stopped\n", [f"still at it after {STOP_SECONDS} s"])
    took = json.loads(result.read_text())
    result.unlink()
    code, peak = took["status"], took["peak"]
    # The lesser, so that a busy machine does not decide.
    seconds = min(took["seconds"], took["processor"])
    faults = []
    if code < 0:
        faults.append(f"ended by signal {-code}")
    elif code != case.code:
        faults.append(f"exit code {code}, not {case.code}")
    if seconds > MOST_SECONDS and case.name not in SLOW:
        faults.append(f"took {seconds:.1f} s of at most {MOST_SECONDS}")
    if peak > MOST_BYTES:
        faults.append(f"held {peak / 1e6:.0f} MB of at most {MOST_BYTES / 1e6:.0f}")
    outputs = sorted(out.iterdir()) if out.exists() else []
    if case.code and outputs:
        faults.append(f"left {', '.join(path.name for path in outputs)}")
    left = {path.name for path in folder.iterdir()} - before - {out.name}
    if left:
        faults.append(f"left {', '.join(sorted(left))}")
    text = said.decode(errors="backslashreplace").replace(f"{folder}/", "").replace(str(folder), "")
    text = shortened(text) + "".join(f"{shown(path)}\n" for path in outputs)
    if case.must_say not in text:
        faults.append(f"does not say {case.must_say}")
    return Ran(f"== {case.name}: exit {code}\n{text}", faults, seconds, peak)


def run(sonic: Path, name: str) -> Ran:
    """Runs a case in a folder of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        return evaluate(sonic, CASES[name], Path(scratch))


def blocks(text: str) -> dict[str, str]:
    """Those of messages.txt, by name."""
    parts = re.split(r"^(?=== [a-z0-9-]+: )", text, flags=re.MULTILINE)
    return {part.split(":")[0].removeprefix("== "): part.rstrip("\n") for part in parts if part}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sonic", metavar="SONIC", type=Path)
    parser.add_argument("--bless", action="store_true", help="write what was said, and fail")
    parser.add_argument("--only", help="names, with commas between them")
    parser.add_argument("--quick", action="store_true", help="without the slow ones")
    arguments = parser.parse_args()
    names = sorted(arguments.only.split(",") if arguments.only else CASES)
    if arguments.quick:
        names = [name for name in names if name not in SLOW]
    expected = blocks(MESSAGES.read_text()) if MESSAGES.exists() else {}
    said = dict(expected) if arguments.only or arguments.quick else {}
    failures, known = 0, 0
    slowest, largest = 0, 0
    with ProcessPoolExecutor(TOGETHER) as pool:
        made = list(pool.map(run, [arguments.sonic.resolve()] * len(names), names))
    for name, ran in zip(names, made):
        said[name] = ran.block.rstrip("\n")
        slowest, largest = max(slowest, ran.seconds), max(largest, ran.peak)
        wanted = expected.get(name, "")
        faults = list(ran.faults)
        if name in KNOWN:
            known += bool(faults)
            if faults:
                print(f"known {name}: {KNOWN[name]} ({'; '.join(faults)})")
            faults = [] if faults else ["is right now: take it out of known.py"]
        if said[name] != wanted and not arguments.bless:
            lines = difflib.unified_diff(
                wanted.splitlines(), said[name].splitlines(), MESSAGES.name, name, lineterm=""
            )
            faults.append("\n  ".join(["another message", *lines]))
        for fault in faults:
            print(f"FAIL {name}: {fault}")
        failures += bool(faults)
    print(
        f"{len(names) - failures} of {len(names)} cases as expected, {known} of them known to be "
        f"wrong; the slowest took {slowest:.1f} s, the largest {largest / 1e6:.0f} MB"
    )
    if arguments.bless:
        MESSAGES.write_text("\n".join(f"{said[name]}\n" for name in sorted(said)))
        print(f"check.py: wrote {MESSAGES.name}; run again without --bless", file=sys.stderr)
        return 1
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
