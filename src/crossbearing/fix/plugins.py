"""Observation operators that do not ship with the program: from a Python file the user names, or from installed packages.

A file is run, so it is never run unasked. Both register operators with `crossbearing.fix.observe.observes`.
"""

from __future__ import annotations

import runpy
import sys
from collections.abc import Callable
from pathlib import Path

from crossbearing.fix.observe import OPERATORS, operators
from crossbearing.problems import UsageError, line_in

ENTRY_POINT = "crossbearing.operators"


def own_operators(file: Path) -> tuple[str, ...]:
    """Runs a Python file that registers operators, and gives the metrics they read.

    Raises:
        UsageError: The file is not there, does not run, or registers no operator.
    """
    if not file.is_file():
        raise UsageError(f"no file {file}", "", "name a Python file with observation operators")
    operators()  # the shipped ones first, so that the file's replace them
    before = dict(OPERATORS)
    _run(lambda: runpy.run_path(str(file)), f"{file}", file)
    found = tuple(sorted(m for m, o in OPERATORS.items() if before.get(m) is not o))
    if not found:
        raise UsageError(
            f"{file} registers no operator",
            "operators are functions marked with @observes(metric)",
            "see docs/how-to/operators.md",
        )
    return found


def installed_operators() -> None:
    """Loads the operators of installed distributions, by entry point; each names a module or a function to call.

    Raises:
        UsageError: An entry point cannot be loaded.
    """
    if not _declared():
        return
    from importlib.metadata import entry_points

    for point in entry_points(group=ENTRY_POINT):

        def load(point: object = point) -> None:
            found = point.load()  # type: ignore[attr-defined]
            if callable(found):
                found()

        _run(load, f"the operators {point.name} of {point.value}", None)


def _run(code: Callable[[], object], what: str, file: Path | None) -> None:
    try:
        code()
    except UsageError:
        raise
    except Exception as fault:  # the user's code may raise anything
        line = line_in(fault, file) if file else ""
        raise UsageError(
            f"{what}{line}: the operators do not load: {fault}",
            type(fault).__name__,
            "mend the file and run again" if file else "remove or mend its package",
        ) from fault


def _declared() -> bool:
    """Whether any installed distribution names the entry point; reading the files is quicker than importing metadata."""
    declarations = (
        path for folder in sys.path for path in Path(folder or ".").glob("*-info/entry_points.txt")
    )
    return any(ENTRY_POINT in path.read_text(encoding="utf-8", errors="replace") for path in declarations)
