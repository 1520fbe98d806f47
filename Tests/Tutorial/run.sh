#!/usr/bin/env bash
# Types the commands of the tutorial's transcripts again, in order, and fails where something else
# comes out than is shown: `run.sh SONIC [--bless]`; --bless shows what comes out instead.
#
# Training needs PyTorch and is left out: what it makes is committed beside the transcripts.
set -euo pipefail

sonic=$(realpath "$1")
bless=${2:-}
cd "$(dirname "$0")/../.."
resources=$PWD/Sources/CLI/sonic.docc/Resources

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$sonic" "$work/bin/sonic"
export PATH=$work/bin:$PATH
cp "$resources"/{net.onnx,samples.npy,pictures.npy} "$work"
cd "$work"

# The transcript of the commands of another one: lines that begin with `$ `, and those that they
# continue on.
type_again() {
  local line command
  while IFS= read -r line; do
    [[ $line == '$ '* ]] || continue
    command=${line#'$ '}
    while [[ $command == *\\ ]]; do
      IFS= read -r line
      command+=$'\n'$line
    done
    printf '$ %s\n' "$command"
    bash -euo pipefail -c "$command" </dev/null 2>&1 || echo "exit code $?"
  done <"$1"
}

status=0
for shown in "$resources"/*.console "$resources/schedule.svg"; do
  name=$(basename "$shown")
  # The picture is what the last transcript drew.
  [[ $name == *.svg ]] || type_again "$shown" >"$name"
  if [ "$bless" = --bless ]; then
    cp "$name" "$shown"
  elif diff -u "$shown" "$name"; then
    echo "ok $name"
  else
    status=1
  fi
done
exit $status
