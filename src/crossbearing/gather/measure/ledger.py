"""A sales ledger -> the kept tables behind every revenue figure: sales, recognised, customer_periods, firsts."""

from __future__ import annotations

import calendar as days
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from crossbearing.gather.measure.accounts import (
    SAMPLED,
    Account,
    check_signs,
    check_usable,
    concentration_note,
    month_notes,
)
from crossbearing.gather.measure.columns import (
    LEDGER,
    as_text,
    calendar,
    calendar_join,
    cents_of,
    day_text_of,
    find_columns,
    month_number,
    of_table,
    text_of,
)
from crossbearing.gather.measure.engines import Engine, literal, whole
from crossbearing.gather.measure.queries import query
from crossbearing.gather.measure.transactions import check_currencies, sample_texts
from crossbearing.problems import UsageError

EPOCH = date(1970, 1, 1).toordinal()
TRAILING = 1_000_000  # id of the window of 28 days that ends on a day, less that day's number
TO_DATE = 2_000_000  # id of the window from the first day to the date of the measurement
KINDS = {
    "usage": ("usage", "consumption", "metered", "api", "token", "tokens", "payg", "pay as you go", "overage"),
    "subscription": ("subscription", "subscriptions", "seat", "seats", "license", "licence", "recurring", "plan", "commitment"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LedgerReading:
    """How a ledger is to be read.

    Attributes:
        columns: Canonical name -> the table's column, where the user says so.
        currency: The currency to add; rows in another are left out.
        at: Date of the measurement; None takes the last complete month.
        negate: Sales are negative in the ledger, as in some exports of accounts.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    currency: str = ""
    at: date | None = None
    negate: bool = False


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a prepared ledger holds.

    Attributes:
        at: Date of the measurement: later rows are left out, terms are earned up to it.
        first: First day of a sale.
        months: Complete months, ascending, as month numbers.
        columns: Canonical name -> the table's column.
        account: What became of each row.
        notes: What a reader should know.
    """

    at: date
    first: date
    months: tuple[int, ...]
    columns: Mapping[str, str]
    account: Account
    notes: tuple[str, ...]


def day_number(day: date) -> int:
    """Days since 1970."""
    return day.toordinal() - EPOCH


def month_end(month: int) -> date:
    """Last day of a month number."""
    year, index = divmod(month, 12)
    return date(year, index + 1, days.monthrange(year, index + 1)[1])


def month_start(month: int) -> date:
    """First day of a month number."""
    return date(month // 12, month % 12 + 1, 1)


def prepare_ledger(
    engine: Engine, paths: Sequence[Path], reading: LedgerReading, step: Callable[[str], None]
) -> Ledger:
    """Reads the ledger and keeps sales, recognised, customer_periods and firsts in the engine.

    Raises:
        UsageError: The ledger cannot be read or used, or holds no complete month.
    """
    step("reading the ledger")
    names, columns, found = find_columns(LEDGER, engine.read("raw_rows", paths), reading.columns)
    engine.lookup("calendar", calendar())
    engine.keep("calendar_days", query("calendar_days"))
    _define_rows(engine, columns, found, -1 if reading.negate else 1)
    check_currencies(engine, columns, reading.currency)
    at = reading.at or _last_complete_day(engine)
    _define_status(engine, columns, found, reading.currency, at)
    step("accounting for rows")
    account, first, last, odd = _account(engine)
    check_usable(account)
    check_signs(account)
    step("recognising revenue")
    engine.keep("sales", query("revenue/sales"))
    months = tuple(
        m
        for m in range(month_number(first.year, first.month), month_number(at.year, at.month) + 1)
        if month_end(m) <= at
    )
    if not months:
        raise UsageError(
            f"there is no complete month up to {at}",
            f"the ledger begins on {first}",
            "give a longer ledger or a later --at",
        )
    _periods(engine, first, at, months)
    for name in ("recognised", "customer_periods", "firsts"):
        engine.keep(name, query(f"revenue/{name}"))
    return Ledger(
        at, first, months, names, account, _notes(engine, columns, months, at=at, last=last, odd=odd)
    )


def _define_rows(engine: Engine, columns: Mapping[str, str], kinds: Mapping[str, str], sign: int) -> None:
    wanted = {"customer": "NULL", "date": "NULL", "amount": "NULL", "product": "''", "channel": "'direct'", "fee": "CAST(0 AS BIGINT)",
              "currency": "CAST(NULL AS STRING)", "kind": "CAST(NULL AS STRING)", "id": "CAST(NULL AS STRING)", "start": "CAST(NULL AS STRING)",
              "end": "CAST(NULL AS STRING)", "signed": "CAST(NULL AS STRING)", "usage": "CAST(NULL AS DOUBLE)", "price": "CAST(NULL AS DOUBLE)"}  # fmt: skip
    names = {
        "date": "day_text",
        "amount": "cents",
        "start": "start_text",
        "end": "end_text",
        "signed": "signed_text",
        "kind": "kind_text",
    }
    made = {
        name: _expression(name, columns[name], kinds[columns[name]]) if name in columns else empty
        for name, empty in wanted.items()
    }
    made["amount"] = f"{sign} * ({made['amount']})"
    parts = [f"{expression} AS {names.get(name, name)}" for name, expression in made.items()]
    amount = columns["amount"]
    engine.view(
        "plain_rows",
        f"SELECT {', '.join(parts)}, {as_text(amount, kinds[amount])} AS amount_text FROM raw_rows",  # noqa: S608 - checked names
    )
    if "id" in columns:
        engine.keep(
            "copied_ids", "SELECT id FROM plain_rows WHERE id IS NOT NULL GROUP BY id HAVING COUNT(*) > 1"
        )
        engine.view("numbered_rows", query("numbered"))
    else:
        engine.view("numbered_rows", "SELECT plain_rows.*, 1 AS copy_number FROM plain_rows")


def _expression(name: str, column: str, physical: str) -> str:
    if name in {"date", "start", "end", "signed"}:
        return of_table(column) if physical == "date" else f"NULLIF({day_text_of(column, physical)}, '')"
    if name == "amount":
        return cents_of(column, physical)
    if name == "fee":  # an empty fee is none, an unreadable one is a fault
        return f"CASE WHEN {text_of(column, physical)} IS NULL THEN 0 ELSE {cents_of(column, physical)} END"
    if name in {"usage", "price"}:
        return f"TRY_CAST({of_table(column)} AS DOUBLE)"
    if name == "customer" and physical == "integer":
        return of_table(column)
    text = text_of(column, physical)
    return f"COALESCE({text}, '')" if name in {"product", "channel"} else text


def _define_status(
    engine: Engine, columns: Mapping[str, str], kinds: Mapping[str, str], currency: str, at: date
) -> None:
    def join(name: str, alias: str, text: str) -> str:
        return (
            calendar_join(kinds[columns[name]]).format(alias, f"s.{text}")
            if name in columns
            else calendar_join("text").format(alias, f"s.{text}")
        )

    chosen = literal(currency.upper())
    engine.view("lx", query(
        "revenue/lx", known=day_number(at), source="numbered_rows",
        is_currency=f"COALESCE(UPPER(s.currency), {chosen}) = {chosen}" if currency and "currency" in columns else "1 = 1",
        kind=_kind_sql("kind" in columns), date_join=join("date", "c", "day_text"), start_join=join("start", "f", "start_text"),
        end_join=join("end", "l", "end_text"), signed_join=join("signed", "g", "signed_text"),
    ))  # fmt: skip


def _kind_sql(known: bool) -> str:
    """usage, subscription or other; without a column, what runs over more than a day is a subscription."""
    term = "CASE WHEN COALESCE(l.day, f.day, c.day) > COALESCE(f.day, c.day) THEN 'subscription' ELSE 'usage' END"
    if not known:
        return term
    cases = " ".join(
        f"WHEN LOWER(s.kind_text) IN ({', '.join(literal(word) for word in words)}) THEN '{kind}'"
        for kind, words in KINDS.items()
    )
    return f"CASE WHEN s.kind_text IS NULL THEN {term} {cases} ELSE 'other' END"


def _last_complete_day(engine: Engine) -> date:
    """End of the last month the ledger reaches the end of (to the last week); a ledger within one month ends on its last day."""
    engine.view("dated_rows", "SELECT CAST(day_text AS STRING) AS day_text FROM plain_rows")
    rows = engine.rows(
        "SELECT MIN(c.day) AS first_day, MAX(c.day) AS last_day FROM dated_rows d JOIN calendar c ON d.day_text = c.text"
    )
    if rows[0][1] is None:
        raise UsageError(
            "no date of the ledger can be read",
            "",
            "dates are 2026-04-03 or 2026-04; map columns with --column date=YOURS",
        )
    first, last = (date.fromordinal(whole(cell) + EPOCH) for cell in rows[0])
    month = month_number(last.year, last.month)
    if (month_end(month) - last).days < 7:
        return month_end(month)
    before = month_end(month - 1)
    return before if before > first else last


def _account(engine: Engine) -> tuple[Account, date, date, bool]:
    """What became of the rows, first and last day of a sale, and whether some are neither usage nor subscription."""
    counts, first, last, odd = {}, 10**6, 0, False
    for status, n, first_day, last_day, other in engine.rows(query("revenue/statuses")):
        counts[whole(status)] = whole(n)
        if status in (0, 6, 7):
            first, last, odd = min(first, whole(first_day)), max(last, whole(last_day)), odd or bool(other)
    rejected = any(counts.get(status) for status in (*SAMPLED, 8, 9))
    samples = sample_texts(engine.rows(query("revenue/samples"))) if rejected else {}
    account = Account(counts, None, *engine.malformed(), samples)
    return account, date.fromordinal(first + EPOCH), date.fromordinal(last + EPOCH), odd


def _periods(engine: Engine, first: date, at: date, months: Sequence[int]) -> None:
    """Windows: the complete months, 28 days to each month end and to the date, and all to date."""
    ends = sorted({month_end(m) for m in months} | {at})
    windows = [(m, month_start(m), month_end(m)) for m in months]
    windows += [(TRAILING + day_number(end), end - timedelta(days=27), end) for end in ends]
    windows.append((TO_DATE, first - timedelta(days=3660), at))
    engine.lookup("periods", {
        "period": [w[0] for w in windows], "first_day": [day_number(w[1]) for w in windows], "last_day": [day_number(w[2]) for w in windows],
    })  # fmt: skip
    pairs = [
        (w[0], day)
        for w in windows
        for day in range(max(day_number(w[1]), day_number(first) - 3660), day_number(w[2]) + 1)
    ]
    engine.lookup("period_days", {"period": [p for p, _ in pairs], "day": [d for _, d in pairs]})


def _notes(
    engine: Engine, columns: Mapping[str, str], months: Sequence[int], *, at: date, last: date, odd: bool
) -> tuple[str, ...]:
    held = {
        whole(m): whole(n)
        for m, n in engine.rows(
            "SELECT period, COUNT(*) AS n FROM customer_periods WHERE period < 1000000 GROUP BY period"
        )
    }
    largest, total = engine.rows(
        "SELECT MAX(n) AS largest, CAST(SUM(n) AS BIGINT) AS n FROM (SELECT customer, CAST(SUM(n) AS BIGINT) AS n FROM sales GROUP BY customer) s"
    )[0]
    notes = (
        *concentration_note(whole(largest), whole(total), "customer"),
        *month_notes({**held, months[-1]: held.get(months[-1], 0)} if held else {}),
    )
    if (at - last).days > 31:
        notes += (
            f"the ledger ends on {last}, {(at - last).days} days before the measurement: what follows it counts as no sales",
        )
    if "fee" not in columns:
        notes += ("the ledger has no partner fees: net equals gross",)
    if odd:
        notes += ("rows that are neither usage nor subscription are recognised, and left out of run rates",)
    if {"usage", "price"} <= set(columns):
        wrong = whole(
            engine.rows(
                "SELECT COUNT(*) AS n FROM plain_rows WHERE ABS(ROUND(usage * price * 100) - cents) > 1"
            )[0][0]
        )
        if wrong:
            notes += (
                f"in {wrong:,} rows usage x price is not the amount, by more than a cent: the amount is taken",
            )
    if "kind" not in columns:
        notes += (
            "no column says usage or subscription: what runs over more than a day is taken as a subscription",
        )
    loose = whole(
        engine.rows("SELECT COUNT(*) AS n FROM sales WHERE kind = 'subscription' AND first_day = last_day")[
            0
        ][0]
    )
    if loose:
        notes += (f"{loose:,} subscription entries have no term: recognised on their day",)
    return notes
