"""What is printed while something takes long, if ``verbose`` asks for it: one line after the other, all of one form."""

from collections.abc import Callable


class Progress:
    """Prints lines that begin with the name of what is at work, at once; or nothing.

    Parameters
    ----------
    who : str
        Name of the class or function that does the work.
    verbose : bool

    Examples
    --------
    >>> from reservoir.checks.progress import Progress
    >>> Progress("Forecaster", True).say("readout fitted")
    [Forecaster] readout fitted
    >>> Progress("Forecaster", False).say("readout fitted")
    >>> add = Progress("Forecaster", True).counting("steps", 2000)
    >>> for _ in range(4):
    ...     add(150)
    [Forecaster] 300 of 2,000 steps
    [Forecaster] 450 of 2,000 steps
    [Forecaster] 600 of 2,000 steps
    """

    def __init__(self, who: str, verbose: bool) -> None:
        self._who, self._verbose = who, verbose

    def say(self, text: str) -> None:
        """Print a line."""
        if self._verbose:
            print(f"[{self._who}] {text}", flush=True)

    def counting(self, what: str, n_all: int) -> Callable[[int], None]:
        """Return what is told how many more are done, and prints a line whenever a further tenth of all is."""
        n_done = 0

        def add(n_more: int) -> None:
            nonlocal n_done
            before, n_done = n_done, n_done + n_more
            if n_done * 10 // n_all > before * 10 // n_all:
                self.say(f"{n_done:,} of {n_all:,} {what}")

        return add
