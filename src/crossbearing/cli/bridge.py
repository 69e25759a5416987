"""`xb bridge`: gross to net, by channel, from every piece of evidence and not only the rival's."""

from __future__ import annotations

from typing import Any

import click

from crossbearing.cli.options import Shared, parse_date, shared_options
from crossbearing.cli.output import announce, print_json, print_rows, talk
from crossbearing.cli.series import entity_of, spoken
from crossbearing.pipeline import gross_to_net, open_book


@click.command("bridge")
@click.argument("entity")
@click.option("--at", metavar="DATE", help="The date; by default the last day the book knows.")
@shared_options(argument=False)
def command(shared: Shared, entity: str, at: str | None) -> int:
    """Both presentations of one company's run rate, and the evidence on the ratio between them."""
    book = open_book(shared.book, shared.overlay, shared.as_of, shared.visibility).sound()
    announce(book.visibility)
    found = gross_to_net(book, entity_of(book, entity), parse_date(at, "--at"), shared.seed)
    if shared.form == "json":
        print_json(found)
    elif shared.form == "csv":
        print_rows(found["evidence"], "csv")
    else:
        _text(found)
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
    if found["dominant"]:
        talk(f"the evidence that moves it most: {found['dominant']}")
    print_rows(
        [
            {
                "claim": e["claim"],
                "says": e["says"],
                "doubt": spoken(e["outlier_probability"], "ratio"),
                "without it": spoken(e["without"], "ratio"),
            }
            for e in found["evidence"]
        ],
        "text",
        numeric=("doubt", "without it"),
    )
    for note in found["notes"]:
        talk(note)
