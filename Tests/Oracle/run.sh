#!/usr/bin/env bash
# Holds `sonic` to onnxruntime on real models and on sparse initializers, and to its choice of dataflow
# on each layer of those models: `run.sh SONIC [NAME,NAME...]`. Makes its own Python environment and
# fetches the models, both once.
set -euo pipefail

sonic=$(realpath "$1")
only=${2:-}
cd "$(dirname "$0")/../.."
Tests/environment.sh .venv Oracle
.venv/bin/python Tests/Oracle/prepare.py .models ${only:+--only "$only"} >&2
.venv/bin/python Tests/Oracle/check.py "$sonic" .models ${only:+--only "$only"}
.venv/bin/python Tests/Oracle/sparse.py "$sonic"
.venv/bin/python Tests/Oracle/dataflow.py "$sonic" .models ${only:+--only "$only"}
