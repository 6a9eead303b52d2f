"""How many threads libraries take, which most of them read from the environment once, when they are first imported."""

import os

VARIABLES = (
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "OMP_NUM_THREADS",  # torch and the C++ libraries, too
    "NUMBA_NUM_THREADS",
    "NPROC",  # JAX
)


def limit_threads(number: int) -> None:
    """Let each library take so many threads, in this process and those that it starts, but for what is told others."""
    os.environ.update(dict.fromkeys(VARIABLES, str(number)))
    if number == 1:
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
