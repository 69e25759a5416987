"""`xb measure revenue`: the metrics of a filing from a sales ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crossbearing.cli.measure.tables import PATH, mapped, opened, table_options, write
from crossbearing.cli.options import parse_date
from crossbearing.cli.output import print_json, print_rows, talk
from crossbearing.problems import UsageError

if TYPE_CHECKING:
    from crossbearing.gather.measure.run_revenue import RevenueResult


OWN = (
    click.option("--at", "at", metavar="DATE", help="Date of the measurement; the end of the last complete month by default."),
    click.option("--policy", type=PATH, metavar="FILE", help="TOML: principal or agent by channel."),
    click.option("--entity", default="", metavar="NAME", help="Whose ledger it is; needed to write claims."),
)  # fmt: skip


@click.command("revenue")
@table_options(*OWN)
def revenue(tables: tuple[Path, ...], **given: Any) -> None:
    """The metrics of a filing from a sales ledger: run rates, recognised revenue gross and net, cohorts, retention.

    Columns: customer, date, amount; optional product, channel, kind, usage, price, fee, currency, start, end, signed, id.
    """
    from crossbearing.gather.measure.ledger import LedgerReading
    from crossbearing.gather.measure.policy import read_policy
    from crossbearing.gather.measure.revenue_claims import revenue_claims
    from crossbearing.gather.measure.run_revenue import measure_revenue

    if (given["out"] or given["into"]) and not given["entity"]:
        raise UsageError("written claims need --entity", "a claim is about somebody", "add --entity NAME")
    at = parse_date(given["at"], "--at")
    policy = read_policy(given["policy"])
    with opened(given) as (engine, step):
        result = measure_revenue(
            engine,
            tables,
            LedgerReading(mapped(given["columns"]), given["currency"], at, given["negate"]),
            policy,
            step,
        )
    _print_revenue(result, given["form"])
    if given["out"] or given["into"]:
        claims = revenue_claims(
            result, given["entity"], given["currency"].upper() or "USD", method=f"ledger-{given['version']}"
        )
        write(claims, tables, given, result.ledger.at, f"{result.ledger.account.total} rows; {engine.name}")


def _print_revenue(result: RevenueResult, form: str) -> None:
    from crossbearing.gather.measure.revenue_text import sections

    if form == "json":
        print_json(result.as_json())
        return
    for line in result.ledger.account.as_lines():
        talk(line)
    for note in result.notes:
        talk(f"  note: {note}")
    if form == "csv":
        print_rows(result.as_json()["run_rates"], "csv")
        return
    for title, rows in sections(result):
        click.echo(f"\n{title}")
        print_rows(rows, "text", numeric=tuple(rows[0])[1:])
