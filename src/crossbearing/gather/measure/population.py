"""The population a panel is weighted to: joint counts (post-stratification) or margins (raking), from a small CSV."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from crossbearing.problems import BookError, Problem, UsageError
from crossbearing.vocabulary.claim import Position

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Margin = tuple[Ints, Floats]


@dataclass(frozen=True, slots=True)
class Population:
    """Businesses of the population by stratum of the panel.

    Attributes:
        joint: Businesses in each stratum, or None where only margins are known. Shape: (stratum,).
        margins: (category of each stratum, businesses of each category) for each margin.
        left_out: Part of the population whose industry or size the panel does not have at all.
        name: Name of the file, for the method.
    """

    joint: Floats | None
    margins: tuple[Margin, ...]
    left_out: float
    name: str


def read_population(path: Path, strata: Sequence[tuple[str, str]]) -> Population:
    """The population of a CSV with columns industry, size, businesses.

    Rows with industry and size make the joint table; rows with one of them empty are margins.

    Raises:
        UsageError: The file cannot be read, lacks a column or mixes both forms.
        BookError: Rows with unreadable counts, each with its line.
    """
    rows = _rows(path)
    joint = {(i, s): n for i, s, n in rows if i and s}
    industries = {i: n for i, s, n in rows if i and not s}
    sizes = {s: n for i, s, n in rows if s and not i}
    if joint and (industries or sizes):
        raise UsageError(
            f"{path.name} mixes joint rows and margins",
            "",
            "give industry and size in every row, or one of them in each",
        )
    if joint:
        known = np.array([joint.get(stratum, 0.0) for stratum in strata])
        _check_some(path, float(known.sum()))
        return Population(known, (), 1 - float(known.sum()) / sum(joint.values()), path.stem)
    margins = [
        _margin(path, table, [stratum[k] for stratum in strata])
        for k, table in enumerate((industries, sizes))
        if table
    ]
    return Population(None, tuple(m for m, _ in margins), max(left for _, left in margins), path.stem)


def _rows(path: Path) -> list[tuple[str, str, float]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = {"businesses"} - set(reader.fieldnames or ())
            if missing or not {"industry", "size"} & set(reader.fieldnames or ()):
                raise UsageError(
                    f"{path.name} needs the columns industry, size, businesses",
                    f"it has {', '.join(reader.fieldnames or ['none'])}",
                    "name them so",
                )
            read = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError) as why:
        raise UsageError(
            f"cannot read the population {path}",
            str(why),
            "give a CSV with columns industry, size, businesses",
        ) from why
    problems = [p for line, row in read if (p := _fault(path, line, row))]
    if problems:
        raise BookError(problems)
    if not read:
        raise UsageError(f"{path.name} has no rows", "", "give businesses by industry and size")
    return [
        ((row.get("industry") or "").strip(), (row.get("size") or "").strip(), float(row["businesses"]))
        for _, row in read
    ]


def _fault(path: Path, line: int, row: dict[str, str]) -> Problem | None:
    try:
        number = float(row["businesses"] or "")
    except ValueError:
        number = float("nan")
    named = (row.get("industry") or "").strip() or (row.get("size") or "").strip()
    if number >= 0 and np.isfinite(number) and named:
        return None
    what = (
        f"{row['businesses']!r} is no count of businesses"
        if named
        else "a row names neither industry nor size"
    )
    return Problem(
        "XB101",
        Position(str(path), line, 1),
        what,
        "weights come from these counts",
        "write a number of businesses and an industry or size",
    )


def _margin(path: Path, table: dict[str, float], of_stratum: list[str]) -> tuple[Margin, float]:
    names = sorted(set(of_stratum))
    totals = np.array([table.get(name, 0.0) for name in names])
    _check_some(path, float(totals.sum()))
    category = np.array([names.index(name) for name in of_stratum])
    return (category, totals), 1 - float(totals.sum()) / sum(table.values())


def _check_some(path: Path, total: float) -> None:
    if not total > 0:
        raise UsageError(
            f"{path.name} and the table share no industry or size",
            "names are compared as written",
            "use the table's names",
        )
