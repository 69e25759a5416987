"""A transactions table -> the kept tables behind every adoption figure: purchases, firms, active, paying."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from crossbearing.gather.measure.accounts import (
    ACCEPTED,
    OFF_ROSTER,
    SAMPLED,
    Account,
    check_signs,
    check_usable,
    concentration_note,
    month_notes,
    thin_months,
)
from crossbearing.gather.measure.columns import (
    TRANSACTIONS,
    as_text,
    calendar,
    calendar_join,
    cents_of,
    day_text_of,
    find_columns,
    of_table,
    text_of,
    whole_of,
)
from crossbearing.gather.measure.engines import Engine, Row, literal, whole
from crossbearing.gather.measure.queries import query
from crossbearing.gather.measure.roster import define_roster, off_roster
from crossbearing.gather.measure.vendors import ROUTES, RuleTable, matched_texts_sql
from crossbearing.problems import UsageError

Step = Callable[[str], None]
OPTIONAL = {"text": "CAST(NULL AS STRING)", "whole": "CAST(0 AS BIGINT)", "date": "CAST(NULL AS STRING)"}


@dataclass(frozen=True, slots=True)
class Reading:
    """How a table is to be read.

    Attributes:
        columns: Canonical name -> the table's column, where the user says so.
        currency: The currency whose money counts; empty where the table has one.
        as_of: Last day of recording to use, which needs the column `recorded`.
        routes: Ways of buying that count.
        roster: File of the panel's companies; None takes a company as on the panel while it has rows.
        negate: Payments are negative in the table, as in bank exports.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    currency: str = ""
    as_of: date | None = None
    routes: tuple[str, ...] = ("direct", "marketplace", "reseller", "gateway")
    roster: Path | None = None
    negate: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a prepared table holds.

    Attributes:
        strata: (industry, size) of stratum number 1, 2, ...
        months: Month numbers with rows, ascending.
        full: Those of them that are not thin (less than a fifth of the usual rows).
        columns: Canonical name -> the table's column.
        account: What became of each row.
        unmatched: Most frequent texts no rule fits, with their rows.
        last_day: Last day on record, as a number of days since 1970.
        money: SQL of the money of a row of purchases, in the chosen currency.
    """

    strata: tuple[tuple[str, str], ...]
    months: tuple[int, ...]
    full: tuple[int, ...]
    columns: Mapping[str, str]
    account: Account
    unmatched: tuple[tuple[str, int], ...]
    last_day: int
    money: str


def prepare(
    engine: Engine, paths: Sequence[Path], rules: RuleTable, reading: Reading, step: Step
) -> Prepared:
    """Reads the table and keeps purchases, firms, active and paying in the engine.

    Raises:
        UsageError: The table cannot be read or used; the message says why and shows samples.
    """
    step("reading the table")
    names, columns, found = find_columns(TRANSACTIONS, engine.read("raw_rows", paths), reading.columns)
    engine.lookup("calendar", calendar())
    engine.keep("calendar_days", query("calendar_days"))
    if reading.roster:
        define_roster(engine, reading.roster)
    define_rows(engine, columns, found, reading)
    check_currencies(engine, columns, reading.currency)
    step("matching vendors")
    _lookups(engine, rules, reading.routes)
    strata = _strata(engine, "roster_rows" if reading.roster else "plain_rows")
    step("adding up purchases")
    mixed = bool(reading.currency) and "currency" in columns
    engine.keep(
        "purchases",
        query("adoption/purchases", money="CAST(SUM(t.money) AS BIGINT) AS money," if mixed else ""),
    )
    account = _account(engine)
    check_usable(account)
    check_signs(account)
    step("counting companies")
    months = _months(engine)
    money = "p.money" if mixed else "p.cents"
    engine.keep("firm_months", query("adoption/firm_months"))
    engine.view("firm_spans", query("adoption/roster_spans" if reading.roster else "adoption/firm_spans"))
    engine.keep("firms", query("adoption/firms"))
    engine.keep("active", query("adoption/roster_active" if reading.roster else "adoption/active"))
    engine.keep("paying", query("adoption/paying", money=money))
    if reading.roster:
        account = account.moved(OFF_ROSTER, *off_roster(engine))
    account = replace(account, notes=_notes(engine, account, months))
    full = tuple(sorted(set(months) - set(thin_months(months))))
    return Prepared(
        strata,
        tuple(sorted(months)),
        full,
        names,
        account,
        _unmatched(engine),
        _last_day(engine, columns),
        money,
    )


def _months(engine: Engine) -> dict[int, int]:
    """Accepted rows by month; also kept as the table `months`."""
    rows = engine.rows(
        "SELECT month, CAST(SUM(n) AS BIGINT) AS n FROM purchases WHERE status IN (0, 6, 7, 8) GROUP BY month"
    )
    engine.lookup("months", {"month": [whole(m) for m, _ in rows]})
    return {whole(m): whole(n) for m, n in rows}


def _last_day(engine: Engine, columns: Mapping[str, str]) -> int:
    """The last day on record: of recording where that is told, else of a purchase."""
    text = "recorded_text" if "recorded" in columns else "day_text"
    engine.view("days_told", f"SELECT DISTINCT {text} AS told FROM plain_rows")  # noqa: S608 - one of two names
    return whole(
        engine.rows(
            "SELECT MAX(c.day) AS day FROM (SELECT CAST(told AS STRING) AS text FROM days_told) d JOIN calendar c ON d.text = c.text"
        )[0][0]
    )


def define_rows(
    engine: Engine, columns: Mapping[str, str], kinds: Mapping[str, str], reading: Reading
) -> None:
    """Names the query `tx`: each row once with its month and status."""
    expressions = [
        f"{_expression(column.name, column.kind, columns, kinds, reading)} AS {_target(column.name)}"
        for column in TRANSACTIONS
    ]
    amount = columns["amount"]
    expressions.append(f"{text_of(amount, kinds[amount])} AS amount_text")
    engine.view("plain_rows", f"SELECT {', '.join(expressions)} FROM raw_rows")  # noqa: S608 - checked names
    if "id" in columns:
        engine.keep(
            "copied_ids", "SELECT id FROM plain_rows WHERE id IS NOT NULL GROUP BY id HAVING COUNT(*) > 1"
        )
        engine.view("numbered_rows", query("numbered"))
        source = "numbered_rows"
    else:
        engine.view("single_rows", "SELECT plain_rows.*, 1 AS copy_number FROM plain_rows")
        source = "single_rows"
    recorded = "recorded" in columns
    joins = {name: calendar_join(kinds[columns[name]]) for name in ("date", "recorded") if name in columns}
    engine.view(
        "tx",
        query(
            "adoption/tx",
            source=source,
            is_currency=_currency_test(columns, reading.currency),
            is_late=f"k.day > {_day_number(reading.as_of)}" if recorded and reading.as_of else "1 = 0",
            lag="GREATEST(k.month - c.month, 0)" if recorded else "0",
            date_join=joins["date"].format("c", "s.day_text"),
            recorded_join=joins["recorded"].format("k", "s.recorded_text") if recorded else "",
        ),
    )
    if reading.as_of and not recorded:
        raise UsageError(
            "--as-of needs a column with the day a row was recorded",
            "without it nobody knows what was known when",
            "add a column `recorded`, or map it: --column recorded=YOURS",
        )


def _target(name: str) -> str:
    return {"date": "day_text", "amount": "cents", "recorded": "recorded_text"}.get(name, name)


def _expression(
    name: str, kind: str, columns: Mapping[str, str], kinds: Mapping[str, str], reading: Reading
) -> str:
    if name not in columns:
        return "''" if name in {"item", "industry", "size"} else OPTIONAL[kind]
    column = columns[name]
    physical = kinds[column]
    if name == "company" and physical == "integer" and not reading.roster:
        return of_table(column)  # narrower and quicker than text
    if name in {"merchant", "item", "industry", "size"}:
        return f"COALESCE({as_text(column, physical)}, '')"  # trimmed later, once for each distinct text
    if kind == "date" and physical == "date":
        return of_table(column)
    make = {"text": text_of, "date": day_text_of, "money": cents_of, "whole": whole_of}[kind]
    made = make(column, physical)
    return f"-1 * ({made})" if name == "amount" and reading.negate else made


def _currency_test(columns: Mapping[str, str], currency: str) -> str:
    if not currency or "currency" not in columns:
        return "1 = 1"
    return f"COALESCE(UPPER(s.currency), {literal(currency.upper())}) = {literal(currency.upper())}"


def _day_number(day: date | None) -> int:
    assert day is not None
    return day.toordinal() - date(1970, 1, 1).toordinal()


def check_currencies(engine: Engine, columns: Mapping[str, str], currency: str) -> None:
    """Refuses a table with several currencies unless one is chosen.

    Raises:
        UsageError: Several currencies and no choice, or a choice that does not occur.
    """
    if "currency" not in columns:
        return
    rows = engine.rows(
        "SELECT currency, COUNT(*) AS n FROM plain_rows WHERE currency IS NOT NULL GROUP BY currency"
    )
    counts: dict[str, int] = {}
    for name, n in rows:
        counts[str(name).upper()] = counts.get(str(name).upper(), 0) + whole(n)
    listed = ", ".join(f"{name} {n:,}" for name, n in sorted(counts.items(), key=lambda kv: -kv[1])[:8])
    if len(counts) > 1 and not currency:
        raise UsageError(
            f"the table mixes {len(counts)} currencies",
            f"rows: {listed}",
            "say whose money to add: --currency USD (the money of other rows is left out)",
        )
    if currency and currency.upper() not in counts:
        raise UsageError(f"no row is in {currency}", f"rows: {listed}", "choose one that occurs")


def _lookups(engine: Engine, rules: RuleTable, routes: tuple[str, ...]) -> None:
    numbers = [rule.number for rule in rules.rules]
    engine.lookup("rules", {
        "rule": numbers,
        "vendor": [rules.vendor_number(rule.vendor) for rule in rules.rules],
        "way": [ROUTES.index(rule.route) for rule in rules.rules],
        "counted": [int(rule.route in routes) for rule in rules.rules],
    })  # fmt: skip
    engine.lookup("random_groups", {"text": [f"{g:02x}" for g in range(256)], "number": list(range(256))})
    engine.keep("texts", matched_texts_sql(rules, "plain_rows"))


def _strata(engine: Engine, source: str) -> tuple[tuple[str, str], ...]:
    engine.keep("firm_rows", query("adoption/firm_rows", source=source))
    found = sorted((str(i), str(s)) for i, s in engine.rows("SELECT DISTINCT industry, size FROM firm_rows"))
    if len(found) > 5000:
        raise UsageError(
            f"industry and size make {len(found):,} groups",
            "groups that fine have no shares",
            "map coarser columns with --column industry=... and --column size=...",
        )
    engine.lookup("strata", {
        "stratum": list(range(1, len(found) + 1)), "industry": [i for i, _ in found], "size": [s for _, s in found],
    })  # fmt: skip
    return tuple(found)


def _account(engine: Engine) -> Account:
    counts: dict[int, int] = {}
    matched = 0
    for status, fits, n in engine.rows(query("adoption/statuses")):
        counts[whole(status)] = counts.get(whole(status), 0) + whole(n)
        matched += whole(n) if fits and whole(status) in ACCEPTED else 0
    odd = [status for status, n in counts.items() if n and status in SAMPLED]
    samples = engine.rows(query("adoption/samples")) if odd else []
    return Account(counts, matched, *engine.malformed(), sample_texts(samples))


def sample_texts(rows: Sequence[Row]) -> dict[int, tuple[str, ...]]:
    """What stands in the offending cells by status, with the number of rows and one company or customer."""
    texts: dict[int, tuple[str, ...]] = {}
    for status, said, n, who in rows:
        shown = f"{'nothing' if said in (None, '') else repr(said)} in {whole(n):,} (as of {who if who is not None else '?'})"
        texts[whole(status)] = (*texts.get(whole(status), ()), shown)
    return texts


def _notes(engine: Engine, account: Account, months: Mapping[int, int]) -> tuple[str, ...]:
    largest, total = engine.rows("SELECT MAX(n) AS largest, CAST(SUM(n) AS BIGINT) AS n FROM firms")[0]
    moved = whole(engine.rows("SELECT COUNT(*) AS n FROM firms WHERE moved > 0")[0][0])
    notes = (*concentration_note(whole(largest), whole(total), "company"), *month_notes(months))
    if moved:
        notes += (
            f"{moved:,} companies appear in more than one industry or size; the first in order is taken",
        )
    if account.matched == account.accepted:
        notes += (
            "every row is of a listed vendor, so the share is of businesses that buy from a listed vendor at all; give the whole spend",
        )
    elif account.matched is not None and account.matched == 0:
        notes += ("no row fits a vendor rule: check the merchant column or the rules",)
    return notes


def _unmatched(engine: Engine) -> tuple[tuple[str, int], ...]:
    rows = engine.rows(
        "SELECT merchant, item, n FROM texts WHERE rule = 0 ORDER BY n DESC, merchant, item LIMIT 10"
    )
    return tuple((f"{m} | {i}" if i else str(m), whole(n)) for m, i, n in rows)
