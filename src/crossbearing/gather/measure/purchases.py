"""How vendors are bought, and rows that look like copies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crossbearing.gather.measure.columns import month_text
from crossbearing.gather.measure.engines import Engine, whole
from crossbearing.gather.measure.queries import query
from crossbearing.gather.measure.transactions import Prepared
from crossbearing.gather.measure.vendors import ROUTES

GROUPS = 256
WHOLE_TABLE = 5_000_000


def routes(engine: Engine, vendors: tuple[str, ...], money: str) -> list[dict[str, Any]]:
    """Payers and money of each vendor by way of buying: direct, marketplace, reseller, gateway; counted in the index or not.

    A company that buys in two ways stands in both.
    """
    rows = sorted(
        tuple(whole(cell) for cell in row) for row in engine.rows(query("adoption/routes", money=money))
    )
    return [
        {"vendor": vendors[vendor], "route": ROUTES[way], "month": month_text(month), "payers": payers, "money": cents / 100}
        for vendor, way, month, payers, cents in rows
    ]  # fmt: skip


def copies(engine: Engine, prepared: Prepared) -> list[dict[str, Any]]:
    """Rows that equal another in company, day, merchant, item and amount; of large tables one company in sixteen is looked at.

    Empty where an id tells copies apart.
    """
    if "id" in prepared.columns:
        return []
    groups = GROUPS if prepared.account.total <= WHOLE_TABLE else GROUPS // 16
    sets, found = engine.rows(query("adoption/copies", groups=groups))[0]
    seen = engine.rows(query("adoption/rows_seen", groups=groups))[0][0]
    return [
        {
            "part_of_companies": groups / GROUPS,
            "rows_seen": whole(seen),
            "rows_with_copies": whole(sets),
            "copies": whole(found),
        }
    ]


def copies_note(row: Mapping[str, Any]) -> str:
    """The copies in words; empty where there are none."""
    if not row["copies"]:
        return ""
    where = "" if row["part_of_companies"] == 1 else ", looking at one company in sixteen"
    return (
        f"{row['copies']:,} of {row['rows_seen']:,} rows equal another in company, day, merchant, item and amount{where}; "
        "no column `id` tells whether they are copies: all are kept, which shares hardly feel and money does"
    )
