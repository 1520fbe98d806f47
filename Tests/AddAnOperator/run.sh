#!/usr/bin/env bash
# Does what Docs/AddAnOperator.md says, in a copy of the package. Makes its own Python environment and
# fetches ONNX's conformance cases, both once.
set -euo pipefail

cd "$(dirname "$0")/../.."
Tests/environment.sh .venv Oracle
.venv/bin/python Tests/Oracle/fetch.py .models --only conformance >&2
.venv/bin/python Tests/AddAnOperator/add.py
