#!/usr/bin/env python3
"""Measures `sonic`, and writes the page of what was measured.

    bench.py SONIC DIR [--only NAME,...] [--section NAME,...] [--pairs N] [--fresh]

    DIR/                      models, as Tests/Oracle/prepare.py lays them out
    DIR/bench/results.json    every figure that was measured, kept until it is measured again
    Docs/Performance.md       the page, from all of them
    Docs/Performance/         its tables as CSV, its plots as SVG

Part of it can be measured again: sections by --section, networks by --only. The page always shows
all that there is, and says of each section from which commit and hour it comes. --render measures
nothing.
"""

import argparse
import datetime
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import clustering
import compiling
import estimating
import executing
import limits
import loading
import page
import profiling
import scaling
from measure import BenchError
from networks import NETWORKS, Models

REPOSITORY = Path(__file__).resolve().parent.parent.parent

SECTIONS = {
    "limits": limits.measure,
    "execute": executing.measure,
    "estimate": estimating.measure,
    "compile": compiling.measure,
    "cluster": clustering.measure,
    "load": loading.measure,
    "scale": scaling.measure,
    "profile": profiling.measure,
}


@dataclass
class Bench:
    """What the sections need, and where they put what they find."""

    sonic: Path
    models: Models
    only: list[str]
    pairs: int
    other_python: Path
    """Of the environment with scikit-learn, SCALE-Sim and matplotlib."""
    results: dict
    path: Path

    def wants(self, name: str) -> bool:
        """Whether a network is to be measured."""
        return not self.only or name in self.only

    def put(self, section: str, row: str, **figures) -> None:
        """Keeps a row, and writes all of them down, so that a later failure loses nothing."""
        stamp = {
            "commit": git("describe", "--always", "--dirty=+", "--exclude=*"),
            "hour": datetime.datetime.now().strftime("%Y-%m-%d %H:00"),
            "load": round(os.getloadavg()[0], 1),
        }
        self.results.setdefault(section, {})[row] = figures | {"measured": stamp}
        self.path.write_text(json.dumps(self.results, indent=1) + "\n")
        shown = ", ".join(f"{key} {brief(value)}" for key, value in figures.items())
        print(f"{section}: {row}: {shown}", file=sys.stderr, flush=True)


def brief(value) -> str:
    """A figure for the log."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def git(*arguments: str) -> str:
    """What git says of this repository; nothing where there is none."""
    command = ["git", "-C", str(REPOSITORY), *arguments]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


def listed(text: str | None, known) -> list[str]:
    """Names from the command line."""
    names = text.split(",") if text else []
    for name in names:
        if name not in known:
            raise BenchError(f"nothing is called '{name}'; there are: {', '.join(known)}")
    return names


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sonic", metavar="SONIC", type=Path)
    parser.add_argument("folder", metavar="DIR", type=Path)
    parser.add_argument("--only", metavar="NAME,...", help=f"networks: {', '.join(NETWORKS)}")
    parser.add_argument("--section", metavar="NAME,...", help=f"sections: {', '.join(SECTIONS)}")
    parser.add_argument("--pairs", type=int, default=5, help="blocks of each side in a comparison")
    parser.add_argument("--fresh", action="store_true", help="forget what was measured before")
    parser.add_argument("--render", action="store_true", help="only write the page again")
    parser.add_argument(
        "--other-python",
        type=Path,
        default=REPOSITORY / ".venv-bench/bin/python",
        help="a Python that has scikit-learn, SCALE-Sim and matplotlib",
    )
    arguments = parser.parse_args()
    failed = 0
    try:
        only = listed(arguments.only, NETWORKS)
        sections = [] if arguments.render else listed(arguments.section, SECTIONS) or SECTIONS
        models = Models(arguments.folder)
        path = models.own / "results.json"
        kept = path.exists() and not arguments.fresh
        bench = Bench(
            arguments.sonic.resolve(),
            models,
            only,
            arguments.pairs,
            arguments.other_python.absolute(),
            json.loads(path.read_text()) if kept else {},
            path,
        )
        for section in sections:
            try:
                SECTIONS[section](bench)
            except BenchError as error:
                failed += 1
                print(f"bench.py: error: {section}: {error}", file=sys.stderr, flush=True)
        page.write(bench, REPOSITORY / "Docs")
    except (BenchError, OSError) as error:
        print(f"bench.py: error: {error}", file=sys.stderr)
        return 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
