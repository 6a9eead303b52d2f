"""Compiled kernels on disk, as Numba keeps them, but never stale, never mixed up, and without errors on damage.

Numba renews the machine code of a kernel if the file that holds the kernel changes, whatever else the kernel calls; and
a file of its cache that is damaged or cannot be written raises in every process, until somebody finds it.
"""

import hashlib
import os
import pickle
import warnings
from contextlib import contextmanager

from numba.core.caching import FunctionCache, IndexDataCacheFile, NullCache
from numba.core.types import BaseTuple

from readouts.compiling.fingerprint import fingerprint

# Raised on unpickling a class that no longer exists, an argument type of an older version: a file that is old, not
# damaged.
GONE = (AttributeError, ImportError)


class KernelCacheWarning(RuntimeWarning):
    """Compiled kernels could not be read from disk or written to it; they were compiled in memory."""


class KernelCache(NullCache):
    """The cache of one kernel: opened when the kernel is compiled or loaded, skipped with a warning if it fails.

    Parameters
    ----------
    kernel : dispatcher of Numba
        What ``numba.njit`` made of a function.
    """

    def __init__(self, kernel):
        self._kernel = kernel
        self._opened = None

    @property
    def cache_path(self):
        """The folder, or None where nothing is kept."""
        return self._open().cache_path

    def load_overload(self, sig, target_context):
        """Return what was compiled for a signature, or None."""
        self._opened = None  # a global may have changed since the last signature was compiled
        with self._skipped_if_it_fails():
            return self._open().load_overload(sig, target_context)

    def save_overload(self, sig, data):
        """Keep what was compiled for a signature."""
        with self._skipped_if_it_fails():
            self._open().save_overload(sig, data)

    def flush(self):
        """Forget what was compiled."""
        with self._skipped_if_it_fails():
            self._open().flush()

    @contextmanager
    def _skipped_if_it_fails(self):
        try:
            yield
        except Warning:  # filters may turn warnings into errors
            raise
        except Exception as error:  # whatever it is, the kernel can be compiled
            _warn_once(f"The cache of '{self._kernel.py_func.__qualname__}' in '{self._opened.cache_path}'", error)

    def _open(self):
        if self._opened is None:
            self._opened = NullCache()
            function = self._kernel.py_func
            try:
                stamp = fingerprint(self._kernel)
                _name_apart(function, stamp)
                self._opened = _CheckedCache(function, stamp)
            except RuntimeError as error:
                if "no locator" not in str(error):
                    raise
                # Code from an interactive session has no file, and need not be kept.
                if os.path.exists(function.__code__.co_filename):
                    _warn_once(f"The folder of '{function.__code__.co_filename}'", error)
        return self._opened


def _name_apart(function, stamp):
    """Give a function that is defined inside another, or is a lambda, a name that no other function has.

    All functions of one factory share a name. Numba names the files of its cache and the machine code by it, and in
    machine code adds only a number that each process counts for itself. So the products of two processes may have the
    same name, and a kernel that calls both would call one of them twice.
    """
    if "<" in function.__qualname__:
        function.__qualname__ = f"{function.__qualname__.partition('-')[0]}-{stamp[:16]}"


class _CheckedCache(FunctionCache):
    """Numba's own cache with checked files, which also tells apart named tuples whose fields differ in order."""

    def __init__(self, function, stamp):
        super().__init__(function)
        source_stamp = self._impl.locator.get_source_stamp()
        self._cache_file = _CheckedFile(self._cache_path, self._impl.filename_base, source_stamp, stamp)

    def _index_key(self, sig, codegen):
        # Numba adds the code and the closure variables, which the stamp of the files covers. It cannot compare compiled
        # functions among these anyway, because each process pickles them with a random number of its own.
        # To Numba, named tuples of one name and types are the same type, but a compiled field is a mere position.
        fields = tuple(_fields_of(kind) for kind in getattr(sig, "args", sig))
        return sig, codegen.magic_tuple(), fields


class _CheckedFile(IndexDataCacheFile):
    """Numba's index and data files with a stamp, the key and a digest in each data file.

    Processes that write at once may leave an index that names the data of another kernel version or signature, and so
    may a disk that is full after the index. So a data file is loaded only if its own stamp, key and digest are right.
    """

    def __init__(self, cache_path, filename_base, source_stamp, stamp):
        super().__init__(cache_path, filename_base, source_stamp)
        self._stamp = stamp
        # The version is compared before the rest of an index is unpickled, which may name classes that no longer exist.
        self._version = (self._version, stamp)

    def load(self, key):
        content = super().load(key)
        if content is None:
            return None
        try:
            stored_key, data = pickle.loads(content)
        except GONE:
            return None
        return data if stored_key == key else None

    def save(self, key, data):
        try:
            super().save(key, self._dump((key, data)))
        except OSError as error:
            _warn_once(f"'{self._index_path}'", error)

    def _load_index(self):
        try:
            return super()._load_index()
        except GONE:
            return {}
        except Exception as error:  # pickle may raise nearly anything
            _warn_once(f"'{self._index_path}'", error)
            return {}  # the next save then writes the index anew

    def _load_data(self, name):
        try:
            stamp, digest, content = super()._load_data(name)
            if hashlib.sha256(content).digest() != digest:
                raise ValueError("its digest is not that of its content")
        except FileNotFoundError:
            return None
        except Exception as error:
            _warn_once(f"'{self._data_path(name)}'", error)
            return None
        return content if stamp == self._stamp else None

    def _save_data(self, name, data):
        super()._save_data(name, (self._stamp, hashlib.sha256(data).digest(), data))


def _fields_of(kind):
    """Return the names of the fields of a type, and of the types in it, as nested tuples."""
    if not isinstance(kind, BaseTuple):
        return ()
    return getattr(kind, "fields", ()), tuple(_fields_of(inner) for inner in kind)


_warned = False


def _warn_once(place, error):
    """Warn of the first failure of a process only: on a full disk, every kernel has one."""
    global _warned
    if _warned:
        return
    _warned = True
    warnings.warn(
        f"{place} cannot be used to keep compiled kernels ({type(error).__name__}: {error}). They are compiled in "
        "memory, with the same results, but anew in every process. A damaged file is replaced where that is possible. "
        "If this warning comes again, remove the damaged file from the cache, make room on the disk, or let the "
        "environment variable NUMBA_CACHE_DIR name a folder that can be written.",
        KernelCacheWarning,
        stacklevel=2,
    )
