"""`xb measure`: claims from transactions and sales ledgers; one file a subcommand."""

from __future__ import annotations

import click

from crossbearing.cli.measure.adoption import adoption
from crossbearing.cli.measure.gap import gap
from crossbearing.cli.measure.revenue import revenue
from crossbearing.cli.measure.sample import sample
from crossbearing.cli.measure.vendors import vendors


@click.group("measure")
def command() -> None:
    """Claims from tables of transactions (adoption) and sales ledgers (revenue)."""


for subcommand in (adoption, revenue, gap, vendors, sample):
    command.add_command(subcommand)
