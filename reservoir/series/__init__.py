"""Series of every container, read, checked and returned in it: arrays, lists, tables, gaps, columns of times."""
