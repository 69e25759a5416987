"""The forecasters that `xb forecast` is measured against: each takes known log revenue and gives quantiles of log growth.

The pooled ones are fitted on other companies than the one they forecast.
"""

from __future__ import annotations

import warnings
from statistics import NormalDist

import numpy as np
from scipy.optimize import linprog

from crossbearing.growth.prior import LEVELS
from crossbearing.growth.scoring import covered

Z = np.array([NormalDist().inv_cdf(level) for level in LEVELS])
HORIZONS = (1, 2, 4, 8, 12)
H = np.array(HORIZONS, dtype=float)


def random_walk(log):
    return Z * np.sqrt(H * np.mean(np.diff(log) ** 2))[:, None]


def log_drift(log):
    """Mean growth goes on; the variance counts the doubt about that mean (Hyndman and Athanasopoulos, 5.5)."""
    d = np.diff(log)
    return (H * d.mean())[:, None] + Z * (d.std(ddof=1) * np.sqrt(H * (1 + H / len(d))))[:, None]


def of_statsforecast(model):
    """Quantiles from a statsforecast model of log revenue; log-drift where it refuses so short a history."""

    def run(log):
        wide = sorted({round(100 * abs(2 * level - 1)) for level in LEVELS} - {0})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                found = model().forecast(y=log, h=max(HORIZONS), level=wide)
            except NotImplementedError:  # too short a history for this model
                return log_drift(log)
        rows = []
        for level in LEVELS:
            width = round(100 * abs(2 * level - 1))
            name = "mean" if width == 0 else f"{'lo' if level < 0.5 else 'hi'}-{width}"
            rows.append(np.asarray(found[name])[np.array(HORIZONS) - 1])
        return np.sort(np.stack(rows, 1), axis=1) - log[-1]

    return run


def statsforecast_peers():
    from statsforecast.models import AutoETS, AutoTheta

    return {
        "damped log-trend (ETS AAdN)": of_statsforecast(
            lambda: AutoETS(season_length=1, model="AAN", damped=True)
        ),
        "AutoETS on logs": of_statsforecast(lambda: AutoETS(season_length=1)),
        "AutoTheta on logs": of_statsforecast(lambda: AutoTheta(season_length=1)),
    }


class Ensemble:
    """The study's ensemble as it is described: quantile average of a pooled quantile regression on growth features, a
    pooled growth-decay regression and a pooled damped local linear trend, then rescaled to cover 80 % on the companies
    it was fitted on.
    """

    def fit(self, panel):
        rows = [(log[: i + 1], log, i) for log in panel for i in range(4, len(log) - 1)]
        x = np.stack([features(known) for known, *_ in rows])
        y = np.array(
            [[log[i + h] - log[i] if i + h < len(log) else np.nan for h in HORIZONS] for _, log, i in rows]
        )
        weight = np.array([1 / len(log) for _, log, _ in rows])
        self.regression = [
            quantile_regression(x[k], y[k, j], weight[k]) for j, k in enumerate(~np.isnan(y).T)
        ]
        self.decay = [decay_regression(x[k], y[k, j], weight[k]) for j, k in enumerate(~np.isnan(y).T)]
        self.trend = fit_trend(panel)
        self.stretch = np.ones(len(HORIZONS))
        q = np.stack([self(known) for known, *_ in rows])
        grid = np.geomspace(0.5, 2, 61)
        for j, k in enumerate(~np.isnan(y).T):
            middle = q[k, j][:, [8]]
            reach = [
                np.average(covered(middle + s * (q[k, j] - middle), y[k, j], 0.8), weights=weight[k])
                for s in grid
            ]
            self.stretch[j] = grid[int(np.argmin(np.abs(np.array(reach) - 0.8)))]
        return self

    def __call__(self, log):
        x = features(log)
        a = np.sort(np.stack([x @ coefficients for coefficients in self.regression]), axis=1)
        b = np.stack(
            [x[:4] @ coef + scale * np.exp(x[4] * power) * shape for coef, scale, power, shape in self.decay]
        )
        q = (a + b + trend_quantiles(self.trend, log)) / 3
        middle = q[:, [8]]
        return middle + self.stretch[:, None] * (q - middle)


