"""`xb solve`: which claims of a company cannot hold together, and what the others leave open."""

from __future__ import annotations

from typing import Any

import click

from crossbearing.cli.options import Shared, shared_options
from crossbearing.cli.output import announce, print_json, print_rows
from crossbearing.pipeline import open_book
from crossbearing.pipeline.asking import entity_of


@click.command("solve")
@click.argument("entity")
@click.option("--margin", is_flag=True, help="Revenue, costs, margins, compute and fees of each period.")
@click.option("--triangle", is_flag=True, help="Share of market, users and revenue a user against revenue.")
@click.option(
    "--breakeven", is_flag=True, help="Which claim speaks of which measure of profit and which period."
)
@shared_options(argument=False)
def command(shared: Shared, entity: str, **wanted: bool) -> int:
    """Solve the arithmetic between claims: which cannot hold together, which only seem to contradict, what is left open.

    Claims are taken at their word. What must be assumed to put two beside each other stands in the sets, so that the
    assumption can be the one to fall.
    """
    from crossbearing.pipeline.solving import solve

    book = open_book(shared.book, shared.overlay, shared.as_of, shared.visibility).sound()
    announce(book.visibility)
    parts = tuple(name for name, on in wanted.items() if on)
    found = solve(book, entity_of(book, entity), parts, shared.seed)
    if shared.form == "json":
        print_json(found)
    elif shared.form == "csv":
        print_rows(_rows(found), "csv", ("part", "period", "what", "claims", "detail"))
    else:
        _text(found)
    return 0


def _rows(found: dict[str, Any]) -> list[dict[str, str]]:
    """One row a conflict, road or mark."""
    rows = []
    for solved in found.get("margin", ()):
        rows += [
            _row(
                "margin",
                solved["period"],
                "cannot all hold",
                c["claims"],
                "; ".join((c["why"], *c["assumptions"])),
            )
            for c in solved["conflicts"]
        ]
    for triangle in found.get("triangle", ()):
        rows += [
            _row("triangle", triangle["period"], r["name"], r["claims"], f"{r['value']:.6g}; {r['how']}")
            for r in triangle["roads"]
        ]
    for mark in found.get("breakeven", {}).get("marks", ()):
        rows.append(
            _row(
                "breakeven",
                mark["period"],
                f"{mark['measure']}: {mark['sign']}",
                [mark["claim"]],
                mark["words"],
            )
        )
    return rows


def _row(part: str, period: str, what: str, claims: list[str], detail: str) -> dict[str, str]:
    return {"part": part, "period": period, "what": what, "claims": " ".join(claims), "detail": detail}


def _text(found: dict[str, Any]) -> None:
    if "margin" in found:
        _say_margin(found)
    if "triangle" in found:
        _say_triangle(found["triangle"])
    if "breakeven" in found:
        _say_breakeven(found["breakeven"])


def _say_margin(found: dict[str, Any]) -> None:
    from crossbearing.publish.answers.solved import margin_lines

    click.secho(f"Margins of {found['entity']}: which claims cannot hold together", bold=True)
    for heading, cells in margin_lines(found["margin"], found["currency"]):
        click.echo(heading)
        if cells:
            print_rows(cells, "text")
    if not found["margin"]:
        click.echo("no period is bound by two claims of revenue, margin, cost or profit")


def _say_triangle(triangles: list[dict[str, Any]]) -> None:
    from crossbearing.publish.answers.solved import triangle_lines, triangle_rows

    for triangle in triangles:
        click.secho(f"\nThree roads to the revenue of {triangle['period']}", bold=True)
        print_rows(triangle_rows(triangle), "text", numeric=("revenue", "residual"))
        for line in triangle_lines(triangle):
            click.echo(line)
    if not triangles:
        click.echo("\nno share of market and no revenue a user is claimed for a period with revenue")


def _say_breakeven(matrix: dict[str, Any]) -> None:
    from crossbearing.publish.answers.solved import breakeven_rows, pair_lines

    click.secho("\nBreak-even: measure by period", bold=True)
    if not matrix["marks"]:
        click.echo("no claim speaks of profit, loss, cash burn or break-even")
        return
    print_rows(breakeven_rows(matrix), "text")
    for line in pair_lines(matrix) or ["nothing looks like a contradiction"]:
        click.echo(line)
