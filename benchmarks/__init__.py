"""Speed and memory of this library beside other libraries, measured in one run.

``python -m benchmarks`` runs all cases and writes a table as Markdown and JSON; ``--help`` tells the rest. A case is a
module of `benchmarks.cases` that yields comparisons. A library that is not installed is named in the table, with how to
install it; ``pip install -e ".[bench]"`` has all of them.

Comparisons of accuracy on data sets are programs of their own, which take minutes and most of which need an extra:
``python -m benchmarks.classify``, ``.forecast_real``, ``.anomaly``, ``.anomaly_window``, and ``.rls_long``, which
follows a target through a million rows. The docstring of each says more.
"""
