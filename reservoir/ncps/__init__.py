"""Parameters and settings of cells of the library ncps, read without importing it."""
