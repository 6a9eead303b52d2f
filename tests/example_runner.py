"""Runs the programs whose paths come in by standard input, in one process: importing everything takes seconds."""

import os
import runpy
import sys
import traceback
from contextlib import redirect_stderr, redirect_stdout

import matplotlib.pyplot as plt


def run(path, folder):
    """Run a program in a folder, with what it prints in files there, and return whether it ended well."""
    os.chdir(folder)
    with (
        open("stdout.txt", "w") as out,
        open("stderr.txt", "w") as errors,
        redirect_stdout(out),
        redirect_stderr(errors),
    ):
        try:
            runpy.run_path(path, run_name="__main__")
        except SystemExit as end:
            return not end.code
        except BaseException:
            traceback.print_exc()
            return False
        finally:
            plt.close("all")
    return True


if __name__ == "__main__":
    for line in sys.stdin:
        print("well" if run(*line.rstrip("\n").split("\t")) else "badly", flush=True)
