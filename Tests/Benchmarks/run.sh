#!/usr/bin/env bash
# Measures `sonic` and writes Docs/Performance.md: `run.sh SONIC [bench.py's options]`. Makes its own
# Python environments and fetches the models, all once.
set -euo pipefail

sonic=$(realpath "$1")
shift
cd "$(dirname "$0")/../.."
command -v perf >/dev/null || .ci/setup linux-perf
Tests/environment.sh .venv Oracle
Tests/environment.sh .venv-bench Benchmarks
.venv/bin/python Tests/Benchmarks/bench.py "$sonic" .models "$@"
