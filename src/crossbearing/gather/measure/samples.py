"""Synthetic tables of about a wished size, with their truth beside them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from crossbearing.gather.measure.columns import month_text
from crossbearing.gather.measure.engines import need
from crossbearing.gather.measure.synthetic import Plan, truth_of, write_transactions


def write_sample(
    kind: str, file: Path, rows: int, months: int, seed: int, step: Callable[[str], None]
) -> tuple[int, Path]:
    """Writes a table and its truth; rows written and the truth's file.

    Raises:
        MissingExtra: Arrow, which writes it, is not installed.
    """
    need("pyarrow", "tables")
    truth_file = file.with_name(file.stem + "-truth.json")
    if kind == "adoption":
        plan = adoption_plan(rows, months, seed)
        written = write_transactions(
            plan, file, every=lambda n: step(f"{n:,} of {plan.companies:,} companies")
        )
        truth: object = adoption_truth(plan)
    else:
        from crossbearing.gather.measure.synthetic_ledger import LedgerPlan, ledger_truth, write_ledger

        ledger = LedgerPlan.of_size(rows, months, seed)
        written = write_ledger(ledger, file, every=lambda n: step(f"{n:,} of {ledger.customers:,} customers"))
        truth = ledger_truth(ledger)
    truth_file.write_text(json.dumps(truth, indent=1), encoding="utf-8")
    return written, truth_file


def adoption_plan(rows: int, months: int, seed: int) -> Plan:
    """A plan with about that many rows: nine a company and month, or fewer months where the table is tiny."""
    return Plan(
        companies=max(20, round(rows / (9.5 * months * 0.93))),
        months=months,
        industries=20,
        sizes=4,
        other_rows=8.5,
        seed=seed,
    )


def adoption_truth(plan: Plan) -> dict[str, object]:
    """Shares of the population by vendor and month, and the population by stratum."""
    truth = truth_of(plan)
    return {
        "plan": asdict(plan),
        "months": [month_text(plan.first_month + m) for m in range(plan.months)],
        "share": {vendor: [round(float(p), 6) for p in truth.share[v]] for v, vendor in enumerate(plan.vendors)},
        "population": [{"industry": i, "size": s, "share": round(float(w), 8)} for (i, s), w in zip(truth.strata, truth.population, strict=True)],
    }  # fmt: skip
