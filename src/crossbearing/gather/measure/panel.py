"""What happens within the panel: moves, switching, several vendors at once, first-time buyers, money, late rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crossbearing.gather.measure.adoption import Counts
from crossbearing.gather.measure.columns import month_text
from crossbearing.gather.measure.engines import Engine, whole
from crossbearing.gather.measure.population import Population
from crossbearing.gather.measure.queries import query
from crossbearing.gather.measure.sampling import LEVEL, jackknife, wilson, z_of
from crossbearing.problems import Refusal

Floats = NDArray[np.float64]
GROUPS = 256


def moves(engine: Engine, vendors: tuple[str, ...]) -> list[dict[str, Any]]:
    """Companies that kept, gained or lost a vendor since the month before, and payers that entered or left the panel.

    payers(t) = payers(t-1) + gained + entered - lost - left.
    """
    kinds = ("kept", "gained", "entered", "lost", "left")
    table: dict[tuple[int, int], dict[str, int]] = {}
    found = [
        *engine.rows(query("adoption/moves_in")),
        *engine.rows(query("adoption/moves_out")),
    ]  # in turn: half the memory
    for vendor, month, move, n in found:
        table.setdefault((whole(vendor), whole(month)), dict.fromkeys(kinds, 0))[str(move)] = whole(n)
    return [{"vendor": vendors[v], "month": month_text(m), **row} for (v, m), row in sorted(table.items())]


def overlap(engine: Engine, counts: Counts) -> list[dict[str, Any]]:
    """Companies paying both vendors of a pair, as a share of the payers of each."""
    payers = counts.payers.sum(axis=-1)
    rows = []
    for a, b, month, n in sorted(engine.rows(query("adoption/overlap")), key=str):
        first, second, place, both = whole(a), whole(b), whole(month) - counts.months[0], whole(n)
        rows.append({
            "month": month_text(whole(month)), "vendor": counts.vendors[first], "other": counts.vendors[second], "both": both,
            "of_vendor": both / int(payers[first, place]), "of_other": both / int(payers[second, place]),
        })  # fmt: skip
    return rows


def homing(engine: Engine) -> list[dict[str, Any]]:
    """Payers by the number of vendors they pay in a month."""
    rows = sorted((whole(m), whole(k), whole(n)) for m, k, n in engine.rows(query("adoption/homing")))
    total: dict[int, int] = {}
    for month, _, n in rows:
        total[month] = total.get(month, 0) + n
    return [{"month": month_text(m), "vendors": k, "payers": n, "share": n / total[m]} for m, k, n in rows]


def switching(engine: Engine, vendors: tuple[str, ...]) -> list[dict[str, Any]]:
    """Companies that stopped paying one vendor and started paying another in the same month."""
    rows = sorted(tuple(whole(cell) for cell in row) for row in engine.rows(query("adoption/switching")))
    return [
        {"month": month_text(m), "from": vendors[a], "to": vendors[b], "companies": n} for a, b, m, n in rows
    ]


def first_buyers(
    engine: Engine, vendors: tuple[str, ...], *, seen: int = 3, level: float = LEVEL
) -> list[dict[str, Any]]:
    """Share of first-time buyers that took each vendor; only companies seen for `seen` months before they first paid.

    Shares of vendors may add to more than one, because a first purchase can be of several.
    """
    counts = {
        (whole(m), whole(v)): whole(n) for m, v, n in engine.rows(query("adoption/first_buyers", seen=seen))
    }
    rows = []
    for (month, vendor), n in sorted(counts.items()):
        if vendor == 0:
            continue
        firms = counts[month, 0]
        low, high = wilson(np.array(n / firms), np.array(float(firms)), level)
        rows.append(
            {
                "month": month_text(month),
                "vendor": vendors[vendor],
                "companies": n,
                "first_buyers": firms,
                "share": n / firms,
                "low": float(low),
                "high": float(high),
            }
        )
    return rows


@dataclass(frozen=True, slots=True)
class Money:
    """Dollar-weighted figures of one vendor and month, with confidence intervals from random groups of companies.

    Attributes:
        vendor: Vendor.
        month: Month.
        dollars: Money paid by the panel.
        share: Part of all money paid to listed vendors.
        share_error: Its standard error; None from too few companies, as the other errors.
        per_payer: Money per paying company.
        per_payer_error: Its standard error.
        per_employee: Money per employee, over companies with a known head count, buyers or not; None without any.
        per_employee_error: Its standard error.
    """

    vendor: str
    month: str
    dollars: float
    share: float
    share_error: float | None
    per_payer: float
    per_payer_error: float | None
    per_employee: float | None
    per_employee_error: float | None


def money(engine: Engine, counts: Counts) -> list[Money]:
    """Money by vendor and month: share of spend, spend per payer and per employee."""
    months, vendors = len(counts.months), len(counts.vendors)
    paid = np.zeros((GROUPS, 3, vendors, months))
    heads = np.zeros((GROUPS, months))
    for vendor, month, group, payers, cents, headed in engine.rows(query("adoption/payer_replicates")):
        place = whole(group), whole(month) - counts.months[0]
        paid[place[0], :, whole(vendor), place[1]] = whole(payers), whole(cents) / 100, whole(headed) / 100
    for month, group, _, employees in engine.rows(query("adoption/panel_replicates")):
        heads[whole(group), whole(month) - counts.months[0]] = whole(employees)
    rows: list[Money] = []
    for m in range(months):
        listed = [v for v in range(1, vendors) if paid[:, 0, v, m].any()]
        if listed:
            rows += _month_money(paid[:, :, :, m], heads[:, m], listed, counts, m)
    return rows


def _month_money(paid: Floats, heads: Floats, listed: list[int], counts: Counts, m: int) -> list[Money]:
    """Groups: paid (group, payers or money, vendor), heads (group,)."""
    size = len(listed)
    parts = [paid[:, 1, listed], paid[:, 0, listed], paid[:, 2, listed], paid[:, 1, :1], heads[:, None]]
    packed = np.concatenate(parts, axis=1)

    def statistic(total: Floats) -> Floats:
        dollars, payers, headed = total[: 3 * size].reshape(3, size)
        everything, people = total[3 * size :]
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(
                np.nan_to_num(np.concatenate([dollars / everything, dollars / payers, headed / people]))
            )

    try:
        value, covariance = jackknife(statistic, packed)
        error: list[float | None] = [float(e) for e in np.sqrt(np.diag(covariance))]
    except Refusal:  # too few companies for an error; the sums stand
        value, error = statistic(packed.sum(axis=0)), [None] * (3 * size)
    known = bool(heads.any())
    return [
        Money(
            counts.vendors[v], month_text(counts.months[m]), float(paid[:, 1, v].sum()), float(value[i]), error[i],
            float(value[size + i]), error[size + i],
            float(value[2 * size + i]) if known else None, error[2 * size + i] if known else None,
        )
        for i, v in enumerate(listed)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class GapSeries:
    """Share of the leader less share of the follower, points of a hundred, with the covariance of its sampling errors.

    Attributes:
        leader: Vendor ahead at the start.
        follower: The other.
        months: Month numbers.
        gaps: Points. Shape: (month,).
        covariance: Points squared. Shape: (month, month).
        level: Confidence of the intervals shown.
    """

    leader: str
    follower: str
    months: tuple[int, ...]
    gaps: Floats
    covariance: Floats
    level: float = LEVEL

    def rows(self) -> list[dict[str, Any]]:
        """Gap and closing speed by month, each with its interval."""
        z, error = z_of(self.level), np.sqrt(np.diag(self.covariance))
        rows: list[dict[str, Any]] = []
        for i, month in enumerate(self.months):
            row: dict[str, Any] = {
                "month": month_text(month),
                "gap": self.gaps[i],
                "low": self.gaps[i] - z * error[i],
                "high": self.gaps[i] + z * error[i],
            }
            if i and month == self.months[i - 1] + 1:
                change = self.covariance[i, i] + self.covariance[i - 1, i - 1] - 2 * self.covariance[i, i - 1]
                speed, half = self.gaps[i - 1] - self.gaps[i], z * float(np.sqrt(max(change, 0.0)))
                row |= {"closing": speed, "closing_low": speed - half, "closing_high": speed + half}
            rows.append(
                {key: value if isinstance(value, str) else float(value) + 0.0 for key, value in row.items()}
            )  # + 0.0: never minus nothing
        return rows


def gap_series(
    engine: Engine, counts: Counts, first: int, second: int, population: Population | None
) -> GapSeries:
    """Gap between two vendors, weighted like the index, with errors from random groups of companies.

    Raises:
        Refusal: The population is known by margins only, or too few companies.
    """
    if population is not None and population.joint is None:
        raise Refusal(
            "the gap's error is not available with raked margins",
            "random groups need a joint population",
            "give industry and size in every row of the population",
        )
    observed = [m for m in range(len(counts.months)) if counts.firms[m].any()]
    groups = _gap_groups(engine, counts, (first, second), weighted=population is not None)
    weight = None if population is None else population.joint

    def statistic(total: Floats) -> Floats:
        k, n = total[:2][:, observed], total[2][observed]
        held = n if weight is None else np.where(n > 0, weight, 0.0)
        everyone = held.sum(axis=-1)
        if np.any(everyone <= 0):
            raise Refusal(
                "a month hangs on one random group of companies",
                "without it nobody is left to form the gap from",
                "use a larger panel",
            )
        shares = (held * k / np.maximum(n, 1)).sum(axis=-1) / everyone
        return np.asarray(100 * (shares[0] - shares[1]))

    gaps, covariance = jackknife(statistic, groups)
    firms = np.array([counts.firms[m].sum() for m in observed], float)
    covariance = covariance + np.diag(np.maximum(_least_variance(firms) - np.diag(covariance), 0.0))
    names, sign = (counts.vendors[first], counts.vendors[second]), 1.0
    if gaps[0] < 0:
        names, sign = (names[1], names[0]), -1.0
    return GapSeries(names[0], names[1], tuple(counts.months[m] for m in observed), sign * gaps, covariance)


def _least_variance(firms: Floats) -> Floats:
    """Variance of a gap, points squared, when not one company pays just one of the two: no panel is that sure.

    Half a company is added to each of the four cells (both, one, other, neither). Source: Agresti and Min (2005).
    """
    return np.asarray((100 / (firms + 2)) ** 2)


def _gap_groups(engine: Engine, counts: Counts, pair: tuple[int, int], *, weighted: bool) -> Floats:
    """Payers of both vendors and companies. Shape: (group, first or second or all, month, stratum); one stratum unweighted."""
    stratum = "stratum" if weighted else "stratum - stratum + 1"
    groups = np.zeros((GROUPS, 3, len(counts.months), len(counts.strata) if weighted else 1))
    rows = [
        (pair.index(whole(vendor)), whole(month), whole(one), whole(group), whole(n))
        for vendor, month, one, group, n in engine.rows(query("adoption/gap_replicates", a=pair[0], b=pair[1], stratum=stratum))
    ]  # fmt: skip
    rows += [
        (2, whole(month), whole(one), whole(group), whole(n))
        for month, one, group, n in engine.rows(query("adoption/panel_strata_replicates", stratum=stratum))
    ]
    table = np.array(rows, np.int64).reshape(-1, 5)
    groups[table[:, 3], table[:, 0], table[:, 1] - counts.months[0], table[:, 2] - 1] = table[:, 4]
    return groups


def completeness(engine: Engine, months: tuple[int, ...]) -> list[dict[str, Any]]:
    """How much of each month's payers is on record yet, from how past months filled up (chain ladder), by month for any vendor.

    Source: Mack (1993), the chain-ladder method, on counts.
    """
    last = 0
    counts: dict[tuple[int, int], int] = {}
    for vendor, month, lag, n in engine.rows(query("adoption/lags")):
        last = max(last, whole(month) + whole(lag))
        if vendor == 0:
            counts[whole(month), whole(lag)] = whole(n)
    if not any(lag for _, lag in counts):
        return []
    longest = min(max(lag for _, lag in counts), last - months[0])
    grown = [_development(counts, months, last, lag) for lag in range(1, longest + 1)]
    rows = []
    for month in months:
        age = last - month
        recorded = sum(n for (m, _), n in counts.items() if m == month)
        complete = float(1 / np.prod(grown[age:])) if age < longest else 1.0
        rows.append(
            {
                "month": month_text(month),
                "recorded": recorded,
                "complete": complete,
                "expected": recorded / complete,
            }
        )
    return rows


def _development(counts: dict[tuple[int, int], int], months: tuple[int, ...], last: int, lag: int) -> float:
    """Factor by which payers grow from lag - 1 to lag, over months old enough to show it."""
    old = [m for m in months if last - m >= lag]
    before = sum(n for (m, age), n in counts.items() if m in old and age < lag)
    now = sum(n for (m, age), n in counts.items() if m in old and age <= lag)
    return now / before if before else 1.0
