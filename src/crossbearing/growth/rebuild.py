"""Rebuild the parameters of the growth prior from a panel: `python -m crossbearing.growth.rebuild DATA_DIR`.

DATA_DIR holds a file `*_series.csv` with the columns company, t (month, counted year * 12 + month - 1) and y (revenue).
The same data give the same bytes. Nothing of a company is stored but what the parameters say of all of them.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

from crossbearing.growth.fit import HORIZONS, Panel, fit
from crossbearing.growth.parameters import Parameters
from crossbearing.problems import UsageError

TARGET = Path(__file__).with_name("parameters.json")
NOTICE = (
    "Estimated from ARR129, the monthly revenue panel published with SiRE (Simulation-informed Revenue Extrapolation) "
    "under the MIT licence, Copyright (C) 2022 eqtgroup.com Ltd; see ARR129-LICENSE.txt beside this file."
)


def read_panel(folder: Path) -> Panel:
    """Log revenue of each company, month by month.

    Raises:
        UsageError: There is not exactly one such file, or a company has a gap, a repetition or no revenue in a month.
    """
    files = sorted(folder.glob("*_series.csv"))
    if len(files) != 1:
        raise UsageError(
            f"{folder} holds {len(files)} files *_series.csv", "the panel is one file", "name its folder"
        )
    rows: dict[str, list[tuple[int, float]]] = defaultdict(list)
    with files[0].open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            rows[row["company"]].append((int(row["t"]), float(row["y"])))
    panel = {}
    for company, months in rows.items():
        months.sort()
        first = months[0][0]
        if [m for m, _ in months] != list(range(first, first + len(months))) or min(
            y for _, y in months
        ) <= 0:
            raise UsageError(f"{files[0].name}: {company} has a gap, a repetition or no revenue in a month")
        panel[company] = np.log([y for _, y in months])
    return panel


def as_text(parameters: Parameters, companies: int) -> str:
    """The file shipped with the package."""
    stored = {
        "notice": NOTICE,
        "companies": companies,
        "horizons": HORIZONS,
        "parameters": parameters.as_json(),
    }
    return json.dumps(stored, indent=2) + "\n"


def main(arguments: list[str]) -> None:
    """Fit and write."""
    if len(arguments) != 1:
        raise UsageError("one folder is needed", "", "python -m crossbearing.growth.rebuild DATA_DIR")
    panel = read_panel(Path(arguments[0]))
    parameters = fit(panel, _say)
    TARGET.write_text(as_text(parameters, len(panel)), encoding="utf-8")
    _say(f"wrote {TARGET}")


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
