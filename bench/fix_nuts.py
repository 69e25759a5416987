"""The ten claims of the study by three ways in one run: the engine, PyMC with nutpie, NumPyro's NUTS. Time to the same ESS.

Run `python bench/fix_nuts.py` (group `oracle`). One chain after the other where a sampler allows it, so that processor time is
comparable; compilation is told apart. ESS is of the 5, 50 and 95 % quantiles of the rate on 15 May 2026, the least of three.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT)]

from tests.fix.fix_study import QUARTERS, RATES, study  # noqa: E402
from tests.fix.oracle import SIZE, START, STEP, YEAR, build  # noqa: E402

from crossbearing.fix.grid import cumulated, integral_to  # noqa: E402
from crossbearing.fix.infer import infer  # noqa: E402
from crossbearing.fix.pareto import ess_quantile, weighted_quantile  # noqa: E402

ASKED = float(date(2026, 5, 15).toordinal())
LEVELS = (0.05, 0.5, 0.95)
CHAINS, TUNE, DRAWS = 4, 800, 1000


def clocked(run: Callable[[], Any]) -> tuple[Any, float, float]:
    """What it gives, wall and processor seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = run()
    return found, time.perf_counter() - wall, time.process_time() - cpu


def engine(seed: int) -> tuple[np.ndarray, float]:
    """Quantiles of the rate and the least ESS of the three."""
    p = infer(study(), seed)
    grid, speed = p.compiled.grid, np.exp(p.paths[0])
    total = cumulated(speed, grid)
    end = integral_to(speed, total, grid, np.array([[ASKED]]))[:, 0]
    rate = (end - integral_to(speed, total, grid, ASKED - p.window[:, :1])[:, 0]) / p.window[:, 0]
    ess = min(ess_quantile(rate, p.weights, level, p.groups) for level in LEVELS)
    return weighted_quantile(rate, p.weights, np.array(LEVELS)), ess


def chains_of(draws: np.ndarray) -> tuple[np.ndarray, float]:
    """The same of a Markov chain's draws, shape (chain, draw)."""
    import arviz as az

    ess = min(float(np.squeeze(az.ess(draws, method="quantile", prob=level))) for level in LEVELS)
    return np.quantile(draws, LEVELS), ess


def numpyro_model() -> None:
    """The study's density, as tests/fix/oracle.py has it."""
    import jax.numpy as jnp
    import numpyro
    from numpyro.distributions import Normal

    def normal(name: str, *shape: int) -> Any:
        return numpyro.sample(name, Normal(0.0, 1.0).expand(shape).to_event(len(shape)))

    h = STEP / YEAR
    z = normal("z", SIZE - 1)
    x0, v0, m = 1.5 * normal("x0"), 1.5 * normal("v0"), 1.0 + normal("m")
    sigma = jnp.exp(np.log(2.0) + 0.6 * normal("ls"))
    tau = jnp.exp(np.log(0.75) + 0.5 * normal("lt"))
    kappa, window = jnp.exp(0.4 * normal("lk")), jnp.exp(np.log(30.0) + 0.4 * normal("lw"))
    phi = jnp.exp(-h / tau)
    q = sigma * jnp.sqrt(tau * (1 - phi**2) / 2)
    lag = np.arange(SIZE)
    gap = lag[:, None] - lag[None, 1:]
    response = jnp.where(gap >= 0, phi ** np.maximum(gap, 0), 0.0)
    velocity = m + phi**lag * v0 + q * (response @ z)
    x = x0 + jnp.concatenate([jnp.zeros(1), jnp.cumsum(h * (velocity[1:] + velocity[:-1]) / 2)])
    rate = jnp.exp(x)
    total = jnp.concatenate([jnp.zeros(1), jnp.cumsum(0.5 * h * (rate[1:] + rate[:-1]))])

    def upto(day: Any) -> Any:
        u = (day - START) / STEP
        k = jnp.clip(jnp.floor(u).astype(int), 0, SIZE - 2)
        w = u - k
        return total[k] + h * w * (rate[k] + 0.5 * w * (rate[k + 1] - rate[k]))

    def mixture(y: Any, g: Any, s: Any, odd: Any) -> Any:
        wide = jnp.sqrt(s**2 + 1.0)
        sound = np.log1p(-odd) - 0.5 * ((y - g) / s) ** 2 - jnp.log(s)
        wild = np.log(odd) - 0.5 * ((y - g) / wide) ** 2 - jnp.log(wide)
        return jnp.logaddexp(sound, wild)

    values, odd = np.array([r[1] for r in RATES]), np.array([r[6] for r in RATES])
    sd = np.hypot([r[4] for r in RATES], [0.5 * r[5] / r[1] / np.sqrt(3.0) for r in RATES])
    day = np.array([float(r[2].toordinal()) for r in RATES]) + np.array(
        [float(r[3]) for r in RATES]
    ) * normal("d", len(RATES))
    g = jnp.log((upto(day) - upto(day - window)) / (window / YEAR))
    numpyro.factor("rates", mixture(np.log(values), g, sd * kappa, odd).sum())
    for name, value, first, after, source, unit, pi in QUARTERS:
        a, b = float(first.toordinal()), float(after.toordinal())
        mean = jnp.log((upto(b) - upto(a)) / ((b - a) / YEAR))
        s = float(np.hypot(source, 0.5 * unit / value / np.sqrt(3.0)))
        numpyro.factor(name, mixture(np.log(value / ((b - a) / YEAR)), mean, s * kappa, pi))
    numpyro.deterministic("rate", (upto(ASKED) - upto(ASKED - window)) / (window / YEAR))


