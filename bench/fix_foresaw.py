"""What the position foresaw from one day: `python bench/fix_foresaw.py [DAY]`, bundled book, main company.

Every run-rate and quarterly claim told after the day, scored on the log scale beside the last value, the exponential, the
forecasts recorded in the book and growth pooled over other companies, with the width of the 80 % ranges. Nothing is tuned to it.
"""

from __future__ import annotations

import sys
from datetime import date

from crossbearing.pipeline import main_companies, open_book
from crossbearing.pipeline.pooled import pooled_growth
from crossbearing.pipeline.scoring import as_then
from crossbearing.score.rivals import NAMES
from crossbearing.score.walk_forward import subjects, walk_forward

SEED = 20260529
LEVELS = ("revenue.run_rate", "revenue.recognised")


def main() -> None:
    day = date.fromisoformat(sys.argv[1]) if len(sys.argv) > 1 else date(2026, 4, 14)
    book = open_book(None).sound()
    company = main_companies(book)[0]
    print(
        "| of | for | foreseen | 90 % | came out | PIT | CRPS | "
        + " | ".join(NAMES)
        + " | 80 % width | pooled's |"
    )
    print("|---" * (9 + len(NAMES)) + "|")
    for subject in subjects(book, lambda metric: metric in LEVELS):
        if subject.entity != company:
            continue
        for origin in walk_forward(book, subject, [day], as_then(SEED), pooled_growth):
            for r in origin.rows:
                rivals = " | ".join("" if r.rivals.get(n) is None else f"{r.rivals[n]:.3f}" for n in NAMES)
                wide = "" if r.pooled_width_80 is None else f"{r.pooled_width_80:.3f}"
                said = f"{r.p50 / 1e9:.1f} | {r.p5 / 1e9:.1f} to {r.p95 / 1e9:.1f} | {r.value / 1e9:.1f}"
                print(
                    f"| {r.metric} | {r.at} | {said} | {r.pit:.2f} | {r.crps:.3f} | {rivals} | {r.width_80:.3f} | {wide} |"
                )


if __name__ == "__main__":
    main()
