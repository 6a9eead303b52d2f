"""Speed and memory of this library beside other libraries, measured in one run.

``python -m benchmarks`` runs all cases and writes a table as Markdown and as JSON; ``python -m benchmarks --help`` tells
the rest. A case is a module of `benchmarks.cases` that yields comparisons. What is missing among the libraries to
compare with (``pip install -e ".[bench]"`` has most of them) is named in the table, with how to install it.

Comparisons of accuracy on data sets are programs of their own, which take minutes and need extras of their own:
``python -m benchmarks.classify``, ``.forecast_real``, ``.anomaly`` and ``.anomaly_window``; and ``.rls_long``, which
follows a drifting target through a million rows. Each docstring says more.
"""
