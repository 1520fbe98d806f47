#!/usr/bin/env bash
# Measures `sonic` and writes Docs/Performance.md: `run.sh SONIC [bench.py's options]`. Makes its own
# Python environments and fetches the models, all once.
set -euo pipefail

sonic=$(realpath "$1")
shift
cd "$(dirname "$0")/../.."
for environment in .venv=Oracle .venv-bench=Benchmarks; do
  folder=${environment%=*}
  [ -x "$folder/bin/python" ] || python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check \
    -r "Tests/${environment#*=}/requirements.txt"
done
.venv/bin/python Tests/Benchmarks/bench.py "$sonic" .models "$@"
