"""Paths per second of the outlook against a scalar Python loop and PySD, in one run; medians of interleaved rounds.

python bench/outlook.py [--quick]
"""

from __future__ import annotations

import argparse
import math
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.outlook.test_peers import INPUTS, MONTHS, core, core_run, vensim

from crossbearing.outlook.engine import simulate, stream
from crossbearing.outlook.facts import claimed_start
from crossbearing.outlook.labels import RECORDED
from crossbearing.outlook.prepare import Ready, Setting, prepare, recording
from crossbearing.outlook.summary import draws_of, exact_fans
from crossbearing.pipeline import main_companies, open_book

THREADS = os.cpu_count() or 1


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def whole_model(months: int) -> tuple[Ready, Setting]:
    book = open_book(None).sound()
    entity = main_companies(book)[0]
    setting = Setting(book, date(2026, 6, 1), months, 2000, 1, threads=THREADS)
    return prepare(setting, entity, claimed_start(book, entity)), setting


def scalar(ready: Ready, months: int) -> None:
    """One path on plain floats, inputs drawn with the random module: what an analyst's loop does, without arrays."""
    table = ready.inputs.table
    scalar_core({n: table[n].judgment.quantile(random.gauss(0, 1)) for n in table}, months)


def scalar_core(given: dict[str, float], months: int) -> list[float]:
    """The main chain written out by hand with the math module: funnel, cohorts, 10 contracts, cost and cash."""
    sales = given["stated_run_rate"]
    cohorts = [sales / 12] * 12
    mature = subs = sales * 0.1
    signed, sale, adopted, power, total, need = sales, sales, sales, 1e9, 0.0, 0.0
    contracts = [0.0] * 10
    kept = []
    for month in range(months):
        demand = sum(cohorts) + mature + subs
        interest = 0.1 * (demand / sales) ** given["interest_elasticity"] * sales
        adopt, sign = adopted / given["procurement_lag"], sale / given["sale_lag"]
        live = signed / given["integration_lag"]
        growth = math.expm1(math.log(given["net_expansion"] / given["retention_gross_dollar"]) / 12)
        for k in range(len(contracts)):
            fraction = min(1.0, max(0.0, (month - k - given["slip_correlation"]) / 24))
            contracts[k] = 5e8 * fraction * (1.0 if month < 60 + k else 0.0)
        power *= (1 - given["capacity_depreciation_share"]) ** (1 / 12)
        online = power + sum(contracts)
        capacity = online * given["revenue_per_power"] * (1 + given["yield_growth"]) ** (month / 12)
        served = min(demand, capacity)
        load = served / max(capacity, 1.0)
        paid = sum(max(p * given["price_per_power"] / 12 * load, 0.8 * p * 10 / 12) for p in contracts)
        compute = paid + power * given["price_per_power"] / 12 * max(given["take_or_pay_floor"], load)
        gross = served / 12
        fees = gross * given["cloud_share"] * 0.25
        inference = (
            compute * (1 - given["training_share_of_compute"]) * max(1 + given["inference_overrun"], 0)
        )
        training = compute * given["training_share_of_compute"]
        profit = gross - fees - inference - training - gross * given["other_operating_cost_share"]
        total += profit
        need = max(need, -total)
        lapsed = cohorts[-1] * (1 + growth)
        cohorts = [live] + [c * (1 + growth) for c in cohorts[:-1]]
        mature = mature * 1.01 + lapsed * given["retention_gross_dollar"]
        adopted += interest - adopt
        sale += adopt - sign
        signed = max(signed + sign - live, 0.0)
        adds = (0.05 + given["subscription_churn_share"]) * given["subscription_adds_kept"]
        subs += sales * 0.1 * adds - subs * given["subscription_churn_share"]
        kept.append(profit)
    return kept


def ours(ready: Ready, paths: int) -> None:
    """A run of the whole model with inputs and random numbers drawn inside; quantities streamed beyond one block."""
    run = replace(recording(ready, RECORDED), paths=paths)
    if paths <= 10_000:
        simulate(ready.model.wiring, run, THREADS)
    else:
        stream(ready.model.wiring, run, THREADS)


def pysd_run(params: list[dict[str, float]]) -> Callable[[], None]:
    import pysd

    folder = Path(tempfile.mkdtemp())
    (folder / "core.mdl").write_text(vensim(INPUTS))
    model = pysd.read_vensim(str(folder / "core.mdl"))

    def work() -> None:
        for one in params:
            model.run(params=one, return_columns=["cash"])

    return work


def core_work(paths: int) -> Callable[[], object]:
    wiring, run = core(), replace(core_run(paths, 0.2), record=("cash",))
    return lambda: simulate(wiring, run, THREADS)


def slider(ready: Ready, setting: Setting) -> list[float]:
    """Milliseconds from a moved input to fans of every month, 2,000 paths."""
    times = []
    for move in np.linspace(0.9, 1.1, 40):
        given = dict(ready.run.given)
        base = given["price_per_power"]
        given["price_per_power"] = lambda b, base=base, move=move: base(b) * move
        moved = replace(ready, run=replace(ready.run, given=given))
        times.append(1000 * seconds(lambda moved=moved: exact_fans(moved, setting, draws_of(moved, setting))))
    return times


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    months, rounds = 60, 3
    ready, _ = whole_model(months)
    sizes = (1_000, 10_000, 100_000) if quick else (1_000, 10_000, 100_000, 1_000_000)
    hand = {s: [] for s in sizes}
    loop: list[float] = []
    for _ in range(rounds):
        loop.append(200 / seconds(lambda: [scalar(ready, months) for _ in range(200)]))
        for size in sizes:
            if size < 1_000_000 or not hand[size]:
                hand[size].append(size / seconds(lambda size=size: ours(ready, size)))
    base = statistics.median(loop)
    print(f"| whole model, {months} months | paths/s | against the scalar loop |\n| --- | --- | --- |")
    print(f"| scalar Python loop by hand | {base:,.0f} | 1 |")
    for size in sizes:
        rate = statistics.median(hand[size])
        print(f"| this engine, {size:,} paths, {THREADS} threads | {rate:,.0f} | {rate / base:.0f}x |")
    try:
        names = [n.replace("_", " ") for n in INPUTS]
        theirs = pysd_run([dict(zip(names, INPUTS.values(), strict=True))] * 30)
    except ImportError:
        print("PySD is not installed: no comparison")
    else:
        work = core_work(100_000)
        pairs = [(30 / seconds(theirs), 100_000 / seconds(work)) for _ in range(rounds)]
        slow, fast = (statistics.median(p[i] for p in pairs) for i in (0, 1))
        print(f"\n| common core, {MONTHS} months | paths/s | against PySD |\n| --- | --- | --- |")
        print(
            f"| PySD | {slow:,.0f} | 1 |\n| this engine, 100,000 paths | {fast:,.0f} | {fast / slow:,.0f}x |"
        )
    times = slider(*whole_model(24))
    print(
        f"\nA moved input, 2,000 paths x 24 months, all fans: median {np.median(times):.0f} ms, p95 {np.quantile(times, 0.95):.0f} ms"
    )


if __name__ == "__main__":
    main()
