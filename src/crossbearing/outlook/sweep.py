"""Many scenarios and companies at once: one job each, on a process pool or, with the same call, on a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Any

import numpy as np

from crossbearing.outlook.facts import Start
from crossbearing.outlook.labels import COMPARED
from crossbearing.outlook.prepare import Setting, prepare
from crossbearing.outlook.shocks import composed
from crossbearing.outlook.summary import TO_THE_END, draws_of
from crossbearing.problems import MissingExtra, Refusal, UsageError

A_YEAR = 12
PATIENCE = "5s"  # for a scheduler to answer


@dataclass(frozen=True, slots=True)
class SweepRow:
    """One answer of one company under one scenario.

    Attributes:
        entity: Company.
        scenario: Name.
        answer: Name of the equation.
        unit: Of the figures.
        p5, p50, p95, mean, error: Over draws; the error is of the mean.
        why_not: Why there is none.
    """

    entity: str
    scenario: str
    answer: str
    unit: str
    p5: float
    p50: float
    p95: float
    mean: float
    error: float
    why_not: str = ""


def job(setting: Setting, entity: str, start: Start | None, scenario: str) -> list[SweepRow]:
    """The answers of one company under one scenario; a pure function of its arguments, so it may run anywhere."""
    try:
        ready = prepare(setting, entity, start, composed(setting.book.scenarios, scenario))
        values = draws_of(ready, setting, COMPARED)
    except Refusal as refused:
        none = float("nan")
        return [SweepRow(entity, scenario, "", "", none, none, none, none, none, refused.what)]
    rows = []
    for name, drawn in values.items():
        month = setting.months - 1 if name in TO_THE_END else min(A_YEAR, setting.months) - 1
        low, middle, high = (float(q) for q in np.quantile(drawn[month], (0.05, 0.5, 0.95)))
        mean, error = float(drawn[month].mean()), float(drawn[month].std() / np.sqrt(drawn.shape[1]))
        unit = ready.model.wiring.equations[name].unit
        rows.append(SweepRow(entity, scenario, name, unit, low, middle, high, mean, error))
    return rows


def sweep(
    setting: Setting,
    starts: Mapping[str, Start | None],
    scenarios: Sequence[str],
    workers: int = 2,
    cluster: str = "",
    progress: Callable[[int], None] | None = None,
) -> tuple[SweepRow, ...]:
    """Every company under every scenario, in the order asked for.

    Args:
        setting: Book, time and draws; each job runs on one thread.
        starts: By company.
        scenarios: Names; `a+b` composes.
        workers: Processes, where no cluster is named.
        cluster: Address of a running Dask scheduler, or empty.
        progress: Told of each job that ends.

    Raises:
        UsageError: A scenario is not there, or Dask is asked for and not installed.
    """
    for name in scenarios:
        composed(setting.book.scenarios, name)
    asked = [(entity, name) for name in scenarios for entity in starts]
    plain = replace(setting, threads=1)
    found: dict[int, list[SweepRow]] = {}
    with _workers(workers, cluster) as pool:
        running = {pool.submit(job, plain, e, starts[e], s): n for n, (e, s) in enumerate(asked)}
        for done in as_completed(running):
            found[running[done]] = done.result()
            if progress:
                progress(1)
    return tuple(row for n in range(len(asked)) for row in found[n])


@contextmanager
def _workers(workers: int, cluster: str) -> Iterator[Executor | Any]:
    """A pool that takes `submit`: of processes, or of a Dask cluster."""
    if not cluster:
        pool = ProcessPoolExecutor(max(1, workers), mp_context=get_context("spawn"))
        try:
            yield pool
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
        return
    try:
        import distributed
    except ImportError as missing:
        raise MissingExtra("a sweep on a cluster", "distributed") from missing
    connect: Any = distributed.Client  # as it comes, it has no types
    try:
        client = connect(cluster, timeout=PATIENCE)
    except (OSError, ValueError) as fault:
        raise UsageError(
            f"no Dask scheduler at {cluster}",
            str(fault),
            "start one with `dask scheduler` and name its address",
        ) from fault
    with client, client.get_executor() as pool:
        yield pool
