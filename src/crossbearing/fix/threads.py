"""One thread for batched small matrices: a thread pool costs more than it gives there, and results stay the same bytes."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

_NAMES = ("scipy_openblas_{}_num_threads64_", "openblas_{}_num_threads64_", "openblas_{}_num_threads")


@contextmanager
def single_threaded() -> Iterator[None]:
    """Runs the body with OpenBLAS on one thread where NumPy brought its own OpenBLAS; elsewhere changes nothing."""
    found = _controls()
    if found is None:
        yield
        return
    get, put = found
    before = int(get())
    put(1)
    try:
        yield
    finally:
        put(before)


@cache
def _controls() -> tuple[Any, Any] | None:
    """The library's own functions that read and set its number of threads."""
    import numpy as np

    folder = Path(np.__file__).parent.parent / "numpy.libs"
    for path in sorted(folder.glob("*openblas*")) if folder.is_dir() else []:
        with suppress(OSError):
            library = ctypes.CDLL(str(path))
            for name in _NAMES:
                with suppress(AttributeError):
                    return getattr(library, name.format("get")), getattr(library, name.format("set"))
    return None


def workers() -> int:
    """How many threads share the draws of a fit: $CROSSBEARING_THREADS, else one a processor. Results do not depend on it."""
    named = os.environ.get("CROSSBEARING_THREADS", "")
    return max(1, int(named)) if named.isdigit() else os.cpu_count() or 1
