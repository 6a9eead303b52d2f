"""Cases judged in processes of their own, with a limit of memory and one of time, past which a process is killed."""

import multiprocessing
import os
import resource
import socket
from collections import deque
from itertools import groupby
from multiprocessing.connection import wait
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

MEMORY = 2 << 30  # bytes, beyond those of the imports
SECONDS = 60.0  # for a case, on a machine that does other things, too
SECONDS_TO_START = 300.0  # for the valid call that comes first: imports, and kernels to compile


class Worker:
    """A process that judges the cases of one callable after another.

    Each group of cases begins with the valid call, whose parameter is None.
    """

    def __init__(self, context, folder, groups, cases=()):
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, folder), daemon=True)
        self._process.start()
        theirs.close()
        self._groups, self.cases, self._case = groups, deque(cases), None
        self.next(SECONDS_TO_START)

    def next(self, seconds=None):
        """Hand over the next case, if there is one."""
        if not self.cases and self._groups:
            self.cases = deque(self._groups.popleft())
        self._case = self.cases.popleft() if self.cases else None
        if self._case is not None:
            limit = SECONDS_TO_START if self._case.parameter is None else SECONDS
            self._deadline = monotonic() + (seconds or limit)
            self.pipe.send(self._case)
        return self._case is not None

    def left(self):
        """Seconds until the deadline."""
        return max(self._deadline - monotonic(), 0.0)

    def answer(self):
        """The case at hand and what the process made of it, perhaps that it is dead; None while it is at work."""
        try:
            if self.pipe.poll():
                return self._case, self.pipe.recv()
        except EOFError:
            return self._case, ("crash", "the process died")
        return None if self.left() else (self._case, ("hang", f"no answer in {SECONDS:g} s"))

    def kill(self):
        """End the process, whatever it does."""
        self._process.kill()
        self._process.join()
        self.pipe.close()


def judge_all(cases, n_workers=1):
    """Yield every case, sorted by callable, with its verdict, a pair of its class and of what was said."""
    context = multiprocessing.get_context("spawn")
    groups, workers = deque(list(group) for _, group in groupby(cases, lambda case: case.name)), []
    with TemporaryDirectory(prefix="fuzz-") as folder:
        try:
            while len(workers) < n_workers and groups:
                workers.append(Worker(context, folder, groups))
            while workers:
                wait([worker.pipe for worker in workers], min(worker.left() for worker in workers))
                for worker in list(workers):
                    answer = worker.answer()
                    if answer is None:
                        continue
                    yield answer
                    lost = answer[1][0] in ("hang", "crash")
                    if lost or not worker.next():
                        worker.kill()
                        workers.remove(worker)
                        if lost and (worker.cases or groups):
                            workers.append(Worker(context, folder, groups, worker.cases))
        finally:
            for worker in workers:
                worker.kill()


def _serve(pipe, folder):
    """Answer every case with its verdict: in a folder where nothing lies, without a network, without words."""
    os.environ |= {"MPLBACKEND": "Agg", "OPENBLAS_NUM_THREADS": "1"}
    socket.socket.connect = _refuse
    import matplotlib.pyplot as plt

    from fuzz.judge import judge

    os.chdir(folder)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    while True:
        pipe.send(tuple(judge(pipe.recv())))
        plt.close("all")


def _refuse(*_):
    raise OSError("there is no network here")
