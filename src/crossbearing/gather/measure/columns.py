"""The user's columns -> the canonical ones: names, aliases, and expressions that cast them the same on every engine."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crossbearing.gather.measure.engines import placed
from crossbearing.problems import UsageError

CALENDAR_YEARS = range(2000, 2050)


@dataclass(frozen=True, slots=True)
class Column:
    """One canonical column.

    Attributes:
        name: Its name.
        kind: text, date, money or whole.
        aliases: Other spellings that are taken without asking.
        required: The measurement is impossible without it.
    """

    name: str
    kind: str
    aliases: tuple[str, ...] = ()
    required: bool = False


TRANSACTIONS = (
    Column("company", "text", ("company_id", "business", "business_id", "customer", "customer_id", "firm", "firm_id"), required=True),
    Column("merchant", "text", ("vendor", "vendor_text", "merchant_name", "merchant_text", "payee", "supplier"), required=True),
    Column("date", "date", ("day", "month", "transaction_date", "purchase_date", "period"), required=True),
    Column("amount", "money", ("amount_usd", "value", "spend", "total"), required=True),
    Column("item", "text", ("line_item", "item_text", "description", "memo")),
    Column("currency", "text", ("currency_code", "ccy")),
    Column("industry", "text", ("sector", "naics", "industry_name")),
    Column("size", "text", ("size_band", "size_class", "company_size")),
    Column("channel", "text", ("payment_type", "payment_channel", "payment_method")),
    Column("employees", "whole", ("headcount", "employee_count")),
    Column("recorded", "date", ("recorded_date", "posted", "posted_date", "loaded", "loaded_date")),
    Column("id", "text", ("transaction_id", "txn_id", "invoice_id")),
)  # fmt: skip
LEDGER = (
    Column("customer", "text", ("customer_id", "account", "account_id", "company"), required=True),
    Column("date", "date", ("day", "invoice_date", "usage_date", "booked"), required=True),
    Column("amount", "money", ("amount_usd", "sales", "gross", "revenue", "value"), required=True),
    Column("product", "text", ("product_name", "sku")),
    Column("channel", "text", ("sales_channel", "route")),
    Column("kind", "text", ("type", "charge_type", "line_type")),
    Column("usage", "number", ("quantity", "units", "tokens")),
    Column("price", "number", ("unit_price", "rate")),
    Column("fee", "money", ("partner_fee", "commission", "revenue_share")),
    Column("currency", "text", ("currency_code", "ccy")),
    Column("start", "date", ("service_start", "term_start", "period_start")),
    Column("end", "date", ("service_end", "term_end", "period_end")),
    Column("signed", "date", ("contract_signed", "signature_date", "contract_date")),
    Column("id", "text", ("invoice_line_id", "line_id", "invoice_id", "transaction_id")),
)  # fmt: skip


def match_columns(wanted: Iterable[Column], found: Iterable[str], given: Mapping[str, str]) -> dict[str, str]:
    """Canonical name -> the table's column, by the user's word, by name, then by alias.

    Raises:
        UsageError: A required column is missing, two columns fit one name, or the user named one that is not there.
    """
    wanted, found = tuple(wanted), tuple(found)
    by_lower = {column.strip().lower().replace(" ", "_").replace("-", "_"): column for column in found}
    _check_given(wanted, found, given)
    chosen = {name: _spelling(column, found) for name, column in given.items()}
    for column in wanted:
        if column.name in chosen:
            continue
        fits = (
            [by_lower[column.name]]
            if column.name in by_lower
            else [by_lower[a] for a in column.aliases if a in by_lower]
        )
        fits = [fit for fit in fits if fit not in chosen.values()]
        if len(fits) > 1:
            raise UsageError(
                f"{' and '.join(fits)} could both be the column {column.name!r}",
                "", f"say which: --column {column.name}={fits[0]}",
            )  # fmt: skip
        if fits:
            chosen[column.name] = fits[0]
        elif column.required:
            raise _missing(column, found)
    return chosen


def _check_given(wanted: tuple[Column, ...], found: tuple[str, ...], given: Mapping[str, str]) -> None:
    names = {column.name for column in wanted}
    for name, column in given.items():
        if name not in names:
            raise UsageError(
                f"there is no column {name!r} to map", "", f"the names are {', '.join(sorted(names))}"
            )
        if column.lower() not in {f.lower() for f in found}:
            raise UsageError(
                f"the table has no column {column!r}", f"it has {', '.join(found)}", "correct --column"
            )


def _spelling(column: str, found: tuple[str, ...]) -> str:
    return column if column in found else next(f for f in found if f.lower() == column.lower())


def _missing(column: Column, found: tuple[str, ...]) -> UsageError:
    spellings = (column.name, *column.aliases)
    near = [f for f in found if difflib.get_close_matches(f.lower(), spellings, 1, 0.6)]
    example = near[0] if near else "YOUR_COLUMN"
    return UsageError(
        f"the table has no column {column.name!r}",
        f"it has {', '.join(found) or 'no columns'}; also taken as {column.name}: {', '.join(column.aliases)}",
        f"rename it, or say which column it is: --column {column.name}={example}",
    )


def text_of(column: str, kind: str) -> str:
    """A trimmed text, NULL where empty; whole numbers and other types by their usual text."""
    name = of_table(column)
    return f"NULLIF(TRIM({name}), '')" if kind == "text" else f"CAST({name} AS STRING)"


def as_text(column: str, kind: str) -> str:
    """A text as it stands."""
    return of_table(column) if kind == "text" else f"CAST({of_table(column)} AS STRING)"


def calendar_join(kind: str) -> str:
    """The join of a date column to its month and day number; {0} is the calendar's alias, {1} the column."""
    if kind == "date":
        return "LEFT JOIN calendar_days {0} ON {1} = {0}.date"
    return "LEFT JOIN calendar {0} ON {1} = {0}.text"


