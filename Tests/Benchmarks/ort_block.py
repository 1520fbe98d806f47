"""Times a model in onnxruntime: ort_block.py MODEL INPUT.npy THREADS REPEATS.

Prints the seconds of each run as JSON; loading and a first run to warm up are not among them.
"""

import json
import sys
import time

import numpy as np
import onnxruntime

model, sample, threads, repeats = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = threads
options.inter_op_num_threads = 1
options.log_severity_level = 3
session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
feed = {session.get_inputs()[0].name: np.load(sample)}
session.run(None, feed)
times = []
for _ in range(repeats):
    start = time.perf_counter()
    session.run(None, feed)
    times.append(time.perf_counter() - start)
print(json.dumps(times))
