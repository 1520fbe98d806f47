"""Runs a command and writes down what it took: spawn.py RESULT.json COMMAND...

Run with `python -S -E`, in a process of its own that is small and stays so: a process's peak memory
as Linux counts it starts from that of whoever started it.
"""

import json
import os
import sys
import time

start = time.monotonic()
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, usage = os.wait4(child, 0)
seconds = time.monotonic() - start
with open(sys.argv[1], "w") as file:
    json.dump(
        {
            "status": os.waitstatus_to_exitcode(status),
            "seconds": seconds,
            "processor": usage.ru_utime + usage.ru_stime,
            "peak": usage.ru_maxrss * 1024,
        },
        file,
    )
