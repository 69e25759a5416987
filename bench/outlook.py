"""Paths per second of the whole outlook against the same model as a loop of floats, the slider and a new process.

python bench/outlook.py [--quick]
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.outlook_scalar import drawn, float_path

from crossbearing.outlook.engine import compiled, simulate, stream
from crossbearing.outlook.facts import claimed_start
from crossbearing.outlook.labels import RECORDED
from crossbearing.outlook.prepare import Ready, Setting, prepare, recording
from crossbearing.pipeline import main_companies, open_book
from crossbearing.pipeline.serving import Live
from crossbearing.pipeline.sliders import slid, sliders_of

THREADS = os.cpu_count() or 1


def whole_model(months: int) -> tuple[Ready, Setting]:
    book = open_book(None).sound()
    entity = main_companies(book)[0]
    setting = Setting(book, date(2026, 6, 1), months, 2000, 1, threads=THREADS)
    return prepare(setting, entity, claimed_start(book, entity)), setting


def ours(ready: Ready, paths: int) -> None:
    """A run of the whole model with inputs and random numbers drawn inside; quantities streamed beyond one block."""
    run = replace(recording(ready, RECORDED), paths=paths)
    if paths <= 10_000:
        simulate(ready.model.wiring, run, THREADS)
    else:
        stream(ready.model.wiring, run, THREADS)


def slider() -> list[tuple[float, float]]:
    """Milliseconds of wall and processor time from a moved slider of the live page to its fans, 2,000 paths, fit kept."""
    live = Live(None)
    entity = main_companies(live.world().book)[0]
    knob = sliders_of(live, entity)[0]
    slid(live, entity, {knob.name: knob.middle})
    times = []
    for value in np.linspace(knob.low, knob.high, 62)[1:-1]:
        start = time.perf_counter(), time.process_time()
        slid(live, entity, {knob.name: float(value)})
        times.append((1000 * (time.perf_counter() - start[0]), 1000 * (time.process_time() - start[1])))
    return times


def fresh(rounds: int) -> list[tuple[str, float, float]]:
    """`xb outlook` as a new process at 2,000 paths: median seconds of wall and processor time, with the fit kept and without."""
    found = []
    with tempfile.TemporaryDirectory() as kept:
        for words, folder in (("fit kept", kept), ("without", "")):
            env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
            env["CROSSBEARING_CACHE"] = folder
            taken = []
            for _ in range(rounds + 1):
                before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
                subprocess.run(
                    [sys.executable, "-m", "crossbearing", "outlook"],
                    env=env,
                    check=True,
                    capture_output=True,
                )
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
                taken.append((time.perf_counter() - start, used))
            walls, used = zip(*taken[1:], strict=True)
            found.append((words, statistics.median(walls), statistics.median(used)))
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    months, rounds = 60, 3
    ready, _ = whole_model(months)
    sizes = (1_000, 10_000, 100_000) if quick else (1_000, 10_000, 100_000, 1_000_000)
    engine = compiled(ready.model.wiring, recording(ready, RECORDED), regroup=False)
    path, given = float_path(engine), drawn(engine, 100, dict(ready.run.given))
    rates: dict[str, list[tuple[float, float]]] = {}
    for _ in range(rounds):
        rates.setdefault("scalar Python loop", []).append(both(100, lambda: [path(one) for one in given]))
        for size in sizes:
            name = f"this engine, {size:,} paths, {THREADS} threads"
            if size < 1_000_000 or name not in rates:
                rates.setdefault(name, []).append(both(size, lambda size=size: ours(ready, size)))
    base = [statistics.median(r[i] for r in rates["scalar Python loop"]) for i in (0, 1)]
    print(
        f"| whole model, {months} months | paths/s | paths per processor second | against the loop, wall | by processor |"
    )
    print("| --- | --- | --- | --- | --- |")
    for name, found in rates.items():
        wall, used = (statistics.median(r[i] for r in found) for i in (0, 1))
        print(f"| {name} | {wall:,.0f} | {used:,.0f} | {wall / base[0]:.0f}x | {used / base[1]:.0f}x |")
    print(
        f"\nMost memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB"
    )
    for n, words in enumerate(("wall", "processor")):
        times = [t[n] for t in slider()]
        middle, late = np.median(times), np.quantile(times, 0.95)
        print(f"A moved slider, 2,000 paths x 24 months, {words}: median {middle:.0f} ms, p95 {late:.0f} ms")
    for words, wall, used in fresh(rounds):
        print(f"`xb outlook` as a new process, {words}: {wall:.2f} s wall, {used:.2f} s processor")


def both(paths: int, work: Callable[[], object]) -> tuple[float, float]:
    """Paths a second of wall and of processor time."""
    start = time.perf_counter(), time.process_time()
    work()
    return paths / (time.perf_counter() - start[0]), paths / (time.process_time() - start[1])


if __name__ == "__main__":
    main()
