"""An adoption index as measured claims."""

from __future__ import annotations

from collections.abc import Iterable

from crossbearing.gather.measure.adoption import ANY, IndexRow
from crossbearing.gather.measure.claims import Measured
from crossbearing.gather.measure.panel import GapSeries
from crossbearing.gather.measure.sampling import LEVEL

ALL_VENDORS = "All AI vendors"


def percent_range(low: float, high: float) -> str:
    """A confidence interval of a share as a value cell, to two digits of a percent."""
    ends = f"{100 * low:.2f}%", f"{100 * high:.2f}%"
    return ends[0] if ends[0] == ends[1] else "..".join(ends)


def index_claims(rows: Iterable[IndexRow], *, scope: str = "", everyone: str = ALL_VENDORS) -> list[Measured]:
    """Claims of `adoption.business_share`: the interval is the value, so that nobody reads more than was measured.

    Args:
        rows: Published shares.
        scope: Panel and weighting in words, such as `panel=active; weighted to census`.
        everyone: Entity of the share of businesses that pay any listed vendor.
    """
    found = []
    for row in rows:
        qualifiers = [("method", row.method)]
        qualifiers += [("industry", row.industry)] if row.industry else []
        qualifiers += [("segment", row.size)] if row.size else []
        qualifiers += [("scope", scope)] if scope else []
        found.append(Measured(
            everyone if row.vendor == ANY else row.vendor, "adoption.business_share", percent_range(row.low, row.high), "ratio", row.month,
            qualifiers=tuple(sorted(qualifiers)),
            note=f"{row.share:.2%}: {row.payers:,} of {row.firms:,} companies on the panel; {LEVEL:.0%} confidence interval",
        ))  # fmt: skip
    return found


def gap_claims(series: GapSeries, method: dict[int, str], scope: str = "") -> list[Measured]:
    """Claims of `adoption.gap`: the rival's share less the follower's, in points."""
    found = []
    for month, row in zip(series.months, series.rows(), strict=True):
        qualifiers = [("counterparty", series.leader), ("method", method[month])] + (
            [("scope", scope)] if scope else []
        )
        found.append(Measured(
            series.follower, "adoption.gap", f"{row['low']:.2f}pp..{row['high']:.2f}pp", "pp", row["month"],
            qualifiers=tuple(sorted(qualifiers)), note=f"{row['gap']:.2f} points; {LEVEL:.0%} confidence interval, companies as random groups",
        ))  # fmt: skip
    return found
