#!/usr/bin/env bash
# Opens pages that sonic writes in headless Chromium and holds them to its JSON: `run.sh SONIC`. Installs
# Chromium, makes its own Python environment and fetches ResNet-50, each once. Screenshots are left in
# .build/browser.
set -euo pipefail

sonic=$(realpath "$1")
cd "$(dirname "$0")/../.."
.ci/setup chromium
Tests/environment.sh .venv Oracle
Tests/environment.sh .venv-browser Browser
.venv/bin/python Tests/Oracle/prepare.py .models --only light_resnet50 >&2
.venv-browser/bin/python Tests/Browser/check.py "$sonic" .models .build/browser
