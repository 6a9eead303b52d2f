"""Series as they come, told apart, read and given back: tables, lists, masks, gaps, columns of time."""
