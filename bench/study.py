"""The calibration study: simulated worlds, the walk forward on the bundled book, and a panel of fast-growing companies.

    python bench/study.py [--worlds 2000] [--panel DIR]

Writes `src/crossbearing/score/study.json` with digests of the code and the book it came from, and the tables and pictures of
`docs/explanation/calibration.md`. Without --panel the panel's figures are kept if the code of `growth/` is unchanged.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from growth_peers import HORIZONS, log_drift, random_walk  # noqa: E402
from tests.fix.calibration import QUANTITIES, coverage, study, worst_excursion  # noqa: E402

from crossbearing.growth.prior import GrowthPrior  # noqa: E402
from crossbearing.growth.rebuild import read_panel  # noqa: E402
from crossbearing.growth.scoring import covered, crps  # noqa: E402
from crossbearing.pipeline import open_book  # noqa: E402
from crossbearing.pipeline.scoring import score_book  # noqa: E402
from crossbearing.publish.report import svg  # noqa: E402
from crossbearing.publish.score.document import document  # noqa: E402
from crossbearing.publish.score.page import pictures  # noqa: E402
from crossbearing.publish.score.tables import sheets  # noqa: E402
from crossbearing.score.fingerprint import of_study  # noqa: E402

STORED = ROOT / "src" / "crossbearing" / "score" / "study.json"
PAGE = ROOT / "docs" / "explanation" / "calibration.md"
SEED = 20260529
DRAWS = 4000


def calibration(worlds):
    """Simulation-based calibration: ranks of the truth among draws, in worlds made by the model itself; one process a processor."""
    ranks, refused = study(worlds)
    misses = np.vstack([ranks, np.zeros((refused, len(QUANTITIES)))])
    rows = [
        {"quantity": name, "inside_50": round(a, 4), "inside_90": round(b, 4), "kolmogorov": round(k, 3)}
        for name, a, b, k in zip(
            QUANTITIES, coverage(ranks, 0.5), coverage(ranks), worst_excursion(ranks), strict=True
        )
    ]
    pooled = {
        "inside_90": round(float(coverage(ranks).mean()), 4),
        "refused_as_misses": round(float(coverage(misses).mean()), 4),
    }
    return {"worlds": worlds, "refused": refused, "rows": rows, "pooled": pooled}


def origins_of(folder, panel):
    import csv

    (path,) = folder.glob("*_origins.csv")
    with path.open(encoding="utf-8") as stream:
        found = [(r["company"], int(r["nhist"])) for r in csv.DictReader(stream)]
    return [(c, n) for c, n in found if n < len(panel[c])]


def surge(log):
    """Growth above 100 % over the last year, or at that rate over what is known, and four rises in a row: all known at the origin."""
    months = min(12, len(log) - 1)
    growth = (log[-1] - log[-1 - months]) * 12 / months
    return growth > np.log(2) and len(log) > 4 and bool((np.diff(log[-5:]) > 0).all())


def halved(log, after):
    """Whether growth over the next half year was below half of what it had been: known only afterwards."""
    months, ahead = min(6, len(log) - 1), min(6, len(after))
    before = (log[-1] - log[-1 - months]) / months
    return before > 0 and ahead >= 3 and (after[ahead - 1] - log[-1]) / ahead < before / 2


def panel_scores(folder):
    """Every origin and horizon of the panel, ours as shipped beside a random walk and a log drift, by subset."""
    panel = dict(read_panel(folder))
    prior = GrowthPrior.load()
    found = defaultdict(list)
    for company, n in origins_of(folder, panel):
        log = panel[company][:n]
        growth = np.diff(log)[None]
        ahead, _ = prior.from_history(
            growth, np.ones(growth.shape, bool), np.array([float(growth.size)]), HORIZONS
        )
        said = {"ours": ahead.quantiles()[0], "random walk": random_walk(log), "log drift": log_drift(log)}
        groups = ["every origin", "surge: above 100 % and four rises in a row" if surge(log) else "no surge"]
        if halved(log, panel[company][n:]):
            groups.append("growth halved afterwards")
        for j, h in enumerate(HORIZONS):
            if n - 1 + h < len(panel[company]):
                truth = np.array(panel[company][n - 1 + h] - log[-1])
                row = {w: float(crps(q[j], truth)) for w, q in said.items()}
                row |= {
                    "inside_80": bool(covered(said["ours"][j], truth, 0.8)),
                    "below": bool(truth < said["ours"][j][8]),
                    "h": h,
                }
                for group in groups:
                    found[group].append((company, row))
    return {"companies": len(panel), "groups": [summed(name, rows) for name, rows in found.items()]}


def summed(name, rows):
    """Means over company means, with a bootstrap over companies."""
    by_company = defaultdict(list)
    for company, row in rows:
        by_company[company].append(row)
    names = ("ours", "random walk", "log drift", "inside_80", "below")
    table = np.array(
        [[np.mean([float(r[n]) for r in found]) for n in names] for found in by_company.values()]
    )
    rng = np.random.default_rng(SEED)
    drawn = np.array([table[rng.integers(0, len(table), len(table))].mean(0) for _ in range(DRAWS)])
    low, high = np.quantile(drawn, (0.05, 0.95), axis=0)
    apart = {}
    for i, rival in ((1, "random walk"), (2, "log drift")):
        gap = drawn[:, 0] - drawn[:, i]
        apart[rival] = [
            round(float(table[:, 0].mean() - table[:, i].mean()), 4),
            *(round(float(q), 4) for q in np.quantile(gap, (0.05, 0.95))),
        ]
    return {
        "name": name,
        "forecasts": len(rows),
        "companies": len(table),
        "crps": round(float(table[:, 0].mean()), 4),
        "inside_80": [round(float(v), 4) for v in (table[:, 3].mean(), low[3], high[3])],
        "truth_below_median": round(float(table[:, 4].mean()), 4),
        "against": apart,
    }


def markdown(columns, rows):
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    return "\n".join([*lines, *("| " + " | ".join(str(r.get(c, "")) for c in columns) + " |" for r in rows)])


def fill(page, name, text):
    """The page with the text between the marks of that name."""
    marks = f"<!-- {name} -->", f"<!-- end {name} -->"
    return re.sub(
        f"{marks[0]}.*?{marks[1]}", lambda _: f"{marks[0]}\n{text}\n{marks[1]}", page, flags=re.DOTALL
    )


def write_page(results, card, book):
    """Tables and pictures of the documentation, from the results."""
    page = PAGE.read_text(encoding="utf-8")
    worlds = results["calibration"]
    told = f"{worlds['worlds']} simulated worlds, {worlds['refused']} refused. Inside the 90 % interval, all quantities: {100 * worlds['pooled']['inside_90']:.1f} %, refusals counted as misses {100 * worlds['pooled']['refused_as_misses']:.1f} %."
    rows = [
        {
            "quantity": r["quantity"],
            "in 50 %": f"{100 * r['inside_50']:.0f} %",
            "in 90 %": f"{100 * r['inside_90']:.0f} %",
            "Kolmogorov × √n": f"{r['kolmogorov']:.2f}",
        }
        for r in worlds["rows"]
    ]
    page = fill(page, "worlds", f"{told}\n\n{markdown(list(rows[0]), rows)}")
    found = sheets(card, {c.id: c.unit.symbol for c in book.claims})
    parts = [f"**{s.title}.** {s.note}\n\n{markdown(s.columns, s.rows)}" for s in found]
    for name, spec, label in pictures(card, book):
        if spec:
            path = PAGE.parents[1] / "images" / f"{name}.svg"
            drawn = re.sub(
                r"var\(--(\w+)\)", lambda m: PLAIN.get(m[1], "#101010"), svg.render(spec, name, label)
            )
            path.write_text(drawn + "\n", encoding="utf-8")
            parts.insert(0, f"![{label}](../images/{name}.svg)")
    page = fill(page, "walk forward", "\n\n".join(parts))
    if results.get("panel"):
        rows = [
            {
                "origins": g["name"],
                "forecasts": g["forecasts"],
                "companies": g["companies"],
                "CRPS": f"{g['crps']:.3f}",
                "in 80 % (90 % bootstrap)": "{:.0f} % ({:.0f} to {:.0f})".format(
                    *(100 * v for v in g["inside_80"])
                ),
                "truth below our median": f"{100 * g['truth_below_median']:.0f} %",
                **{f"less {r}'s": "{:+.3f} ({:+.3f} to {:+.3f})".format(*v) for r, v in g["against"].items()},
            }
            for g in results["panel"]["groups"]
        ]
        page = fill(
            page, "panel", f"{results['panel']['companies']} companies.\n\n{markdown(list(rows[0]), rows)}"
        )
    PAGE.write_text(page, encoding="utf-8")


PLAIN = {v: k for k, v in svg.THEME.items()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--worlds", type=int, default=2000)
    parser.add_argument("--panel", type=Path)
    given = parser.parse_args()
    book = open_book(None).sound()
    prints = of_study(book)
    old = json.loads(STORED.read_text(encoding="utf-8")) if STORED.exists() else {}
    clock = time.perf_counter()
    card = score_book(open_book(None), None, SEED, walk=True)
    print(f"walk forward: {time.perf_counter() - clock:.0f} s", flush=True)
    kept = old.get("panel") if old.get("from", {}).get("panel") == prints["panel"] else None
    panel = panel_scores(given.panel) if given.panel else kept
    if panel is None:
        sys.exit("the code of growth/ has changed: name the panel's folder with --panel")
    worlds = old.get("calibration")
    if given.worlds or worlds is None or old.get("from", {}).get("calibration") != prints["calibration"]:
        worlds = calibration(given.worlds or 20)
    walked = document(card)
    for name in ("frozen", "unreadable"):
        walked.pop(name)
    results = {
        "from": prints,
        "calibration": worlds,
        "panel": panel,
        "walk": walked,
    }
    STORED.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    write_page(results, card, book)
    print(f"all: {time.perf_counter() - clock:.0f} s")


if __name__ == "__main__":
    main()
