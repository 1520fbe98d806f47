"""Runs SCALE-Sim on DIR/topology.csv and prints, as JSON, how long: scale_sim.py DIR.

Its machine is the example that SCALE-Sim ships: 32 x 32, output stationary, no traces written.
"""

import contextlib
import importlib.metadata
import io
import json
import os
import sys
import time

from scalesim.scale_sim import scalesim

CONFIGURATION = """
[general]
run_name = benchmark

[architecture_presets]
ArrayHeight = 32
ArrayWidth = 32
IfmapSramSzkB = 64
FilterSramSzkB = 64
OfmapSramSzkB = 64
IfmapOffset = 0
FilterOffset = 10000000
OfmapOffset = 20000000
Bandwidth = 10
Dataflow = os
ReadRequestBuffer = 32
WriteRequestBuffer = 32

[layout]
IfmapCustomLayout = False
IfmapSRAMBankBandwidth = 100
IfmapSRAMBankNum = 10
IfmapSRAMBankPort = 2
FilterCustomLayout = False
FilterSRAMBankBandwidth = 100
FilterSRAMBankNum = 10
FilterSRAMBankPort = 2

[sparsity]
SparsitySupport = false

[run_presets]
InterfaceBandwidth = CALC
UseRamulatorTrace = False
"""

os.chdir(sys.argv[1])
with open("scale.cfg", "w") as file:
    file.write(CONFIGURATION)
with open("layout.csv", "w") as file:
    file.write("Layer,\n")
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    simulator = scalesim(
        save_disk_space=True,
        verbose=False,
        config="scale.cfg",
        topology="topology.csv",
        layout="layout.csv",
    )
    start = time.perf_counter()
    simulator.run_scale(top_path="out")
    seconds = time.perf_counter() - start
print(json.dumps({"seconds": seconds, "version": importlib.metadata.version("scalesim")}))