def features(log):
    """1, mean growth over 3, 6 and 12 months (wild months trimmed), logarithm of volatility."""
    d = np.clip(np.diff(log), -0.5, 0.5)[::-1]
    return np.array(
        [
            1,
            d[:3].mean(),
            d[:6].mean(),
            d[:12].mean(),
            np.log(np.abs(d[:12] - np.median(d[:12])).mean() + 0.02),
        ]
    )


def quantile_regression(x, y, weight):
    """Coefficients by level (Koenker and Bassett 1978), as linear programmes. Shape (feature, level)."""
    n, k = x.shape
    found = []
    for level in LEVELS:
        cost = np.r_[np.zeros(2 * k), level * weight, (1 - level) * weight]
        equal = np.hstack([x, -x, np.eye(n), -np.eye(n)])
        solved = linprog(cost, A_eq=equal, b_eq=y, bounds=(0, None), method="highs")
        found.append(solved.x[:k] - solved.x[k : 2 * k])
    return np.stack(found, 1)


def decay_regression(x, y, weight):
    """Ridge regression of growth on past growth; residuals scale with a power of volatility; their pooled quantiles."""
    a = x[:, :4]
    root = weight[:, None] * a
    coef = np.linalg.solve(a.T @ root + 1e-3 * weight.sum() * np.diag([0, 1, 1, 1]), root.T @ y)
    residual = y - a @ coef
    line = np.polyfit(x[:, 4], np.log(np.abs(residual) + 1e-3), 1, w=np.sqrt(weight))
    scale, power = np.exp(line[1]), line[0]
    standard = residual / (scale * np.exp(x[:, 4] * power))
    order = np.argsort(standard)
    shape = np.interp(LEVELS, (np.cumsum(weight[order]) - weight[order] / 2) / weight.sum(), standard[order])
    return coef, scale, power, shape


def trend_filter(parameters, log):
    """A damped local linear trend of log revenue with noise in proportion to the company's own volatility."""
    persistence, wander, long_run, start, spread = parameters
    d = np.clip(np.diff(log), -0.5, 0.5)
    rate, variance, total = start, spread**2, 0.0
    level = np.exp(features(log)[4])
    for value in d:
        f = variance + level**2
        total += 0.5 * np.log(f) + 0.5 * (value - rate) ** 2 / f
        gain = variance / f
        rate, variance = rate + gain * (value - rate), variance * (1 - gain)
        rate, variance = long_run + persistence * (rate - long_run), persistence**2 * variance + wander**2
    return rate, variance, level, total / len(d)


def trend_quantiles(parameters, log):
    persistence, wander, long_run, *_ = parameters
    rate, variance, level, _ = trend_filter(parameters, log)
    weights = (1 - persistence**H) / (1 - persistence)
    shocks = [sum(((1 - persistence**j) / (1 - persistence)) ** 2 for j in range(1, h)) for h in HORIZONS]
    mean = long_run * (H - weights) + rate * weights
    sd = np.sqrt(variance * weights**2 + wander**2 * np.array(shocks) + 1.6 * level**2 * H)
    return mean[:, None] + sd[:, None] * Z


def fit_trend(panel):
    """Greatest pooled likelihood, company as the unit."""
    from scipy.optimize import minimize

    def unpack(t):
        return 1 / (1 + np.exp(-t[0])), np.exp(t[1]), t[2], t[3], np.exp(t[4])

    def loss(t):
        return float(np.mean([trend_filter(unpack(t), log)[3] for log in panel]))

    start = np.array([3.0, np.log(0.01), 0.04, 0.08, np.log(0.08)])
    return unpack(minimize(loss, start, method="Nelder-Mead", options={"maxiter": 600}).x)
