"""The whole revenue measurement: a ledger in, the metrics of a filing out, each with its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from crossbearing.gather.measure import retention as stay
from crossbearing.gather.measure.columns import month_text
from crossbearing.gather.measure.concentration import Concentration, concentrate
from crossbearing.gather.measure.engines import Engine, whole
from crossbearing.gather.measure.golive import Step, find_steps
from crossbearing.gather.measure.ledger import (
    TO_DATE,
    TRAILING,
    Ledger,
    LedgerReading,
    day_number,
    month_end,
    prepare_ledger,
)
from crossbearing.gather.measure.policy import Policy
from crossbearing.gather.measure.queries import query
from crossbearing.gather.measure.runrate import (
    Money,
    RunRate,
    Totals,
    differences,
    quarters,
    run_rates,
    totals,
)

THRESHOLDS = {
    "customers.hundred_thousand_dollar": 100_000,
    "customers.million_dollar": 1_000_000,
    "customers.hundred_million_dollar": 100_000_000,
}
LISTED = 10_000
STEP_CUSTOMERS = 200
WEEKS = 104


@dataclass(frozen=True, slots=True)
class Cohort:
    """Customers over a threshold.

    Attributes:
        metric: Metric of the registry.
        measure: annualised (28 days x 13), trailing (12 months) or contracted (terms running, a year).
        customers: How many.
        money: What they bring a year by that measure, dollars.
    """

    metric: str
    measure: str
    customers: int
    money: float


@dataclass(frozen=True, slots=True)
class RevenueResult:
    """What a ledger says at a date."""

    ledger: Ledger
    policy: Policy
    totals: Totals
    rates: tuple[RunRate, ...]
    cohorts: tuple[Cohort, ...]
    concentration: Concentration | None
    retention: stay.Retention | None
    bridge: tuple[dict[str, Any], ...]
    vintages: tuple[dict[str, Any], ...]
    steps: tuple[Step, ...]
    catch_up: stay.CatchUp | None
    billed: Money
    notes: tuple[str, ...]

    @property
    def quarters(self) -> dict[str, Money]:
        """Recognised revenue of each complete calendar quarter."""
        return {name: self.totals.of(months) for name, months in quarters(self.ledger.months).items()}

    @property
    def months(self) -> dict[int, Money]:
        """Recognised revenue of each complete month."""
        return {month: self.totals.of([month]) for month in self.ledger.months}

    @property
    def deferred(self) -> float:
        """Billed and not yet earned at the date: the contract liability (ASC 606-10-45-2), dollars."""
        return (self.billed.gross - self.totals.of([TO_DATE]).gross) / 100

    def channels(self) -> list[dict[str, Any]]:
        """The last twelve months (or all) by channel: gross, fees, net, and as presented under the policy."""
        year = self.ledger.months[-12:]
        rows = []
        for channel in self.totals.names(2):
            money, role = self.totals.of(year, channel=channel), self.policy.role(channel)
            presented = money.gross if role == "principal" else money.net
            rows.append({
                "channel": channel, "role": role, "reason": self.policy.reasons.get(channel, ""), "gross": money.gross / 100,
                "fees": money.fee / 100, "net": money.net / 100, "presented": presented / 100,
            })  # fmt: skip
        return rows

    def split(self) -> list[dict[str, Any]]:
        """Usage, subscription and other by month, gross."""
        kinds = self.totals.names(3)
        return [
            {"month": month_text(m), **{k: self.totals.of([m], kinds=(k,)).gross / 100 for k in kinds}}
            for m in self.ledger.months
        ]

    def as_json(self) -> dict[str, Any]:
        """Everything; money in the ledger's currency."""
        kept, ahead = self.retention, self.catch_up
        return {
            "at": self.ledger.at.isoformat(), "account": self.ledger.account.as_json(), "notes": list(self.notes),
            "run_rates": differences(self.rates),
            "recognised": {
                "months": [_money(month_text(m), money) for m, money in self.months.items()],
                "quarters": [_money(name, money) for name, money in self.quarters.items()],
                "billed": self.billed.gross / 100, "deferred": self.deferred,
            },
            "channels": self.channels(), "split": self.split(), "cohorts": [asdict(c) for c in self.cohorts],
            "concentration": None if self.concentration is None else self.concentration.as_json(),
            "retention": None if kept is None else {
                "before": month_text(kept.before), "after": month_text(kept.after), "net_dollar": kept.net_dollar, "gross_dollar": kept.gross_dollar,
                "logo": kept.logo, "customers": kept.customers, "opening": kept.opening / 100, "closing": kept.closing / 100,
            },
            "bridge": list(self.bridge), "vintages": list(self.vintages),
            "steps": [{**asdict(s), "ratio": s.ratio if np.isfinite(s.ratio) else None} for s in self.steps],
            "catch_up": None if ahead is None else {**asdict(ahead), "before": month_text(ahead.before), "after": month_text(ahead.after), "months_to_clear": ahead.months_to_clear},
        }  # fmt: skip


def _money(name: str, money: Money) -> dict[str, Any]:
    return {"period": name, "gross": money.gross / 100, "fees": money.fee / 100, "net": money.net / 100}


