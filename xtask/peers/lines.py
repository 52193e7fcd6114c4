"""How a peer talks with the benchmark: one JSON object a line, requests on stdin, answers on stdout.

What is set up once comes as one JSON argument. An answer has the seconds of the clock (`wall`) and of the processor
(`cpu`) and how much was done (`amount`), or an `error`.
"""

import json
import os
import sys
import time


def setup():
    """What the benchmark wants of this peer."""
    return json.loads(sys.argv[1])


def measured(work):
    """The answer about one call of `work`, which returns how much it did."""
    cpu, wall = time.process_time(), time.perf_counter()
    amount = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"wall": wall, "cpu": cpu, "amount": amount}


def serve(answer):
    """Gives `answer()` for each line of stdin, until it ends."""
    # What a library prints must not get between the answers.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for _ in sys.stdin:
        try:
            found = answer()
        except Exception as error:  # The benchmark goes on without this peer and says why.
            found = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(found), file=out, flush=True)
