"""What is asked for: dates and durations as written, and what a rate is averaged over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from crossbearing.fix.grid import ordinal
from crossbearing.problems import UsageError
from crossbearing.vocabulary.cell import CellError
from crossbearing.vocabulary.metric import Metric
from crossbearing.vocabulary.period import Duration, Instant, add_months, parse_period
from crossbearing.vocabulary.series import Rate


@dataclass(frozen=True)
class At:
    """One date or duration asked for. `first` is None for an instant; `last` is exclusive for a duration."""

    text: str
    first: float | None
    last: float

    @property
    def year(self) -> int:
        """Calendar year of the middle."""
        return date.fromordinal(int(self.middle)).year

    @property
    def middle(self) -> float:
        """The middle, as an ordinal day."""
        return self.last if self.first is None else 0.5 * (self.first + self.last)


def is_flow(metric: Metric) -> bool:
    """Whether a figure of the metric exists over durations only."""
    return metric.kind == "flow"


def parse_at(text: str, metric: Metric, fiscal_year_end: str) -> At:
    """A date for a stock or a rate, a duration for a flow.

    Raises:
        UsageError: Not a period, or the wrong kind for the metric; the message names the right form.
    """
    try:
        found = parse_period(text, "duration" if is_flow(metric) else "instant", fiscal_year_end)
    except CellError as fault:
        raise UsageError(f"--at {text}: {fault.what}", fault.why, fault.mend) from fault
    if found is None:
        raise UsageError("--at is empty", "", "write --at 2026-03-31")
    if is_flow(metric):
        return _duration(text, found, metric)
    return _instant(text, found, metric)


def _duration(text: str, found: Instant | Duration, metric: Metric) -> At:
    if isinstance(found, Instant):
        quarter = (found.first.month - 1) // 3 + 1
        raise UsageError(
            f"{metric.id} is a flow: it has no value at {text}",
            "a flow runs over a duration",
            f"write --at {found.first.year}-Q{quarter}, --at FY{found.first.year} or --at {found.first:%Y-%m}",
        )
    return At(text, ordinal(found.start), ordinal(found.end) + 1.0)


def _instant(text: str, found: Instant | Duration, metric: Metric) -> At:
    if isinstance(found, Duration):
        raise UsageError(
            f"{metric.id} is a {metric.kind}: it has no value over {text}",
            "a stock or a rate holds at an instant",
            f"write --at {found.end.isoformat()}",
        )
    if found.is_exact:
        return At(text, None, ordinal(found.first))
    length = (found.last - found.first).days + 1
    if length > 31:
        raise UsageError(
            f"{metric.id} is a {metric.kind}: {text} is a duration, not a date",
            "a stock or a rate holds at an instant",
            f"write --at {found.last.isoformat()}",
        )
    return At(text, None, ordinal(found.last))


def every_month(first: date, last: date) -> list[str]:
    """Month ends from the first to the last day, in order."""
    day, out = date(first.year, first.month, 1), []
    while day <= last:
        end = add_months(day, 1) - timedelta(days=1)
        if end >= first:
            out.append(end.isoformat())
        day = add_months(day, 1)
    return out


def parse_rate(text: str | None, metric: Metric) -> Rate:
    """What a printed rate averages over; only rates of money have one.

    Raises:
        UsageError: A rate was asked of a metric that has none.
    """
    applies = metric.kind == "rate" and metric.unit_kind == "money_rate"
    if text is None:
        return Rate.TRAILING if applies else Rate.NONE
    if not applies:
        raise UsageError(
            f"{metric.id} is a {metric.kind}, it is averaged over nothing",
            "--rate chooses the window of a revenue run rate",
            "leave --rate out",
        )
    return Rate(text)
