"""Scenarios against the base as one table: a line each, the error of every difference beside it."""

from __future__ import annotations

from collections.abc import Sequence

from crossbearing.outlook.answers import CompanyOutlook, Difference, ScenarioAnswer
from crossbearing.outlook.sweep import SweepRow
from crossbearing.publish.outlook.short import A_YEAR, FULL
from crossbearing.vocabulary.words import say

COLUMNS = {
    "gross_run_rate": "sales a year, gross",
    "operating_margin": "operating margin",
    "power_online": "power online",
    "cash_need": "cash need",
    "valuation": "value",
}
SAME = "·"
ERRORS = 2  # standard errors either side: what is within them is no change
SMALL = 1e-3
GAP = "  "


def scenario_lines(company: CompanyOutlook) -> list[str]:
    """The scenarios of a company: base as it is, each scenario as a mean change with twice its Monte Carlo error."""
    if not company.scenarios:
        return []
    first = {d.name: d for d in company.scenarios[0].differences}
    names = [n for n in COLUMNS if n in first]
    days = ", ".join(f"{COLUMNS[n]} {first[n].at:%b %Y}" for n in names)
    table = [["", *(COLUMNS[n] for n in names)]]
    table.append(["base, median", *(say(first[n].base, first[n].unit) for n in names)])
    table += [[s.name, *_changes(company, s, names)] for s in company.scenarios]
    head = "  Scenarios: mean change against the base on the same draws, ± two Monte Carlo errors"
    lines = [head, f"    at {days}; {SAME} is no change", *columns(table, "    ")]
    lines += [f"    {s.name}: {s.label}" for s in company.scenarios]
    return [*lines, *_held(company)]


def change(found: Difference | None, scale: float = 0.0) -> str:
    """A mean change with its error in words; a dot where there is none beyond the error.

    Args:
        found: The difference; None where it is not computable.
        scale: A size in its unit; a change below a thousandth of it is none.
    """
    if found is None:
        return "–"
    error = ERRORS * found.error
    if abs(found.mean) <= max(error, SMALL * max(abs(found.base), abs(found.scenario), scale)):
        return SAME
    sign = "+" if found.mean > 0 else "−"
    if found.unit == "ratio":
        points = say(100 * error, "pp", 1).removesuffix(" pp")
        return f"{sign}{say(abs(100 * found.mean), 'pp', 2)} ±{points}"
    unit = found.unit.removesuffix("/yr")
    return f"{sign}{say(abs(found.mean), unit, 2)} ±{say(error, unit, 1)}"


def _changes(company: CompanyOutlook, scenario: ScenarioAnswer, names: Sequence[str]) -> list[str]:
    found = {d.name: d for d in scenario.differences}
    scales = {n: abs(company.fans[n].points[-1].p95) if n in company.fans else 0.0 for n in names}
    return [change(found.get(n), scales[n]) for n in names]


def _held(company: CompanyOutlook) -> list[str]:
    """Why a shock to demand may move nothing."""
    names = [n for n in COLUMNS if n in company.fans]
    still = [s.name for s in company.scenarios if set(_changes(company, s, names)) <= {SAME, "–"}]
    load, asked, served = (company.fans.get(n) for n in ("load", "demand_sales", "capacity_sales"))
    if not still or load is None or load.at(A_YEAR).p50 < FULL:
        return []
    times = ""
    if asked and served and served.at(A_YEAR).p50 > 0:
        times = f" at {asked.at(A_YEAR).p50 / served.at(A_YEAR).p50:.1f} times of what it can serve"
    return [
        f"    Nothing moves beyond the error under {', '.join(still)}.",
        f"    Power is the limit and demand stands{times}, so a smaller demand costs no sales yet.",
    ]


def columns(table: Sequence[Sequence[str]], indent: str, left: tuple[int, ...] = (0,)) -> list[str]:
    """Cells as columns of equal width: figures to the right, the columns named to the left."""
    widths = [max(len(row[n]) for row in table) for n in range(len(table[0]))]
    return [
        indent
        + GAP.join(
            c.ljust(widths[n]) if n in left else c.rjust(widths[n]) for n, c in enumerate(row)
        ).rstrip()
        for row in table
    ]


def sweep_lines(rows: Sequence[SweepRow]) -> list[str]:
    """Every scenario and company of a sweep: a table a company, medians with their 90 % ranges."""
    lines: list[str] = []
    for entity in dict.fromkeys(r.entity for r in rows):
        own = [r for r in rows if r.entity == entity]
        names = [n for n in COLUMNS if any(r.answer == n for r in own)]
        table = [["", *(COLUMNS[n] for n in names)]]
        for scenario in dict.fromkeys(r.scenario for r in own):
            found = {r.answer: r for r in own if r.scenario == scenario}
            refused = next((r.why_not for r in found.values() if r.why_not), "")
            cells = [_spread(found.get(n)) for n in names]
            table.append([scenario, *([refused, *cells[1:]] if refused and cells else cells)])
        lines += ["", f"{entity}: median (5th to 95th percentile)", *columns(table, "  ")]
    return lines[1:]


def _spread(row: SweepRow | None) -> str:
    if row is None or row.why_not:
        return "–"
    return f"{say(row.p50, row.unit)} ({say(row.p5, row.unit, 2)} to {say(row.p95, row.unit, 2)})"
