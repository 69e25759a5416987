"""A synthetic sales ledger with known truth: Pareto customers, cohorts, churn, go-live steps, channels with fees, terms.

Usage rows are daily; subscriptions are monthly or annual terms billed in advance. Usage grows by a monthly rate in place
and multiplies at go-lives; a customer signs some months before its first sale and may leave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crossbearing.gather.measure.synthetic import TableWriter

Ints = NDArray[np.int64]
EPOCH_2024 = 19_723  # 2024-01-01 in days since 1970
BLOCK = 500


@dataclass(frozen=True, slots=True)
class LedgerPlan:
    """What to generate.

    Attributes:
        customers: Customers over the whole time.
        days: Days, from 2024-01-01.
        alpha: Pareto exponent of a customer's usage a day.
        least: Smallest usage a day, cents.
        growth: Growth of usage a month, in place.
        churn: Part of customers that leave each month.
        step_share: Part of customers with a go-live that multiplies usage.
        step_factor: By how much.
        subscribers: Part of customers that also subscribe.
        channels: Names.
        channel_weights: Part of customers in each channel.
        fees: Partner fee of each channel, part of sales.
        seed: Seed.
    """

    customers: int = 300
    days: int = 730
    alpha: float = 1.4
    least: float = 2_000.0
    growth: float = 0.03
    churn: float = 0.01
    step_share: float = 0.2
    step_factor: float = 6.0
    subscribers: float = 0.4
    channels: tuple[str, ...] = ("direct", "cloud-a", "cloud-b")
    channel_weights: tuple[float, ...] = (0.6, 0.25, 0.15)
    fees: tuple[float, ...] = (0.0, 0.2, 0.3)
    seed: int = 1

    @staticmethod
    def of_size(rows: int, months: int, seed: int) -> LedgerPlan:
        """A plan with about that many rows: a customer brings a row a day for half the time."""
        days = round(months * 30.44)
        return LedgerPlan(customers=max(20, round(rows / (days * 0.5))), days=days, seed=seed)


def ledger_blocks(plan: LedgerPlan) -> Iterator[dict[str, Any]]:
    """Columns of the ledger, a block of customers at a time, with each customer's own truth."""
    for block, first in enumerate(range(0, plan.customers, BLOCK)):
        count = min(BLOCK, plan.customers - first)
        yield _block(plan, first, count, np.random.default_rng([plan.seed, block]))


def _block(plan: LedgerPlan, first: int, count: int, random: np.random.Generator) -> dict[str, Any]:
    begins = random.integers(-plan.days // 3, int(plan.days * 0.9), count).clip(0)
    life = random.geometric(max(plan.churn, 1e-9) / 30.44, count)
    ends = np.minimum(begins + life, plan.days)
    size = plan.least * (1 + random.pareto(plan.alpha, count))
    stepping = random.random(count) < plan.step_share
    step = np.where(
        stepping, begins + (random.random(count) * (ends - begins)).astype(np.int64), plan.days + 1
    )
    channel = random.choice(len(plan.channels), size=count, p=plan.channel_weights)
    day, customer = np.meshgrid(np.arange(plan.days), np.arange(count))
    live = (day >= begins[:, None]) & (day < ends[:, None])
    rate = (
        size[:, None]
        * np.exp(np.log1p(plan.growth) / 30.44 * (day - begins[:, None]))
        * np.where(day >= step[:, None], plan.step_factor, 1.0)
    )
    cents = np.maximum(1, np.round(rate * random.lognormal(0, 0.1, rate.shape))).astype(np.int64)
    usage = {
        "customer": customer[live],
        "day": day[live],
        "cents": cents[live],
        "last": day[live],
        "kind": np.zeros(int(live.sum()), np.int64),
    }
    rows = _joined([usage, _subscriptions(plan, begins, ends, size, random)])
    fee = np.asarray(plan.fees)[channel][rows["customer"]]
    return {
        **rows, "fee": np.round(rows["cents"] * fee).astype(np.int64), "channel": channel[rows["customer"]],
        "signed": (begins - random.integers(0, 200, count))[rows["customer"]], "customer": rows["customer"] + first,
        "steps": {first + int(i): int(step[i]) for i in np.nonzero(stepping & (step < ends))[0]},
    }  # fmt: skip


def _subscriptions(
    plan: LedgerPlan, begins: Ints, ends: Ints, size: NDArray[np.float64], random: np.random.Generator
) -> dict[str, Ints]:
    """Monthly (30 days) or annual terms from the first day on, billed on their first day."""
    columns: dict[str, list[int]] = {"customer": [], "day": [], "cents": [], "last": []}
    for i in np.nonzero(random.random(len(begins)) < plan.subscribers)[0]:
        term = 365 if random.random() < 0.3 else 30
        for day in range(int(begins[i]), int(ends[i]), term):
            for key, value in (
                ("customer", i),
                ("day", day),
                ("cents", round(float(size[i]) * 0.3 * term)),
                ("last", day + term - 1),
            ):
                columns[key].append(int(value))
    made = {key: np.array(values, np.int64) for key, values in columns.items()}
    return {**made, "kind": np.ones(len(made["day"]), np.int64)}


def _joined(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}


def write_ledger(plan: LedgerPlan, path: Path, *, every: Callable[[int], None] | None = None) -> int:
    """Writes the ledger as Parquet or CSV, told by the ending; rows written."""
    rows = 0
    with TableWriter(path) as write:
        for done, block in enumerate(ledger_blocks(plan), 1):
            rows += write(_table(plan, block))
            if every:
                every(min(done * BLOCK, plan.customers))
    return rows


def _table(plan: LedgerPlan, block: dict[str, Any]) -> Any:
    import pyarrow as pa

    def dates(offset: Ints) -> Any:
        return pa.array((offset + EPOCH_2024).astype("datetime64[D]"), pa.date32())

    kinds = ["usage", "subscription"]
    return pa.table({
        "customer": pa.array([f"c{number:07d}" for number in block["customer"]]),
        "date": dates(block["day"]),
        "product": pa.DictionaryArray.from_arrays(pa.array(block["kind"], pa.int32()), pa.array(["api", "seats"])),
        "channel": pa.DictionaryArray.from_arrays(pa.array(block["channel"], pa.int32()), pa.array(list(plan.channels))),
        "kind": pa.DictionaryArray.from_arrays(pa.array(block["kind"], pa.int32()), pa.array(kinds)),
        "amount": pa.array(block["cents"] / 100),
        "fee": pa.array(block["fee"] / 100),
        "start": dates(block["day"]),
        "end": dates(block["last"]),
        "signed": dates(block["signed"]),
    })  # fmt: skip


def ledger_truth(plan: LedgerPlan) -> dict[str, object]:
    """The plan's parameters: tail exponent, growth, churn, fees, and when each step came."""
    steps = {
        f"c{customer:07d}": day for block in ledger_blocks(plan) for customer, day in block["steps"].items()
    }
    return {"plan": asdict(plan), "first_day": "2024-01-01", "steps": steps}
