"""A user's own equations, from a Python file the user names. The file is run, so it is never run unasked."""

from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path

from crossbearing.outlook.equation import Equation, equations_of
from crossbearing.problems import UsageError, line_in


def own_equations(file: Path) -> dict[str, Equation]:
    """The equations a Python file defines; one with the name of a standard equation replaces it.

    Raises:
        UsageError: The file is not there, does not run, or defines no equation.
    """
    if not file.is_file():
        raise UsageError(f"no file {file}", "", "name a Python file with equations")
    try:
        namespace = runpy.run_path(str(file))
    except UsageError:
        raise
    except Exception as fault:  # the user's code may raise anything
        line = line_in(fault, file)
        raise UsageError(
            f"{file}{line}: the model does not run: {fault}",
            type(fault).__name__,
            "mend the file and run again",
        ) from fault
    found = equations_of(namespace)
    if not found:
        raise UsageError(
            f"{file} defines no equation",
            "equations are functions marked with a decorator",
            "see crossbearing.outlook.equation: @auxiliary, @stock, @initial",
        )
    return {name: replace(equation, called=True) for name, equation in found.items()}