def with_numpyro(seed: int) -> tuple[np.ndarray, float, float]:
    """Quantiles, ESS, and the processor seconds of compiling."""
    import jax
    import numpyro
    from numpyro.infer import MCMC, NUTS

    numpyro.enable_x64()
    mcmc = MCMC(
        NUTS(numpyro_model, max_tree_depth=10),
        num_warmup=TUNE,
        num_samples=DRAWS,
        num_chains=CHAINS,
        chain_method="sequential",
        progress_bar=False,
    )
    short = MCMC(NUTS(numpyro_model, max_tree_depth=10), num_warmup=1, num_samples=1, progress_bar=False)
    _, _, compiling = clocked(lambda: short.run(jax.random.PRNGKey(0)))
    mcmc.run(jax.random.PRNGKey(seed))
    draws = np.asarray(mcmc.get_samples(group_by_chain=True)["rate"])
    return *chains_of(draws), compiling


def with_nutpie(seed: int) -> tuple[np.ndarray, float, float]:
    """Quantiles, ESS, and the processor seconds of compiling."""
    import nutpie

    compiled, _, compiling = clocked(lambda: nutpie.compile_pymc_model(build(RATES, QUARTERS)))
    trace = nutpie.sample(
        compiled, draws=DRAWS, tune=TUNE, chains=CHAINS, cores=1, seed=seed, maxdepth=10, progress_bar=False
    )
    draws = np.asarray(trace.posterior["rate 2026-05-15"].values).reshape(CHAINS, -1)
    return *chains_of(draws), compiling


def row(name: str, quantiles: np.ndarray, ess: float, wall: float, cpu: float, compiling: float) -> None:
    """One line of the table in bench/README.md."""
    low, middle, high = quantiles
    sampling = max(cpu - compiling, 1e-9)
    print(
        f"| {name} | {middle:.1f} [{low:.1f}, {high:.1f}] | {wall:.2f} | {cpu:.2f} | {compiling:.2f} | {ess:.0f} "
        f"| {1000 * sampling / ess:.2f} |",
        flush=True,
    )


def main() -> None:
    infer(study(), 9, ((8, 8),))  # what is imported once
    print(
        "| what | $bn a year, 15 May 2026 | wall s | CPU s | of it compiling | ESS | CPU s for 1,000 effective draws |"
    )
    print("|---|---|---|---|---|---|---|")
    for seed in (1, 2, 3):
        (quantiles, ess), wall, cpu = clocked(lambda seed=seed: engine(seed))
        row(f"the engine, seed {seed}", quantiles, ess, wall, cpu, 0.0)
    for name, run in (("PyMC + nutpie", with_nutpie), ("NumPyro NUTS", with_numpyro)):
        (quantiles, ess, compiling), wall, cpu = clocked(lambda run=run: run(1))
        row(name, quantiles, ess, wall, cpu, compiling)


if __name__ == "__main__":
    main()
