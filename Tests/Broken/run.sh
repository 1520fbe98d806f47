#!/usr/bin/env bash
# Holds `sonic` to what it says of broken models: `run.sh SONIC [check.py's options]`. Makes its own
# Python environment, once.
set -euo pipefail

sonic=$(realpath "$1")
shift
cd "$(dirname "$0")/../.."
Tests/environment.sh .venv Oracle
.venv/bin/python Tests/Broken/check.py "$sonic" "$@"
