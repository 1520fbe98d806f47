#!/usr/bin/env python3
"""Writes broken and odd ONNX files, and inputs for those that get as far as running.

    make.py DIR

NAME.onnx for each case, NAME.0.npy and so on for its inputs, and what lies beside it. The cases are
in files.py (protobuf), graphs.py, tensors.py, operators.py and bodies.py (branches, loops,
functions).
"""

import argparse
from pathlib import Path

import bodies  # noqa: F401
import files  # noqa: F401
import graphs  # noqa: F401
import operators  # noqa: F401
import tensors  # noqa: F401
from cases import CASES


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", metavar="DIR", type=Path)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for case in CASES.values():
        case.write(arguments.folder)
    print(f"make.py: {len(CASES)} cases in {arguments.folder}")


if __name__ == "__main__":
    main()