def day_text_of(column: str, kind: str) -> str:
    """The day or month as text: `2026-04-03`, `2026-04`, `20260403` or `202604`; anything else matches no calendar day."""
    name = of_table(column)
    if kind == "timestamp":
        return f"CAST(CAST({name} AS DATE) AS STRING)"
    if kind != "text":
        return f"CAST({name} AS STRING)"
    text = f"TRIM({name})"
    return f"CASE WHEN SUBSTR({text}, 11, 1) IN ('T', ' ') THEN SUBSTR({text}, 1, 10) ELSE {text} END"


def cents_of(column: str, kind: str) -> str:
    """An amount as integer cents, half a cent away from zero; NULL where it is no plain number."""
    name = of_table(column)
    if kind == "integer":
        return f"CAST({name} AS BIGINT) * 100"
    if kind == "text":  # an underscore is a digit separator on one engine and an error on the other
        return f"CAST(ROUND(TRY_CAST(TRANSLATE(TRIM({name}), '_', '?') AS DECIMAL(20, 4)) * 100) AS BIGINT)"
    return f"TRY_CAST(ROUND({name} * 100) AS BIGINT)"


def whole_of(column: str, kind: str) -> str:
    """A whole number; NULL where it is none."""
    name = of_table(column)
    return f"TRY_CAST({name} AS BIGINT)" if kind == "text" else f"CAST({name} AS BIGINT)"


def of_table(place: str) -> str:
    """A column of the user's table, by its place."""
    return f"raw_rows.{place}"


def find_columns(
    wanted: Iterable[Column], found: Mapping[str, str], given: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """The user's names, the places and the kinds of the columns that are there, each by canonical name or place.

    Args:
        wanted: Canonical columns.
        found: The table's own names -> kind, in the order of the table.
        given: Canonical name -> the table's own name, where the user says so.

    Returns:
        Canonical name -> own name, canonical name -> place (c1, c2, ...), place -> kind.

    Raises:
        UsageError: As `match_columns`, or a column holds lists or records.
    """
    names = match_columns(wanted, found, given)
    place = {column: placed(i) for i, column in enumerate(found)}
    for name, column in names.items():
        if found[column] == "nested":
            raise UsageError(
                f"the column {column!r}, read as {name!r}, holds lists or records",
                "a cell must be one text, number or date",
                "unnest it before, or map another column",
            )
    return (
        names,
        {name: place[column] for name, column in names.items()},
        {place[c]: kind for c, kind in found.items()},
    )


def calendar() -> dict[str, list[int | str]]:
    """Every readable day and month text with its day number (since 1970) and month number (12 x year + month - 1).

    Joining on text gives the same dates on every engine and leaves unreadable ones unmatched.
    """
    import numpy as np

    day = np.arange(f"{CALENDAR_YEARS.start}-01-01", f"{CALENDAR_YEARS.stop}-01-01", dtype="datetime64[D]")
    month = day.astype("datetime64[M]").astype(np.int64) + 12 * 1970
    number, text = day.astype(np.int64), np.datetime_as_string(day)
    first = np.array([one.endswith("-01") for one in text])
    texts = [
        *text,
        *(one.replace("-", "") for one in text),
        *(one[:7] for one in text[first]),
        *(one[:7].replace("-", "") for one in text[first]),
    ]
    days, months = (
        np.concatenate([column, column, column[first], column[first]]) for column in (number, month)
    )
    return {"text": [str(one) for one in texts], "day": days.tolist(), "month": months.tolist()}


def month_number(year: int, month: int) -> int:
    """Months since year 0, so that the next month is one more."""
    return 12 * year + month - 1


def month_text(number: int) -> str:
    """`2026-04` for a month number."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
