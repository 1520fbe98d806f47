#!/usr/bin/env python3
"""Holds the instructions and the memory of three small cases to committed figures.

    guard.py SONIC [--bless]

Compiles, runs and estimates the demo network (Docs/Demo) on one thread, under callgrind for the
instructions and without it for the peak of memory, and compares with instructions.json: within 5 %
either way, so that it is blessed again after a gain, and 15 % of memory. Exit status 1 beyond that.
--bless writes what was found, and fails too, so that no CI blesses itself.

Instructions do not depend on how busy a machine is, but on its processor: valgrind offers programs
AVX2 at most, so that kernels for AVX-512 are not among what is counted. Those of starting the
process, most of them the dynamic linker's, are a case of their own and are taken off the others.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import HERE, BenchError, run

DEMO = HERE.parent.parent / "Docs/Demo"
FIGURES = HERE / "instructions.json"
START = "start"
MOST = {"instructions": 0.05, "peak": 0.15}
ALIKE = {"OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_NUM_THREADS": "1"}
"""So that neither the processor's make nor its cores decide what OpenBLAS does."""


def cases(scratch: Path) -> dict[str, list]:
    """What is run, in an order in which each finds its files."""
    program = scratch / "fashion.sonic"
    one = ["--threads", "1"]
    return {
        START: ["--version"],
        "compile": ["compile", DEMO / "fashion.onnx", "-o", program, *one],
        "run": [
            *("run", program, "--input", DEMO / "calibration.npy", *one),
            *("--output-dir", scratch / "out"),
        ],
        "estimate": ["estimate", program, *one],
    }


def counted(*command) -> int:
    """The instructions of a command."""
    out = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    try:
        ran = run(*out, *command, **ALIKE)
    except BenchError as error:
        raise BenchError(f"{error}\n(valgrind comes with `.ci/setup valgrind`)") from error
    found = re.search(r"Collected : (\d+)", ran.stderr)
    if not found:
        raise BenchError(f"callgrind counted nothing:\n{ran.stderr}")
    return int(found[1])


def find(sonic: Path) -> dict[str, dict[str, int]]:
    """The figures of all cases."""
    figures = {}
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        # Not every valgrind reads the debug information of every compiler.
        stripped = scratch / "sonic"
        subprocess.run(["strip", "-g", "-o", stripped, sonic], check=True)
        for name, command in cases(scratch).items():
            instructions = counted(stripped, *command)
            if name != START:
                instructions -= figures[START]["instructions"]
            peak = run(sonic, *command, **ALIKE).peak
            figures[name] = {"instructions": instructions, "peak": peak}
    return figures


def compare(expected: dict, found: dict) -> bool:
    """Prints every figure, and says whether all are as expected."""
    good = True
    for name, figures in found.items():
        for kind, most in MOST.items():
            wanted = expected.get(name, {}).get(kind)
            if not wanted:
                print(f"FAIL {name} {kind}: {figures[kind]:,}, not in {FIGURES.name}")
                good = False
                continue
            change = figures[kind] / wanted - 1
            right = abs(change) <= most
            print(
                f"{'ok  ' if right else 'FAIL'} {name} {kind}: {figures[kind]:,}, "
                f"{change:+.2%} of at most {most:.0%} either way"
            )
            good = good and right
    return good


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sonic", metavar="SONIC", type=Path)
    parser.add_argument("--bless", action="store_true", help="write what was found, and fail")
    arguments = parser.parse_args()
    try:
        found = find(arguments.sonic.resolve())
        expected = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    except (BenchError, OSError, subprocess.CalledProcessError) as error:
        print(f"guard.py: error: {error}", file=sys.stderr)
        return 1
    good = compare(expected, found)
    if arguments.bless:
        FIGURES.write_text(json.dumps(found, indent=2) + "\n")
        print(f"guard.py: wrote {FIGURES.name}; run again without --bless", file=sys.stderr)
        return 1
    if not good:
        print("guard.py: if it is meant to be so: make guard BLESS=--bless", file=sys.stderr)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
