"""Reservoirs as C99: one file for each rule, and the text of the two files that `reservoir.interop.to_c` writes."""