def measure_revenue(
    engine: Engine,
    paths: Sequence[Path],
    reading: LedgerReading,
    policy: Policy,
    step: Callable[[str], None],
    *,
    window: int = 12,
    growth_months: int = 3,
) -> RevenueResult:
    """The revenue metrics of a sales ledger at a date.

    Args:
        engine: Runs the queries.
        paths: Files of the ledger.
        reading: Columns, currency and date.
        policy: Principal or agent by channel.
        step: Told what is being done.
        window: Months between the two ends of retention.
        growth_months: Months over which catch-up is told from structural growth.

    Raises:
        UsageError: The ledger cannot be read or used.
    """
    ledger = prepare_ledger(engine, paths, reading, step)
    step("run rates and cohorts")
    found = totals(engine)
    last, trailing = ledger.months[-1], [TRAILING + day_number(ledger.at)]
    spread = _concentration(engine, ledger.months[-12:])
    step("retention and vintages")
    kept = stay.retention(engine, last - window, last) if last - window in ledger.months else None
    bridged = stay.bridge(engine, ledger.months)
    aged = stay.vintages(engine)
    step("go-lives")
    steps = _steps(engine, ledger)
    billed = engine.rows(
        "SELECT COALESCE(CAST(SUM(cents) AS BIGINT), 0) AS cents, COALESCE(CAST(SUM(fee) AS BIGINT), 0) AS fee FROM sales"
    )[0]
    ahead, remarks = _catch_up(engine, ledger, growth_months)
    return RevenueResult(
        ledger, policy, found, tuple(run_rates(found, ledger.at, ledger.months)), tuple(_cohorts(engine, ledger, trailing)), spread, kept,
        tuple(bridged), tuple(aged), tuple(steps), ahead, Money(whole(billed[0]), whole(billed[1])),
        (*ledger.notes, *remarks, *_policy_notes(policy, found)),
    )  # fmt: skip


def _cohorts(engine: Engine, ledger: Ledger, trailing: list[int]) -> list[Cohort]:
    """Customers over each threshold, by each measure that the ledger allows."""
    found = []
    year = list(ledger.months[-12:])
    for metric, dollars in THRESHOLDS.items():
        asked = {
            "annualised": query("revenue/above", periods=trailing[0], factor=13, threshold=100 * dollars)
        }
        if len(year) == 12:
            asked["trailing"] = query(
                "revenue/above", periods=", ".join(map(str, year)), factor=1, threshold=100 * dollars
            )
        asked["contracted"] = query("revenue/contracted", day=day_number(ledger.at), threshold=100 * dollars)
        for measure, sql in asked.items():
            customers, cents = (whole(cell) for cell in engine.rows(sql)[0])
            found.append(
                Cohort(metric, measure, customers, cents * (13 if measure == "annualised" else 1) / 100)
            )
    return found


def _concentration(engine: Engine, months: Sequence[int]) -> Concentration | None:
    periods = ", ".join(map(str, months))
    customers, total = (
        whole(cell) for cell in engine.rows(query("revenue/paying_total", periods=periods))[0]
    )
    if not total:
        return None
    largest = [
        whole(cents) for _, cents in engine.rows(query("revenue/largest", periods=periods, most=LISTED))
    ]
    return concentrate(largest, customers, total)


def _steps(engine: Engine, ledger: Ledger) -> list[Step]:
    """Go-lives among the largest customers of the last twelve months, in the last two years of the ledger."""
    periods = ", ".join(map(str, ledger.months[-12:]))
    chosen = [
        str(name) for name, _ in engine.rows(query("revenue/largest", periods=periods, most=STEP_CUSTOMERS))
    ]
    if not chosen:
        return []
    engine.lookup("chosen", {"customer": chosen})
    weeks = min(WEEKS, ((ledger.at - ledger.first).days + 1) // 7)
    series = {name: np.zeros(weeks) for name in chosen}
    for name, ago, cents in engine.rows(query("revenue/weekly_usage", day=day_number(ledger.at))):
        if whole(ago) < weeks:
            series[str(name)][weeks - 1 - whole(ago)] = whole(cents)
    return find_steps(series)


def _catch_up(engine: Engine, ledger: Ledger, months: int) -> tuple[stay.CatchUp | None, list[str]]:
    if "signed" not in ledger.columns:
        return None, [
            "catch-up cannot be told from structural growth: that takes a column `signed` with the day of each contract"
        ]
    last = ledger.months[-1]
    if last - months not in ledger.months:
        return None, [f"catch-up needs {months + 1} complete months"]
    rows = engine.rows(query("revenue/two_periods", before=last - months, after=last))
    pair = {whole(period): whole(cents) for period, cents in rows}
    return stay.catch_up(engine, last - months, last, pair.get(last - months, 0), pair.get(last, 0)), []


def _policy_notes(policy: Policy, found: Totals) -> list[str]:
    if not policy.stated:
        return [
            "no principal/agent policy was stated: presented revenue is gross in every channel; state one with --policy"
        ]
    silent = [name for name in found.names(2) if name not in policy.roles]
    strange = [name for name in policy.roles if name not in found.names(2)]
    notes = [f"the policy says nothing of {', '.join(silent)}: taken as principal"] if silent else []
    return notes + ([f"the policy names channels without sales: {', '.join(strange)}"] if strange else [])


def end_of(result: RevenueResult) -> date:
    """Last day of the last complete month."""
    return month_end(result.ledger.months[-1])
