"""What moved the position of the main company from the prototype study's figure to the shipped one, a step a row.

Run `PYTHONPATH=. python bench/fix_attribution.py`: trailing 28 days, $bn a year, gross; each row changes one thing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
from tests.fix.fix_study import study

from crossbearing import pipeline
from crossbearing.fix.answers import trailing
from crossbearing.fix.assemble import assemble
from crossbearing.fix.grid import ordinal
from crossbearing.fix.infer import infer
from crossbearing.fix.model import Model
from crossbearing.fix.pareto import weighted_quantile
from crossbearing.fix.path import PathPrior, prior_of
from crossbearing.growth.prior import GrowthPrior

DAYS = (date(2026, 3, 31), date(2026, 5, 15))
LEVELS = np.array([0.05, 0.5, 0.95])


def cells(model: Model, name: str, unit: float) -> str:
    """Median and 90 % range at each date, and whether the gate was passed."""
    posterior = infer(model, 7)
    found = []
    for day in DAYS:
        low, middle, high = (
            weighted_quantile(trailing(posterior, name, ordinal(day)), posterior.weights, LEVELS) / unit
        )
        found.append(f"{middle:.1f} [{low:.1f}, {high:.1f}]")
    return " | ".join((*found, str(len(model.observations)), "yes" if posterior.is_trusted else "no"))


def main() -> None:
    """Print the table."""
    book, shipped = pipeline.open_book(None).sound(), prior_of(GrowthPrior.load().process())
    entity = pipeline.main_companies(book)[0]
    ten = study()
    whole = assemble(book, entity, shipped).model
    two_sided = tuple(o for o in whole.observations if o.family not in ("floor", "ceiling"))
    own = replace(shipped, level=ten.paths["A"].level)
    rows = (
        ("the study's ten claims, likelihood and path", ten, "A", 1.0),
        ("the same under the shipped path", replace(ten, paths={"A": own}), "A", 1.0),
        ("the whole book under the study's path", assemble(book, entity, PathPrior()).model, entity, 1e9),
        (
            "the whole book, shipped path, bounds left out",
            replace(whole, observations=two_sided),
            entity,
            1e9,
        ),
        ("the whole book, shipped path", whole, entity, 1e9),
    )
    print("| claims and path | " + " | ".join(str(d) for d in DAYS) + " | statements | passes the gate |")
    print("|---|---|---|---|---|")
    for label, model, name, unit in rows:
        print(f"| {label} | {cells(model, name, unit)} |", flush=True)
    series = pipeline.position(book, entity, "revenue.run_rate", at=[d.isoformat() for d in DAYS])
    last = [f"{p.p50 / 1e9:.1f} [{p.p5 / 1e9:.1f}, {p.p95 / 1e9:.1f}]" for p in series.points if p.p50]
    print(f"| and tied to other companies by panels: what `xb series` prints | {' | '.join(last)} | | yes |")


if __name__ == "__main__":
    main()
