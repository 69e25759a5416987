"""Rolling origins on a panel of companies: `xb forecast`'s prior, cross-fitted by company, against its peers.

    python bench/growth_study.py DATA_DIR [--folds 26] [--shorten 0]

DATA_DIR holds `*_series.csv` and `*_origins.csv`. The company is the unit: scores are averaged per company, then over
companies. Needs the dependency group `study`. Prints Markdown; `--folds` equal to the companies leaves one out at a time.
`--shorten 5` keeps only the last five figures before each origin.
"""

from __future__ import annotations

import argparse
import csv
from collections import defaultdict
from pathlib import Path

import numpy as np
from growth_peers import HORIZONS, Ensemble, log_drift, random_walk, statsforecast_peers

from crossbearing.growth.fit import fit
from crossbearing.growth.prior import GrowthPrior
from crossbearing.growth.rebuild import read_panel
from crossbearing.growth.scoring import covered, crps

REFERENCE = {"CRPS": (0.058, 0.098, 0.110, 0.195, 0.258), "cover": (86, 88, 90, 86, 81)}
LEVELS_SHOWN = (0.5, 0.8, 0.9)


def ours(prior, log):
    growth = np.diff(log)[None]
    ahead, _ = prior.from_history(
        growth, np.ones(growth.shape, bool), np.array([float(growth.size)]), HORIZONS
    )
    return ahead.quantiles()[0]


def origins_of(folder, panel):
    (path,) = folder.glob("*_origins.csv")
    with path.open(encoding="utf-8") as stream:
        found = [(r["company"], int(r["nhist"])) for r in csv.DictReader(stream)]
    return [(c, n) for c, n in found if n < len(panel[c])]


class Scores:
    """Per company and horizon, the mean score and coverage of one forecaster."""

    def __init__(self, panel, origins, forecast, shorten):
        score, cover = defaultdict(list), defaultdict(list)
        for company, n in origins:
            log = panel[company]
            q = forecast(company, log[max(0, n - shorten) if shorten else 0 : n])
            for j, h in enumerate(HORIZONS):
                if n - 1 + h < len(log):
                    truth = np.array(log[n - 1 + h] - log[n - 1])
                    score[company, j].append(crps(q[j], truth))
                    cover[company, j].append([covered(q[j], truth, level) for level in LEVELS_SHOWN])
        self.companies = sorted(panel)
        self.score = self.table(score, ())
        self.cover = self.table(cover, (len(LEVELS_SHOWN),))

    def table(self, found, tail):
        """Company by horizon, NaN where a company has no origin."""
        out = np.full((len(self.companies), len(HORIZONS), *tail), np.nan)
        for (company, j), values in found.items():
            out[self.companies.index(company), j] = np.mean(values, axis=0)
        return out

    def line(self, name):
        means = np.nanmean(self.score, axis=0)
        c = 100 * np.nanmean(self.cover, axis=0)
        cells = [f"{m:.3f}, {x:.0f}" for m, x in zip(means, c[:, 1], strict=True)]
        wide = " / ".join(f"{x:.0f}" for x in c.mean(axis=0))
        return f"| {name} | " + " | ".join(cells) + f" | {means.mean():.4f} | {wide} |"


def bootstrap(values, draws=4000):
    """Draws of the mean over horizons of company means, companies drawn with replacement. Last axis: horizon."""
    rng = np.random.default_rng(20260529)
    n = len(values)
    return np.array([np.nanmean(np.nanmean(values[rng.integers(0, n, n)], axis=0)) for _ in range(draws)])


def interval(draws):
    low, high = np.quantile(draws, [0.05, 0.95])
    return f"{low:+.4f} to {high:+.4f}"


def cross_fitted(panel, folds, make):
    """A forecaster that answers for each company with parameters from the others."""
    names = [str(c) for c in np.random.default_rng(7).permutation(sorted(panel))]
    by_company = {}
    for f in range(folds):
        out = names[f::folds]
        fitted = make({c: log for c, log in panel.items() if c not in out})
        by_company |= dict.fromkeys(out, fitted)
        print(f"<!-- fold {f + 1} of {folds} -->", flush=True)
    return lambda company, log: by_company[company](log)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--folds", type=int, default=26)
    parser.add_argument("--shorten", type=int, nargs="*", default=[0])
    parser.add_argument("--ours-only", action="store_true")
    given = parser.parse_args()
    panel = dict(read_panel(given.data))
    origins = origins_of(given.data, panel)

    def ours_from(part):
        prior = GrowthPrior(fit(part))
        return lambda log: ours(prior, log)

    forecasters = {"**crossbearing**, cross-fitted": cross_fitted(panel, given.folds, ours_from)}
    shipped = GrowthPrior.load()
    forecasters["crossbearing as shipped (saw these companies)"] = lambda _, log: ours(shipped, log)
    if not given.ours_only:
        forecasters["ensemble as described, cross-fitted"] = cross_fitted(
            panel, given.folds, lambda part: Ensemble().fit(list(part.values()))
        )
        forecasters["random walk"] = lambda _, log: random_walk(log)
        forecasters["log-drift"] = lambda _, log: log_drift(log)
        forecasters |= {n: (lambda _, log, run=run: run(log)) for n, run in statsforecast_peers().items()}
    for shorten in given.shorten:
        print(
            f"\nHistories: {f'the last {shorten} figures' if shorten else 'whole'}. Cells: CRPS of log revenue, coverage of the 80 % interval.\n"
        )
        print(
            "| forecaster | "
            + " | ".join(f"{h} months" for h in HORIZONS)
            + " | mean CRPS | 50 / 80 / 90 % cover |"
        )
        print("|---|" + "---|" * (len(HORIZONS) + 2))
        usable = {
            n: f
            for n, f in forecasters.items()
            if not shorten or "crossbearing" in n or (shorten > 2 and n in ("random walk", "log-drift"))
        }
        scores = {}
        for name, run in usable.items():
            scores[name] = Scores(panel, origins, run, shorten)
            print(scores[name].line(name), flush=True)
        if not shorten:
            cells = [f"{a:.3f}, {b}" for a, b in zip(REFERENCE["CRPS"], REFERENCE["cover"], strict=True)]
            print(
                f"| the study's ensemble, as printed | {' | '.join(cells)} | {np.mean(REFERENCE['CRPS']):.4f} | – / 86 / – |"
            )
        mine = next(iter(scores.values()))
        print(
            "\nDifference of mean CRPS over horizons, ours less theirs, 90 % interval of a paired company bootstrap:\n"
        )
        for name, other in list(scores.items())[2:]:
            print(
                f"- {name}: {np.nanmean(np.nanmean(mine.score - other.score, axis=0)):+.4f} ({interval(bootstrap(mine.score - other.score))})"
            )
        if not shorten:
            drawn = bootstrap(mine.score) - np.mean(REFERENCE["CRPS"])
            print(
                f"- the study's ensemble, its printed mean taken as exact (not paired): {drawn.mean():+.4f} ({interval(drawn)})"
            )
        drawn = bootstrap(mine.cover[:, :, 1])
        low, high = 100 * np.quantile(drawn, [0.05, 0.95])
        print(
            f"\nCoverage of our 80 % interval, pooled over horizons: {100 * drawn.mean():.1f} %, company bootstrap {low:.0f} to {high:.0f} %."
        )


if __name__ == "__main__":
    main()
