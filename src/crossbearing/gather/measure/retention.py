"""What stays and what grows: retention, the month-to-month bridge, vintages, catch-up against structural growth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crossbearing.gather.measure.columns import month_text
from crossbearing.gather.measure.engines import Engine, whole
from crossbearing.gather.measure.queries import query

MOVES = ("new", "returned", "expansion", "same", "contraction", "lost")


@dataclass(frozen=True, slots=True)
class Retention:
    """Customers of one month a year (or another window) later; money in cents a month.

    Attributes:
        before: Earlier month.
        after: Later month.
        customers: Customers with revenue in the earlier month.
        kept: Those with revenue in the later one.
        opening: Revenue of the earlier month.
        closing: Revenue in the later month of the same customers.
        without_expansion: The same, each customer counted at most at what it was.
    """

    before: int
    after: int
    customers: int
    kept: int
    opening: int
    closing: int
    without_expansion: int

    @property
    def net_dollar(self) -> float:
        """Revenue now from the customers of then, over their revenue then."""
        return self.closing / self.opening

    @property
    def gross_dollar(self) -> float:
        """The same without expansion; never above one."""
        return self.without_expansion / self.opening

    @property
    def logo(self) -> float:
        """Part of the customers that still bring revenue."""
        return self.kept / self.customers


def retention(engine: Engine, before: int, after: int) -> Retention | None:
    """Retention between two months; None where nobody paid in the earlier one."""
    row = [whole(cell) for cell in engine.rows(query("revenue/retention", before=before, after=after))[0]]
    customers, opening, kept, closing, without = row
    return Retention(before, after, customers, kept, opening, closing, without) if opening > 0 else None


def bridge(engine: Engine, months: Sequence[int]) -> list[dict[str, Any]]:
    """From each month to the next: opening + new + returned + expansion + contraction + lost = closing, in dollars.

    Customer-months with no or negative revenue count as absent; their credits stand apart.
    """
    moves: dict[int, dict[str, int]] = {}
    customers: dict[int, dict[str, int]] = {}
    for period, move, n, cents in engine.rows(query("revenue/bridge")):
        moves.setdefault(whole(period), {})[str(move)] = whole(cents)
        customers.setdefault(whole(period), {})[str(move)] = whole(n)
    rows, opening = [], 0
    for month in months:
        change = {move: moves.get(month, {}).get(move, 0) for move in MOVES}
        closing = opening + sum(change.values())
        rows.append({
            "month": month_text(month), "opening": opening / 100, **{m: c / 100 for m, c in change.items() if m != "same"}, "closing": closing / 100,
            "customers": {move: customers.get(month, {}).get(move, 0) for move in MOVES},
        })  # fmt: skip
        opening = closing
    return rows


def vintages(engine: Engine) -> list[dict[str, Any]]:
    """By month of first revenue and age in months: logo, net and gross dollar retention against the first full month (age 1)."""
    cells = sorted(tuple(whole(cell) for cell in row) for row in engine.rows(query("revenue/vintages")))
    table = {(vintage, age): (customers, cents, kept) for vintage, age, customers, cents, kept in cells}
    rows = []
    for (vintage, age), (customers, cents, kept) in table.items():
        size = table[vintage, 0][0]
        base = table.get((vintage, 1), (0, 0, 0))[1]
        rows.append({
            "vintage": month_text(vintage), "age": age, "customers": customers, "revenue": cents / 100, "logo": customers / size,
            "net_dollar": cents / base if base and age else None, "gross_dollar": kept / base if base and age else None,
        })  # fmt: skip
    return rows


@dataclass(frozen=True, slots=True)
class CatchUp:
    """Growth between two months by where it comes from; dollars a month.

    Attributes:
        before: Earlier month.
        after: Later month.
        growth: Revenue of the later month less the earlier.
        catch_up: From contracts signed by the earlier month that went live after it: an old backlog lit up.
        new: From contracts signed and live in between.
        installed: Expansion less contraction and loss of customers already live.
        undated: From new customers whose signature is not on record.
        backlog_before: Contracts signed and not live at the end of the earlier month.
        backlog_after: The same at the end of the later one.
        lag: Median months from signature to first revenue; None where nobody is live.
        go_lives: Go-lives a month between the two.
    """

    before: int
    after: int
    growth: float
    catch_up: float
    new: float
    installed: float
    undated: float
    backlog_before: int
    backlog_after: int
    lag: float | None
    go_lives: float

    @property
    def months_to_clear(self) -> float | None:
        """Months in which the remaining backlog would go live at the recent pace; None without go-lives."""
        return self.backlog_after / self.go_lives if self.go_lives else None


def catch_up(engine: Engine, before: int, after: int, opening: int, closing: int) -> CatchUp:
    """Splits growth into backlog going live, new contracts, and the installed base.

    Args:
        engine: Holds the prepared ledger.
        before: Earlier month.
        after: Later month.
        opening: Revenue of the earlier month, cents.
        closing: Revenue of the later month, cents.
    """
    rows = [
        tuple(whole(cell) for cell in row)
        for row in engine.rows(query("revenue/signings", before=before, after=after))
    ]
    lit = [row for row in rows if before < row[1] <= after]
    old = sum(row[4] for row in lit if row[0] <= before)
    fresh = sum(row[4] for row in lit if row[0] > before)
    base = _installed(engine, before, after)
    lags = sorted(live - signed for signed, live, customers, *_ in rows if live for _ in range(customers))
    return CatchUp(
        before, after, (closing - opening) / 100, old / 100, fresh / 100, base / 100, (closing - opening - old - fresh - base) / 100,
        _backlog(rows, before), _backlog(rows, after), float(lags[len(lags) // 2]) if lags else None, sum(row[2] for row in lit) / (after - before),
    )  # fmt: skip


def _backlog(rows: Sequence[tuple[int, ...]], month: int) -> int:
    return sum(
        customers for signed, live, customers, *_ in rows if signed <= month and (live == 0 or live > month)
    )


def _installed(engine: Engine, before: int, after: int) -> int:
    """Change of revenue of customers whose first revenue came by the earlier month."""
    rows = engine.rows(query("revenue/installed", before=before, after=after))
    return whole(rows[0][0])
