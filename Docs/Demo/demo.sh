#!/usr/bin/env bash
# Compiles the pruned Fashion-MNIST network beside this file, runs it on the labelled pictures, and
# says what came out: `demo.sh SONIC`.
set -euo pipefail

sonic=$(realpath "$1")
cd "$(dirname "$0")"
mkdir -p out

echo "== compile: ONNX in, one SONIC program out"
"$sonic" compile fashion.onnx -o out/fashion.sonic --calibrate calibration.npy

echo
echo "== accuracy on 1,500 labelled pictures: the model, its clustered weights, the accelerator"
"$sonic" accuracy fashion.onnx --images images.npy --labels labels.npy --calibrate calibration.npy

echo
echo "== run: time and energy"
"$sonic" run out/fashion.sonic --input images.npy --output-dir out \
  --report out/report.json --report-html out/report.html --trace out/trace.json

echo
echo "== inspect: the schedule"
"$sonic" inspect out/fashion.sonic | tee out/schedule.txt
"$sonic" disassemble out/fashion.sonic -o out/fashion.s

echo
echo "Reports lie in $PWD/out:"
echo "  report.html   all of it to look at, in a browser: schedule, network, energy, weights"
echo "  report.json   every figure above, exactly"
echo "  trace.json    the timeline of every VDU, DMA and ECU: open it in ui.perfetto.dev"
echo "  schedule.txt  layers, tiles and utilization"
echo "  fashion.s     the program as text"
