# mypy: ignore-errors
"""An independent oracle of the study's posterior: the same density written in PyMC and sampled by nutpie.

Nothing of the package is imported but the table of claims. `python tests/fix/oracle.py` (group `oracle`) writes
oracle.json beside it; the slow test runs it anew and the fast one compares the engine with the stored run.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

START, STEP, SIZE = date(2024, 10, 7).toordinal(), 14.0, 59
YEAR = 365.25
OUT = Path(__file__).with_name("oracle.json")


def build(rates: Any, quarters: Any) -> Any:
    """The study's density as a PyMC model."""
    import pymc as pm
    import pytensor.tensor as pt

    h = STEP / YEAR
    with pm.Model() as model:
        z = pm.Normal("z", 0, 1, shape=SIZE - 1)
        x0, v0, m = pm.Normal("x0", 0, 1.5), pm.Normal("v0", 0, 1.5), pm.Normal("m", 1, 1)
        sigma = pm.math.exp(np.log(2.0) + 0.6 * pm.Normal("ls", 0, 1))
        tau = pm.math.exp(np.log(0.75) + 0.5 * pm.Normal("lt", 0, 1))
        kappa = pm.math.exp(0.4 * pm.Normal("lk", 0, 1))
        window = pm.Deterministic("window", pm.math.exp(np.log(30.0) + 0.4 * pm.Normal("lw", 0, 1)))
        phi = pm.math.exp(-h / tau)
        q = sigma * pm.math.sqrt(tau * (1 - phi**2) / 2)
        lag = np.arange(SIZE)
        gap = lag[:, None] - lag[None, 1:]
        response = pt.where(gap >= 0, phi ** np.maximum(gap, 0), 0.0)
        velocity = m + phi**lag * v0 + q * (response @ z)
        x = x0 + pt.concatenate([[0.0], pt.cumsum(h * (velocity[1:] + velocity[:-1]) / 2)])
        rate = pm.math.exp(x)
        total = pt.concatenate([[0.0], pt.cumsum(0.5 * h * (rate[1:] + rate[:-1]))])

        def upto(day: Any) -> Any:
            u = (day - START) / STEP
            k = pt.clip(pt.cast(pt.floor(u), "int64"), 0, SIZE - 2)
            w = u - k
            return total[k] + h * w * (rate[k] + 0.5 * w * (rate[k + 1] - rate[k]))

        rounding = lambda unit, value: 0.5 * unit / value / np.sqrt(3.0)  # noqa: E731
        values = np.array([r[1] for r in rates])
        days = np.array([float(r[2].toordinal()) for r in rates])
        spread = np.array([float(r[3]) for r in rates])
        sd = np.hypot([r[4] for r in rates], [rounding(r[5], r[1]) for r in rates])
        odd = np.array([r[6] for r in rates])
        day = days + spread * pm.Normal("d", 0, 1, shape=len(rates))
        g = pm.math.log((upto(day) - upto(day - window)) / (window / YEAR))
        pm.Potential("rates", mixture(np.log(values), g, sd * kappa, odd).sum())
        for name, value, first, after, source, unit, pi in quarters:
            a, b = float(first.toordinal()), float(after.toordinal())
            mean = pm.math.log((upto(pt.constant(b)) - upto(pt.constant(a))) / ((b - a) / YEAR))
            s = float(np.hypot(source, rounding(unit, value)))
            pm.Potential(name, mixture(np.log(value / ((b - a) / YEAR)), mean, s * kappa, pi))
        for label, when in (("2026-03-31", date(2026, 3, 31)), ("2026-05-15", date(2026, 5, 15))):
            t = pt.constant(float(when.toordinal()))
            pm.Deterministic(f"rate {label}", (upto(t) - upto(t - window)) / (window / YEAR))
        away = (np.log(values) - g) / pm.math.sqrt((sd * kappa) ** 2 + 1.0)
        near = (np.log(values) - g) / (sd * kappa)
        log_odd = np.log(odd) - 0.5 * away**2 - pm.math.log(pm.math.sqrt((sd * kappa) ** 2 + 1.0))
        log_sound = np.log1p(-odd) - 0.5 * near**2 - pm.math.log(sd * kappa)
        pm.Deterministic("outlier", pm.math.exp(log_odd - pt.logaddexp(log_odd, log_sound)))
    return model


def mixture(y: Any, g: Any, s: Any, odd: Any) -> Any:
    """Log density of a contaminated normal."""
    import pymc as pm
    import pytensor.tensor as pt

    wide = pm.math.sqrt(s**2 + 1.0)
    sound = np.log1p(-odd) - 0.5 * ((y - g) / s) ** 2 - pm.math.log(s)
    wild = np.log(odd) - 0.5 * ((y - g) / wide) ** 2 - pm.math.log(wide)
    return pt.logaddexp(sound, wild)


def run(draws: int = 6000, tune: int = 1500, seed: int = 1, moved: float | None = None) -> dict[str, Any]:
    """Sample and summarise: quantiles with their Monte Carlo errors, ESS and R-hat."""
    import arviz as az
    import nutpie
    from tests.fix.fix_study import QUARTERS, RATES

    rates = [(n, moved if n == "A6" and moved else v, *rest) for n, v, *rest in RATES]
    compiled = nutpie.compile_pymc_model(build(rates, QUARTERS))
    trace = nutpie.sample(
        compiled, draws=draws, tune=tune, chains=4, cores=2, seed=seed, maxdepth=10, progress_bar=False
    )
    post = trace.posterior
    out: dict[str, Any] = {"draws": draws, "chains": 4, "quantities": {}}
    named = {k: post[k] for k in ("rate 2026-03-31", "rate 2026-05-15", "window")}
    for name, values in named.items():
        draws_of = np.asarray(values.values).reshape(4, -1)
        ess = {p: float(np.squeeze(az.ess(draws_of, method="quantile", prob=p / 100))) for p in (5, 50, 95)}
        flat = draws_of.ravel()
        error = {
            p: float(np.squeeze(az.mcse(draws_of, method="quantile", prob=p / 100))) for p in (5, 50, 95)
        }
        out["quantities"][name] = {
            "quantiles": {p: float(np.percentile(flat, p)) for p in (5, 50, 95)},
            "mcse": error,
            "ess": ess,
            "rhat": float(np.squeeze(az.rhat(draws_of))),
        }
    outlier = post["outlier"].values
    out["outlier"] = {
        rates[i][0]: {
            "mean": float(outlier[:, :, i].mean()),
            "mcse": float(np.squeeze(az.mcse(outlier[:, :, i]))),
        }
        for i in range(len(rates))
    }
    return out


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    OUT.write_text(json.dumps(run(), indent=1) + "\n", encoding="utf-8")
