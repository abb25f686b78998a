"""How `jchain-bench` talks to a peer: `python SCRIPT REQUEST ANSWER`, two JSON
files. The request says which method, on what, how often ("repetitions") and for
how many seconds; the answer holds the samples in seconds ("seconds"). Matrices go
through files of raw doubles, row by row, that the request names. A script that
can't do it ends with an error, whose last line becomes the note of a skipped row.

Peers run on one thread, like the contestants they are held against: jchain-bench
sets OPENBLAS_NUM_THREADS and OMP_NUM_THREADS.
"""

import array
import contextlib
import ctypes
import json
import os
import signal
import sys
import time


@contextlib.contextmanager
def one_core():
    """For libraries that make a thread for each core they see. Afterwards the system
    may move the process to a core that is free, as it does with ours.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    yield
    for thread in os.listdir("/proc/self/task"):
        os.sched_setaffinity(int(thread), cores)


def end_with_parent():
    """A run that is killed must not leave a peer behind that goes on computing."""
    if sys.platform == "linux":
        parent_death_signal = 1
        ctypes.CDLL(None).prctl(parent_death_signal, signal.SIGKILL)


def serve(handler):
    end_with_parent()
    with open(sys.argv[1]) as file:
        request = json.load(file)
    answer = handler(request)
    with open(sys.argv[2], "w") as file:
        json.dump(answer, file)


def read_doubles(path):
    doubles = array.array("d")
    with open(path, "rb") as file:
        doubles.frombytes(file.read())
    return doubles


def write_doubles(path, matrix):
    """A matrix of numpy, row by row."""
    with open(path, "wb") as file:
        file.write(matrix.astype("<f8").tobytes("C"))


def timed(body, request):
    """Samples of one call each, at least one after a warm-up."""
    body()
    samples = []
    while not samples or (
        sum(samples) < request["seconds"] and len(samples) < request["repetitions"]
    ):
        start = time.perf_counter()
        body()
        samples.append(time.perf_counter() - start)
    return samples
