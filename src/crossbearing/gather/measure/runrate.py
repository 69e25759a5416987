"""Run rates by every definition in use, and how far they differ by the calendar alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from crossbearing.gather.measure.engines import Engine, whole
from crossbearing.gather.measure.ledger import TRAILING, day_number, month_end, month_start
from crossbearing.gather.measure.queries import query

RECURRING = ("usage", "subscription")
YEAR = 365


@dataclass(frozen=True, slots=True)
class Money:
    """Sales and what partners keep of them, in cents.

    Attributes:
        gross: Sales to end customers.
        fee: Partner fees on them.
    """

    gross: int = 0
    fee: int = 0

    @property
    def net(self) -> int:
        """Sales less partner fees."""
        return self.gross - self.fee

    def __add__(self, other: Money) -> Money:
        return Money(self.gross + other.gross, self.fee + other.fee)

    def __mul__(self, factor: int) -> Money:
        return Money(self.gross * factor, self.fee * factor)


@dataclass(frozen=True, slots=True)
class Totals:
    """Recognised revenue by window, product, channel and kind."""

    cells: dict[tuple[int, str, str, str], Money]

    def of(
        self,
        periods: Iterable[int],
        *,
        product: str | None = None,
        channel: str | None = None,
        kinds: Sequence[str] = (),
    ) -> Money:
        """Revenue of some windows, of everything or of one product, channel or kind."""
        wanted = set(periods)
        total = Money()
        for (period, its_product, its_channel, its_kind), money in self.cells.items():
            fits = period in wanted and product in {None, its_product} and channel in {None, its_channel}
            if fits and (not kinds or its_kind in kinds):
                total += money
        return total

    def names(self, place: int) -> list[str]:
        """Products (1), channels (2) or kinds (3) that occur."""
        return sorted({str(key[place]) for key in self.cells})


@dataclass(frozen=True, slots=True)
class RunRate:
    """An annualised run rate.

    Attributes:
        definition: `28d*13+subs*12`, `28d*13`, `month*12`, `quarter*4`, or `28d*365/28`, the mean day as a yardstick.
        at: Last day of its latest window.
        money: Cents a year.
        flat: What the definition makes of a flat series, over 365 flat days: the mechanical part of its difference.
    """

    definition: str
    at: date
    money: Money
    flat: float


def totals(engine: Engine) -> Totals:
    """Recognised revenue of every window."""
    rows = engine.rows(query("revenue/totals"))
    return Totals(
        {
            (whole(p), str(product), str(channel), str(kind)): Money(whole(cents), whole(fee))
            for p, product, channel, kind, cents, fee, _ in rows
        }
    )


def run_rates(found: Totals, at: date, months: Sequence[int]) -> list[RunRate]:
    """Run rates at a date; the month and quarter are the last complete ones.

    Usage and subscriptions only: one-off sales do not recur. Subscription revenue of a month is what is earned in it.

    Source of the definitions: `28d*13+subs*12`, consumption of the last 28 days x 13 plus monthly subscriptions x 12.
    """
    window = [TRAILING + day_number(at)]
    last = months[-1]
    month_days = (month_end(last) - month_start(last)).days + 1
    usage, subs = found.of(window, kinds=("usage",)), found.of([last], kinds=("subscription",))
    trailing = found.of(window, kinds=RECURRING)
    combined = usage * 13 + subs * 12
    rates = [
        RunRate("28d*13+subs*12", at, combined, _mixed(usage, subs, month_days)),
        RunRate("28d*13", at, trailing * 13, 364 / YEAR),
        RunRate("month*12", month_end(last), found.of([last], kinds=RECURRING) * 12, 12 * month_days / YEAR),
    ]
    quarter = last_quarter(months)
    if quarter:
        days = (month_end(quarter[-1]) - month_start(quarter[0])).days + 1
        rates.append(
            RunRate(
                "quarter*4", month_end(quarter[-1]), found.of(quarter, kinds=RECURRING) * 4, 4 * days / YEAR
            )
        )
    yardstick = Money(round(trailing.gross * YEAR / 28), round(trailing.fee * YEAR / 28))
    return [*rates, RunRate("28d*365/28", at, yardstick, 1.0)]


def _mixed(usage: Money, subs: Money, month_days: int) -> float:
    """Flat factor of the mixed definition: each part by its share of a mean day."""
    daily_usage, daily_subs = usage.gross / 28, subs.gross / month_days
    total = daily_usage + daily_subs
    return (364 * daily_usage + 12 * month_days * daily_subs) / (YEAR * total) if total else 1.0


def last_quarter(months: Sequence[int]) -> list[int]:
    """Months of the last complete calendar quarter; empty where there is none."""
    ends = [m for m in months if m % 3 == 2 and m - 2 >= months[0]]
    return [ends[-1] - 2, ends[-1] - 1, ends[-1]] if ends else []


def quarters(months: Sequence[int]) -> dict[str, list[int]]:
    """Complete calendar quarters by name."""
    return {
        f"{m // 12}-Q{m % 12 // 3 + 1}": [m - 2, m - 1, m]
        for m in months
        if m % 3 == 2 and m - 2 >= months[0]
    }


def differences(rates: Sequence[RunRate]) -> list[dict[str, object]]:
    """Each definition against the mean day of the last 28: the calendar's part and the rest, which is growth.

    ratio = mechanical x growth.
    """
    yardstick = rates[-1].money.gross
    return [
        {
            "definition": rate.definition, "at": rate.at.isoformat(), "gross": rate.money.gross / 100, "net": rate.money.net / 100,
            "ratio": rate.money.gross / yardstick, "mechanical": rate.flat, "growth": rate.money.gross / yardstick / rate.flat,
        }
        for rate in rates
    ] if yardstick else []  # fmt: skip
