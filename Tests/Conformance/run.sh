#!/usr/bin/env bash
# Runs ONNX's conformance cases: `run.sh SONIC [conformance.py's options]`. Makes its own Python
# environment and fetches the cases, both once.
set -euo pipefail

sonic=$(realpath "$1")
shift
cd "$(dirname "$0")/../.."
Tests/environment.sh .venv Oracle
.venv/bin/python Tests/Oracle/fetch.py .models --only conformance >&2
.venv/bin/python Tests/Conformance/conformance.py "$sonic" .models "$@"
