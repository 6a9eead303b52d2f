"""Writing a model into a file, whole or not at all."""

import io
import json
import os
import sys
from operator import attrgetter
from pathlib import Path
from shutil import copymode
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import numpy as np
from sklearn.base import BaseEstimator

from reservoir.files.archive import pack
from reservoir.files.trusted_types import SKOPS_TYPES
from reservoir.files.with_skops import import_skops


def save(model: Any, path: str | os.PathLike[str], *, card: str | None = None) -> None:
    """Write a fitted model into a file that `load` reads without running anything of it.

    The file is an archive of skops: arrays in the format of NumPy, and JSON which names the types that they belong to.
    Beside these it holds the versions that wrote it. What could not be read again is refused, and the file is put in
    its place in a single step, so that there is never half a file, and an older one stays if anything fails.

    Parameters
    ----------
    model : estimator, state of a reservoir, or a tuple, list or dict of such
        Fitted or not: anything of this library and of scikit-learn, pipelines of both among them. A state that
        ``run`` returned goes with its reservoir: ``save((reservoir, state), path)``.
    path : str or path
        Its folder must exist. The usual ending is ``.skops``. A link stays, and the file that it
        points to is written.
    card : str or None, default=None
        Markdown that is kept in the file as ``README.md``, such as what `model_card` returns.

    Raises
    ------
    ImportError
        If skops is not installed: ``pip install "liquid-reservoir[skops]"``.
    TypeError
        If the model holds what no file can, such as a lambda, or a function or class defined inside a function. Or the
        tables of a ``SktimeForecaster``, of which its ``forecaster_`` is saved instead, and goes on without it.
    FileNotFoundError
        If the folder does not exist.
    ValueError
        If ``path`` names a device or a pipe.

    Examples
    --------
    >>> import numpy as np, tempfile
    >>> from reservoir import EchoStateReservoir, load, save
    >>> liquid = EchoStateReservoir(20, random_state=0).fit(np.ones((5, 2)))
    >>> with tempfile.TemporaryDirectory() as folder:  # doctest: +SKIP
    ...     save(liquid, f"{folder}/liquid.skops")
    ...     again = load(f"{folder}/liquid.skops")
    >>> np.array_equal(again.transform(np.ones((5, 2))), liquid.transform(np.ones((5, 2))))  # doctest: +SKIP
    True
    """
    target = Path(os.path.realpath(check_path(path)))  # a link stays one, to the new file
    _check_model(model)
    if card is not None and not isinstance(card, str):
        raise TypeError(f"'card' must be Markdown, a str, or None; got {type(card).__name__}.")
    if target.is_dir():
        raise IsADirectoryError(f"'path' must name a file; got the folder {target}.")
    if target.exists() and not target.is_file():  # a device or a pipe, in whose place no file may be put
        raise ValueError(
            f"'path' must name a file; got the device or pipe {target}. Save into a file, and copy it there."
        )
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"'path' must be in a folder that exists; got {target}. Make it: Path(path).parent.mkdir(parents=True)"
        )
    _write(pack(_dump(model), card), target)


def check_path(path: Any) -> Path:
    """Return the parameter 'path' as a Path, or raise TypeError."""
    if not isinstance(path, (str, os.PathLike)) or not str(path) or not isinstance(os.fspath(path), str):
        raise TypeError(f"'path' must be a str or a pathlib.Path that names a file; got {path!r}.")
    return Path(path)


def _check_model(model):
    parts = list(model.values()) if isinstance(model, dict) else model if isinstance(model, tuple | list) else []
    for one in (model, *parts):
        _refuse_tables(one)
    kinds = (BaseEstimator, np.ndarray, tuple, list, dict)
    if not isinstance(model, kinds) and f"{type(model).__module__}.{type(model).__name__}" not in SKOPS_TYPES:
        raise TypeError(
            "'model' must be an estimator, the state of a reservoir, or a tuple, list or dict of such; got "
            f"{type(model).__name__}."
        )


def _refuse_tables(model):
    """Raise TypeError if a model keeps tables of pandas that it goes on from, as sktime's forecasters do."""
    if isinstance(model, BaseEstimator):  # none of sktime's forecasters is one
        return
    if isinstance(getattr(model, "forecaster_", None), BaseEstimator):
        raise TypeError(
            f"'model' must hold no tables, such as those that a {type(model).__name__} goes on from. Save its "
            "forecaster_ instead, which forecasts the same rows by itself: save(model.forecaster_, path), and later "
            "load(path).forecast(n_steps), with context=rows, all of them, if there are rows that it was not fitted to."
        )
    if hasattr(model, "forecasters_"):
        raise TypeError(
            f"'model' must hold no tables, such as that of the forecasters that a {type(model).__name__} fitted to "
            "each of several series. Save theirs instead, which forecast the same rows by themselves: "
            "save([one.forecaster_ for one in model.forecasters_.to_numpy().ravel()], path)"
        )


def _dump(model):
    """Return the bytes that skops makes of a model, and which it can read again."""
    skops = import_skops("reservoir.save")
    try:
        content = skops.dumps(model)
        with ZipFile(io.BytesIO(content)) as archive:
            _refuse_keys_that_change(json.loads(archive.read("schema.json")))
        others = set(skops.get_untrusted_types(data=content)) - set(SKOPS_TYPES)
        for name in others:
            _find(name)
        if not others:  # to make objects of other types may do anything
            skops.loads(content, trusted=list(SKOPS_TYPES))
    except RecursionError as error:
        raise TypeError(
            f"'model' must hold nothing that holds itself; this {type(model).__name__} does. Requests of metadata, of "
            "set_fit_request and the like, do so in recent versions of scikit-learn: leave them out."
        ) from error
    except Exception as error:
        raise TypeError(
            f"'model' must hold nothing but arrays, numbers, texts and objects of types that a module names; a file of "
            f"this {type(model).__name__} could not be read again: {error}. Lambdas, and functions and classes inside "
            "of functions, have no such name."
        ) from error
    return content


def _refuse_keys_that_change(node):
    """Raise ValueError if a schema holds a dict whose keys would not come back: they are written as texts."""
    if isinstance(node, dict) and node.get("__loader__") == "DictNode":
        kinds = [kind["__class__"] for kind in node["key_types"]["content"]]
        if len(kinds) > len(node["content"]) or {"bool", "bool_", "NoneType"} & set(kinds):
            raise ValueError(f"a dict has the keys {list(node['content'])} of types {kinds}, which would be mixed up")
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _refuse_keys_that_change(part)


def _find(name):
    """Raise unless a type, a function or a method of a full name is there."""
    module, _, rest = name.rpartition(".")
    while module and module not in sys.modules:
        module, _, owner = module.rpartition(".")
        rest = f"{owner}.{rest}"
    attrgetter(rest)(sys.modules[module])


def _write(content, target):
    """Put a file in its place once all of it is on disk."""
    part = target.with_name(f".{uuid4().hex}.part")  # short, however long the other name is
    try:
        with open(part, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            copymode(target, part)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)  # nothing is left of it, whatever failed
