#!/usr/bin/env bash
# Makes a Python environment in a folder for the tools of Tests/NAME, once: `environment.sh FOLDER NAME`.
set -euo pipefail

cd "$(dirname "$0")/.."
if ! [ -x "$1/bin/python" ]; then
  python3 -c 'import ensurepip, venv' 2>/dev/null || .ci/setup python3-venv
  python3 -m venv "$1"
fi
"$1/bin/pip" install --quiet --disable-pip-version-check -r "Tests/$2/requirements.txt"
