"""The common core of ten variables in this engine and in the tools an analyst would reach for, interleaved in one run.

python bench/outlook_peers.py [--rounds 3]

PySD comes with the group peers; squigglepy, formulas and openpyxl are used where they are installed. For Squiggle, name a folder
in SQUIGGLE into which `npm install --prefix FOLDER @quri/squiggle-lang` was run. Every peer is written by us, not by its makers.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.outlook.test_peers import INPUTS, MONTHS, core, core_run, vensim

from crossbearing.outlook.engine import simulate
from crossbearing.outlook.runs import Block

LOW, HIGH = 0.8, 1.2
HERE = Path(__file__).parent
Rate = Callable[[], tuple[float, float]]


def timed(paths: int, work: Callable[[], object]) -> tuple[float, float]:
    """Paths a second of wall and of processor time."""
    start = time.perf_counter(), time.process_time()
    work()
    return paths / (time.perf_counter() - start[0]), paths / (time.process_time() - start[1])


def engine(paths: int) -> Rate:
    """This engine, inputs drawn inside."""
    wiring = core()

    def draw(value: float) -> Callable[[Block], np.ndarray]:
        def drawn(block: Block) -> np.ndarray:
            source = block.once("source", lambda: np.random.Generator(np.random.SFC64(block.first)))
            return source.uniform(LOW * value, HIGH * value, block.count)

        return drawn

    given = {n: draw(v) for n, v in INPUTS.items()}
    given["zero"] = lambda b: np.zeros(b.count)
    run = replace(core_run(paths), given=given, record=("cash",))
    return lambda: timed(paths, lambda: simulate(wiring, run, os.cpu_count() or 1))


def one_path(i: dict[str, float]) -> float:
    """The core as a loop over plain floats."""
    funnel, sales, power, cash = i["start_funnel"], i["start_sales"], i["start_power"], 0.0
    for _ in range(MONTHS):
        live = funnel / i["lag"]
        can = power * i["yield_of_power"]
        served = min(sales, can)
        ordered = i["ordering"] * served / i["yield_of_power"]
        cash += served - i["cost_share"] * can
        funnel += i["pull"] * sales - live
        sales += live - i["churn"] * sales
        power += ordered - i["wear"] * power
    return cash


def scalar() -> Rate:
    return lambda: timed(
        2000,
        lambda: [
            one_path({n: random.uniform(LOW * v, HIGH * v) for n, v in INPUTS.items()}) for _ in range(2000)
        ],
    )


def pysd() -> Rate:
    import pysd

    folder = Path(tempfile.mkdtemp())
    (folder / "core.mdl").write_text(vensim(INPUTS))
    model = pysd.read_vensim(str(folder / "core.mdl"))

    def work() -> None:
        for _ in range(30):
            drawn = {n.replace("_", " "): random.uniform(LOW * v, HIGH * v) for n, v in INPUTS.items()}
            model.run(params=drawn, return_columns=["cash"])

    return lambda: timed(30, work)


def squigglepy() -> Rate:
    import squigglepy as sq

    law = {n: sq.uniform(LOW * v, HIGH * v) for n, v in INPUTS.items()}

    def path() -> float:
        return one_path({n: float(sq.sample(d)) for n, d in law.items()})

    return lambda: timed(300, lambda: sq.sample(path, n=300))


def workbook() -> Rate:
    """The core as a sheet of one row a month, recalculated by the `formulas` package."""
    import formulas
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "core"
    for k, (name, value) in enumerate(INPUTS.items(), 1):
        sheet[f"A{k}"], sheet[f"B{k}"] = name, value
    cell = {name: f"$B${k}" for k, name in enumerate(INPUTS, 1)}
    sheet["D1"], sheet["E1"], sheet["F1"], sheet["G1"] = (
        *(f"={cell[n]}" for n in ("start_funnel", "start_sales", "start_power")),
        0,
    )
    for r in range(2, MONTHS + 2):
        p = r - 1
        can = f"F{p}*{cell['yield_of_power']}"
        sheet[f"D{r}"] = f"=D{p}+{cell['pull']}*E{p}-D{p}/{cell['lag']}"
        sheet[f"E{r}"] = f"=E{p}+D{p}/{cell['lag']}-{cell['churn']}*E{p}"
        sheet[f"H{r}"] = f"=MIN(E{p},{can})"
        sheet[f"F{r}"] = f"=F{p}+{cell['ordering']}*H{r}/{cell['yield_of_power']}-{cell['wear']}*F{p}"
        sheet[f"G{r}"] = f"=G{p}+H{r}-{cell['cost_share']}*{can}"
    file = Path(tempfile.mkdtemp()) / "core.xlsx"
    book.save(file)
    model = formulas.ExcelModel().loads(str(file)).finish()
    last = f"'[core.xlsx]CORE'!G{MONTHS + 1}"

    def recalculated(given: dict[str, float]) -> float:
        inputs = {f"'[core.xlsx]CORE'!B{k}": v for k, v in enumerate(given.values(), 1)}
        return float(model.calculate(inputs=inputs, outputs=[last])[last].value[0, 0])

    if abs(recalculated(INPUTS) - one_path(INPUTS)) > 1e-9 * abs(one_path(INPUTS)):
        raise SystemExit("the sheet and the loop disagree")
    draws = [{n: random.uniform(LOW * v, HIGH * v) for n, v in INPUTS.items()} for _ in range(5)]
    return lambda: timed(5, lambda: [recalculated(d) for d in draws])


def squiggle(samples: int) -> Rate:
    folder = os.environ.get("SQUIGGLE", "")
    if not folder or not shutil.which("node"):
        raise ImportError("SQUIGGLE names no folder, or node is not installed")
    script = Path(folder) / "outlook_core.mjs"
    script.write_text((HERE / "outlook_core.mjs").read_text())

    def work() -> tuple[float, float]:
        done = subprocess.run(
            ["node", script, str(samples), "2"], capture_output=True, text=True, check=True, cwd=folder
        )
        told = json.loads(done.stdout.splitlines()[-1])  # the second run: warm
        return 1000 * samples / told["ms"], 1000 * samples / told["cpu"]

    return work


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    asked: dict[str, Callable[[], Rate]] = {
        "this engine, 100,000 paths": lambda: engine(100_000),
        "this engine, 10,000 paths": lambda: engine(10_000),
        "this engine, 2,000 paths": lambda: engine(2_000),
        "scalar Python loop": scalar,
        "squigglepy, one function a sample": squigglepy,
        "Squiggle, 2,000 samples": lambda: squiggle(2_000),
        "Squiggle, 10,000 samples": lambda: squiggle(10_000),
        "PySD": pysd,
        ".xlsx by formulas": workbook,
    }
    ready: dict[str, Rate] = {}
    for name, make in asked.items():
        try:
            ready[name] = make()
        except ImportError as missing:
            print(f"{name}: not measured ({missing})")
    rates: dict[str, list[tuple[float, float]]] = {name: [] for name in ready}
    for _ in range(rounds):
        for name, rate in ready.items():
            rates[name].append(rate())
    middle = {n: [statistics.median(r[i] for r in found) for i in (0, 1)] for n, found in rates.items()}
    print(
        f"| common core, {MONTHS} months | paths/s | paths per processor second | this engine over it, wall | by processor |"
    )
    print("| --- | --- | --- | --- | --- |")
    for name, own in middle.items():
        size = name.partition(", ")[2].partition(" ")[0]
        ours = middle.get(f"this engine, {size} paths", middle["this engine, 100,000 paths"])
        times = [
            "" if name.startswith("this engine") else f"{a / b:,.0f}x" for a, b in zip(ours, own, strict=True)
        ]
        print(f"| {name} | {' | '.join([f'{rate:,.{0 if rate > 100 else 1}f}' for rate in own] + times)} |")


if __name__ == "__main__":
    main()
