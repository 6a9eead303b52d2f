"""What a reservoir remembers of its input, as it was and transformed."""

from reservoir.diagnostics.memory.linear_memory import MemoryFunction, memory_capacity, memory_function
from reservoir.diagnostics.memory.nonlinear_map import NonlinearMemoryMap, nonlinear_memory_map
from reservoir.diagnostics.memory.processing_capacity import ProcessingCapacity, information_processing_capacity

__all__ = [
    "MemoryFunction",
    "NonlinearMemoryMap",
    "ProcessingCapacity",
    "information_processing_capacity",
    "memory_capacity",
    "memory_function",
    "nonlinear_memory_map",
]
