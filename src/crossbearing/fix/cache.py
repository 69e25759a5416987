"""Fits kept by content, so that the same claims are fitted once. Losing the cache, or having none, changes no result."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from crossbearing import __version__
from crossbearing.fix.compiled import Compiled
from crossbearing.fix.infer import Posterior, infer
from crossbearing.fix.model import Model

Arrays = dict[str, npt.NDArray[np.float64]]

UNREADABLE = (OSError, EOFError, ValueError, KeyError, BadZipFile)
LARGEST_BYTES = 300_000_000
_ARRAYS = ("window", "scalars", "theta", "weights", "score", "predicted", "outlier")
_NUMBERS = ("khat", "ess", "tail_ess", "log_evidence", "groups", "attempts")


def cache_folder() -> Path | None:
    """Where fits are kept: $CROSSBEARING_CACHE, else the user's cache folder; None if the variable is set to nothing."""
    named = os.environ.get("CROSSBEARING_CACHE")
    if named is not None:
        return Path(named) if named else None
    base = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    return Path(base) / "crossbearing" / "fits"


def key_of(model: Model, seed: int) -> str:
    """SHA-256 over everything the fit depends on."""
    text = f"{_engine()} {np.__version__} {seed} {model!r}"
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _engine() -> str:
    """Digest of the code of this stage: a fit made by other code is never taken for one of this."""
    digest = hashlib.sha256(__version__.encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def fitted(model: Model, seed: int) -> Posterior:
    """The posterior of a model, from the cache where it is there."""
    folder = cache_folder()
    path = folder / f"{key_of(model, seed)}.npz" if folder else None
    if path is not None and path.is_file():
        with suppress(*UNREADABLE):
            return _read(path, model)
    posterior = infer(model, seed)
    if path is not None:
        with suppress(OSError):
            _write(path, posterior)
    return posterior


def remembered(parts: Sequence[str | npt.NDArray[np.float64]], make: Callable[[], Arrays]) -> Arrays:
    """Arrays that follow from some texts and arrays alone, made once.

    Args:
        parts: Everything they depend on, besides the code.
        make: Makes them, by name.
    """
    digest = hashlib.sha256(f"{_engine()} {np.__version__}".encode())
    for part in parts:
        digest.update(
            b"\0" + (part.encode() if isinstance(part, str) else np.ascontiguousarray(part).tobytes())
        )
    folder = cache_folder()
    path = folder / f"{digest.hexdigest()}.npz" if folder else None
    if path is not None and path.is_file():
        with suppress(*UNREADABLE), np.load(path, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    made = make()
    if path is not None:
        with suppress(OSError):
            _store(path, made)
    return made


def _read(path: Path, model: Model) -> Posterior:
    with np.load(path, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in _ARRAYS}
        numbers = dict(zip(_NUMBERS, stored["numbers"], strict=True))
        paths = tuple(stored[f"path{i}"] for i in range(len(model.paths)))
    if any(np.isnan(a).any() for a in (arrays["weights"], *paths)):
        raise ValueError("a stored fit holds what is no number")
    return Posterior(
        compiled=Compiled(model),
        paths=paths,
        khat=float(numbers["khat"]),
        ess=float(numbers["ess"]),
        tail_ess=float(numbers["tail_ess"]),
        log_evidence=float(numbers["log_evidence"]),
        groups=int(numbers["groups"]),
        attempts=int(numbers["attempts"]),
        **arrays,
    )


def _write(path: Path, posterior: Posterior) -> None:
    stored: Arrays = {name: getattr(posterior, name) for name in _ARRAYS}
    stored.update({f"path{i}": x for i, x in enumerate(posterior.paths)})
    stored["numbers"] = np.array([getattr(posterior, name) for name in _NUMBERS], dtype=np.float64)
    _store(path, stored)


def _store(path: Path, stored: Arrays) -> None:
    """Write atomically: a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as out:
            np.savez(out, allow_pickle=False, **stored)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    _evict(path.parent)


def _evict(folder: Path) -> None:
    """Remove the oldest fits beyond the size allowed."""
    files = sorted(folder.glob("*.npz"), key=lambda f: f.stat().st_mtime, reverse=True)
    total = 0
    for file in files:
        total += file.stat().st_size
        if total > LARGEST_BYTES:
            file.unlink(missing_ok=True)
