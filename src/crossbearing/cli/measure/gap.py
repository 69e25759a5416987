"""`xb measure gap`: the gap of two vendors from the book's published shares."""

from __future__ import annotations

from dataclasses import asdict

import click

from crossbearing.cli.options import Shared, shared_options
from crossbearing.cli.output import print_json, print_rows
from crossbearing.pipeline import open_book


@click.command("gap")
@click.argument("first")
@click.argument("second")
@click.option(
    "--method",
    "wanted",
    default="",
    metavar="METHOD",
    help="Which published index; the longest series by default.",
)
@click.option(
    "--shock",
    type=click.FloatRange(0),
    help="Assumed monthly spread of the closing, in points, for short series.",
)
@click.option(
    "--horizon", type=click.IntRange(1, 120), default=12, show_default=True, help="Months to look ahead."
)
@shared_options(argument=False)
def gap(shared: Shared, first: str, second: str, wanted: str, shock: float | None, horizon: int) -> None:
    """The gap of two vendors from the book's published shares, its closing, and when the lead changes hands.

    It also says what each printed monthly change can mean, against the levels of the months before.
    """
    import numpy as np

    from crossbearing.gather.measure.crossover import crossing
    from crossbearing.gather.measure.gap import (
        crossing_words,
        explain_claims,
        explained_words,
        gap_rows,
        published_gaps,
    )
    from crossbearing.gather.measure.run_adoption import crossing_json
    from crossbearing.problems import Refusal

    claims = open_book(shared.book, shared.overlay, shared.as_of, shared.visibility).sound().claims
    found = [s for s in published_gaps(claims, first, second) if not wanted or s.method == wanted]
    if not found:
        raise Refusal(
            f"no published shares of {first} and {second} by one method",
            "",
            "see xb claims --metric adoption",
        )
    series = found[0]
    ahead = crossing(
        series.months,
        series.gaps,
        covariance=np.diag(np.square(series.errors)),
        horizon=horizon,
        shock=shock,
        seed=shared.seed,
    )
    try:
        explained = explain_claims(claims, series, second if series.gaps[0] > 0 else first)
    except Refusal:
        explained = []
    rows = gap_rows(series)
    if shared.form == "json":
        print_json(
            {
                "first": first,
                "second": second,
                "method": series.method,
                "gaps": rows,
                "crossing": crossing_json(ahead),
                "explained": [asdict(e) for e in explained],
            }
        )
        return
    if shared.form == "csv":
        print_rows(rows, "csv")
        return
    click.echo(f"{first} less {second}, points, method {series.method}")
    print_rows(rows, "text", numeric=("gap", "closing_a_month"))
    click.echo(crossing_words(ahead, series.months[-1]))
    for one in explained:
        for line in explained_words(one):
            click.echo(line)
