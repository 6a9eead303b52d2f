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


def limit_to_one_thread() -> None:
    """Let each library take one thread, in this process and those that it starts, unless its ``n_jobs`` says more."""
    os.environ.update(dict.fromkeys(VARIABLES, "1"))
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
