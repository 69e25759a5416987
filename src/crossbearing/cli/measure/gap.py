"""`xb measure gap`: the gap of two vendors from the book's published shares."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from crossbearing.cli.options import Shared, shared_options
from crossbearing.cli.output import print_json, print_rows, talk
from crossbearing.pipeline import open_book
from crossbearing.problems import Refusal, UsageError
from crossbearing.vocabulary.book import Book

if TYPE_CHECKING:
    from crossbearing.gather.measure.crossover import Crossing
    from crossbearing.gather.measure.gap import Explained, PublishedGap


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
    from crossbearing.gather.measure.gap import explained_words, gap_rows, published_gaps
    from crossbearing.gather.measure.lead import crossing_words, lead_json, lead_of, lead_words
    from crossbearing.gather.measure.run_adoption import crossing_json

    book = open_book(shared.book, shared.overlay, shared.as_of, shared.visibility).sound()
    first, second = _two(book, first, second)
    found = [s for s in published_gaps(book.claims, first, second) if not wanted or s.method == wanted]
    if not found:
        raise _nothing(book, first, second, wanted)
    series = found[0]
    if len(found) > 1:
        rest = [f"{s.method or 'unstated'} ({len(s.months)} months)" for s in found[1:]]
        talk(f"other methods, not joined: {', '.join(rest)}")
    lead = lead_of(first, second, series.months, series.gaps, series.errors)
    ahead = _crossing(series, 1.0 if lead.leader == first else -1.0, horizon, shock, shared)
    explained = _explained(book, series, first, second)
    rows = gap_rows(series)
    if shared.form == "json":
        print_json(
            {
                "first": first,
                "second": second,
                "method": series.method,
                "gaps": rows,
                "lead": lead_json(lead),
                "crossing": crossing_json(ahead) if ahead else None,
                "explained": [asdict(e) for e in explained],
            }
        )
        return
    if shared.form == "csv":
        print_rows(rows, "csv")
        return
    click.echo(f"{first} less {second}, points, method {series.method or 'unstated'}")
    print_rows(rows, "text", numeric=("gap", "closing_a_month"))
    lines = lead_words(lead, "rounding alone; no sampling error is published")
    lines += crossing_words(ahead, lead) if ahead else []
    lines += [line for one in explained for line in explained_words(one)]
    click.echo("\n".join(lines))


def _two(book: Book, *names: str) -> list[str]:
    """Two different entities of the book by their canonical names.

    Raises:
        UsageError: The book does not know one, or both are the same.
    """
    found = [book.canonical_entity(name) for name in names]
    for name, known in zip(names, found, strict=True):
        if known is None:
            raise UsageError(
                f"the book has no entity {name!r}",
                "",
                f"with published shares: {', '.join(_with_shares(book)) or 'none'}",
            )
    if found[0] == found[1]:
        raise UsageError(f"{names[0]} and {names[1]} are the same", "", "name two")
    return [name for name in found if name is not None]


def _with_shares(book: Book) -> list[str]:
    from crossbearing.gather.measure.gap import SHARE

    return sorted({claim.entity for claim in book.claims if claim.metric == SHARE})


def _nothing(book: Book, first: str, second: str, wanted: str) -> Refusal:
    from crossbearing.gather.measure.gap import published_gaps

    methods = sorted({s.method or "unstated" for s in published_gaps(book.claims, first, second)})
    if wanted and methods:
        return Refusal(
            f"no published shares of {first} and {second} by the method {wanted!r}",
            "figures of two methods are never joined",
            f"take --method {' or '.join(methods)}",
        )
    return Refusal(
        f"no published shares of {first} and {second} by one method in one month",
        "figures of two methods or months are never joined",
        f"see xb claims --metric adoption.business_share; shares are known of {', '.join(_with_shares(book)) or 'nobody'}",
    )


def _crossing(
    series: PublishedGap, side: float, horizon: int, shock: float | None, shared: Shared
) -> Crossing | None:
    """When the leader may be overtaken; None, and why on stderr, where too few months tell it."""
    import numpy as np

    from crossbearing.gather.measure.crossover import crossing

    try:
        return crossing(
            series.months,
            [side * gap for gap in series.gaps],
            covariance=np.diag(np.square(series.errors)),
            horizon=horizon,
            shock=shock,
            seed=shared.seed,
        )
    except Refusal as why:
        talk(f"no cross-over: {why.what}; {why.mend}")
        return None


def _explained(book: Book, series: PublishedGap, first: str, second: str) -> list[Explained]:
    from crossbearing.gather.measure.gap import explain_claims

    try:
        return explain_claims(book.claims, series, first, second)
    except Refusal:
        return []
