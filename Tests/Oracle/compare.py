#!/usr/bin/env python3
"""Compares a folder of .npy files with the expected one.

    compare.py DIR_EXPECTED DIR_GOT [--tolerance 1e-4] [--snr DB]

For each file of DIR_EXPECTED: the largest absolute error over the largest expected magnitude, and
the signal-to-noise ratio in dB. Exit 1 if an error is over the tolerance or a ratio under --snr,
or if a file is missing or has another shape or another kind of type.
"""

import argparse
import math
import sys
from pathlib import Path

import numpy as np


def kind(dtype: np.dtype) -> str:
    """Floats of any width compare with each other, and so do integers; nothing else does."""
    return {"f": "float", "i": "integer", "u": "integer", "b": "bool"}.get(dtype.kind, str(dtype))


def errors(expected: np.ndarray, got: np.ndarray) -> tuple[float, float]:
    """(largest error over largest magnitude, signal-to-noise ratio in dB)."""
    signal, result = expected.astype(np.float64), got.astype(np.float64)
    # Equal infinities, and NaN where NaN is expected, are no error; any other NaN is all wrong.
    same = (signal == result) | (np.isnan(signal) & np.isnan(result))
    with np.errstate(invalid="ignore", over="ignore"):
        difference = np.where(same, 0.0, result - signal)
    if same.all():
        return 0.0, math.inf
    if not np.isfinite(difference).all():
        return math.inf, -math.inf
    finite = signal[np.isfinite(signal)]
    largest = np.abs(finite).max(initial=0.0)
    # Nothing but zero expected: the error stands for itself.
    relative = np.abs(difference).max() / (largest if largest > 0 else 1.0)
    power, noise = np.square(finite).sum(), np.square(difference).sum()
    return float(relative), 10 * math.log10(power / noise) if power > 0 else -math.inf


def judge(expected: Path, got: Path, tolerance: float, snr: float | None) -> tuple[bool, str]:
    """Whether one file is as expected, and a line about it."""
    if not got.exists():
        return False, f"missing: {got}"
    wanted, found = np.load(expected), np.load(got)
    if wanted.shape != found.shape:
        return False, f"shape {list(found.shape)}, expected {list(wanted.shape)}"
    if kind(wanted.dtype) != kind(found.dtype):
        return False, f"type {found.dtype}, expected {wanted.dtype}"
    error, ratio = errors(wanted, found)
    right = error <= tolerance and (snr is None or ratio >= snr)
    return right, f"error {error:.3g} of the largest magnitude, {ratio:.1f} dB"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("expected", metavar="DIR_EXPECTED", type=Path)
    parser.add_argument("got", metavar="DIR_GOT", type=Path)
    parser.add_argument("--tolerance", type=float, default=1e-4)
    parser.add_argument("--snr", metavar="DB", type=float, help="the least ratio that will do")
    arguments = parser.parse_args()

    files = sorted(arguments.expected.glob("*.npy"))
    if not files:
        print(f"compare.py: error: no .npy file in {arguments.expected}", file=sys.stderr)
        return 1
    wrong = 0
    for file in files:
        try:
            right, line = judge(file, arguments.got / file.name, arguments.tolerance, arguments.snr)
        except (OSError, ValueError) as error:
            right, line = False, str(error)
        wrong += not right
        print(f"{'ok  ' if right else 'FAIL'} {file.stem}: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
