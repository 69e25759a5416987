"""`xb bridge`: gross to net, by channel, from every piece of evidence and not only the rival's."""

from __future__ import annotations

from typing import Any

import click

from crossbearing.cli.options import Shared, mention_operators, operators_option, parse_date, shared_options
from crossbearing.cli.output import announce, print_json, print_rows, talk
from crossbearing.cli.series import spoken
from crossbearing.pipeline import gross_to_net, open_book
from crossbearing.pipeline.asking import entity_of
from crossbearing.pipeline.presentation import both_of


@click.command("bridge")
@click.argument("entity")
@click.option("--at", metavar="DATE", help="The date; by default the last day the book knows.")
@click.option(
    "--claims",
    nargs=2,
    metavar="ID1 ID2",
    help="What would have to be true for these two claims to hold at once.",
)
@operators_option
@shared_options(argument=False)
def command(shared: Shared, entity: str, at: str | None, claims: tuple[str, str] | None) -> int:
    """Both presentations of one company's run rate, and the evidence on the ratio between them.

    Prints the ratio with and without interested voices, its movement from year to year, what each voice adds, whether
    recognised revenue was told gross or net under each belief about the run-rate window, and who controls the service on
    each channel (principal or agent) as recorded.
    """
    book = open_book(shared.book, shared.overlay, shared.as_of, shared.visibility).sound()
    announce(book.visibility)
    mention_operators(book.root)
    name, day = entity_of(book, entity), parse_date(at, "--at")
    if claims:
        return _both(both_of(book, name, claims, day, shared.seed), shared.form)
    found = gross_to_net(book, name, day, shared.seed)
    if shared.form == "json":
        print_json(found)
    elif shared.form == "csv":
        print_rows(found["evidence"], "csv")
    else:
        _text(found)
    return 0


def _both(found: dict[str, Any], form: str) -> int:
    """What would have to be true for two claims to hold at once."""
    from crossbearing.publish.answers.words import both_lines

    if form == "json":
        print_json(found)
    elif form == "csv":
        print_rows(
            [{**c, "rests_on": " ".join(c["rests_on"])} for c in found["conditions"]],
            "csv",
            ("kind", "needs", "probability", "rests_on"),
        )
    else:
        for line in both_lines(found):
            click.echo(line)
    return 0


def _text(found: dict[str, Any]) -> None:
    unit = found["unit"]
    rows = []
    for name, words in (
        ("gross", "gross run rate"),
        ("net", "net run rate"),
        ("net_to_gross", "net over gross"),
    ):
        triple = found[name]
        u = "ratio" if name == "net_to_gross" else unit
        rows.append({"what": words, **{k: spoken(triple[k], u) for k in ("p5", "p50", "p95")}})
    silent = found["without_interested"]
    if silent:
        rows.append(
            {
                "what": "without interested voices",
                **{k: spoken(silent[k], "ratio") for k in ("p5", "p50", "p95")},
            }
        )
    for year, triple in found["by_year"].items():
        rows.append({"what": f"in {year}", **{k: spoken(triple[k], "ratio") for k in ("p5", "p50", "p95")}})
    talk(f"{found['entity']} at {found['at']}, trailing, {unit}: 90 % credible interval")
    print_rows(rows, "text", numeric=("p5", "p50", "p95"))
    from crossbearing.publish.answers.words import chance, move_words

    for line in move_words(found["by_year_change"]):
        click.echo(line)
    if found["dominant"]:
        click.echo(f"the evidence that moves it most: {found['dominant']}")
    click.echo()
    print_rows(
        [
            {
                "claim": e["claim"],
                "says": e["says"],
                "doubt": chance(e["outlier_probability"]),
                "without it": spoken(e["without"], "ratio"),
            }
            for e in found["evidence"]
        ],
        "text",
        numeric=("doubt", "without it"),
    )
    for note in found["notes"]:
        click.echo(note)
    _told(found)


def _told(found: dict[str, Any]) -> None:
    """Whether recognised revenue was told gross or net, and who controls the service by channel."""
    from crossbearing.publish.answers.words import channel_rows, presented_rows

    if found["presented"]:
        click.echo(
            "\nWas recognised revenue told gross or net? It depends on what the run rates average over"
        )
        print_rows(presented_rows(found["presented"]), "text", numeric=("gross : net",))
        click.echo("within a factor of ten either way the evidence decides nothing")
    click.echo("\nPrincipal (gross) or agent (net), by channel, as recorded (ASC 606-10-55-36 to 55-40)")
    print_rows(channel_rows(found["principal_agent"]), "text")
