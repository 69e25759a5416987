"""`xb trace`: a number back to its claims, a claim forward to what rests on it, and the numbers without it."""

from __future__ import annotations

from typing import Any

import click

from crossbearing.cli.options import Shared, operators_option, shared_options
from crossbearing.cli.output import announce, print_json, print_rows
from crossbearing.pipeline import Opened, check_book, figures, open_book, without
from crossbearing.problems import UsageError, printable
from crossbearing.trace.claims import ClaimTrace, figure_json, trace_claim
from crossbearing.trace.figures import Moved, moved
from crossbearing.trace.numbers import claims_like, figures_like, parse_number
from crossbearing.vocabulary.claim import Claim
from crossbearing.vocabulary.figure import Figure
from crossbearing.vocabulary.interval import Interval
from crossbearing.vocabulary.words import say, say_quantity, say_range


@click.command("trace", context_settings={"ignore_unknown_options": True})
@click.argument("what", required=False, metavar="ID|NUMBER")
@click.option(
    "--without", "left_out", metavar="CLAIM|SOURCE", help="Show every number as it would be without this."
)
@operators_option
@shared_options(argument=False)
def command(shared: Shared, what: str | None, left_out: str | None) -> None:
    """Trace a claim, a figure or a number as printed (30bn, 40.9x, 5.1%) back to its claims and forward to results."""
    if what is None and left_out is None:
        raise UsageError("nothing to trace", "", "name a claim, a figure or a number, or use --without CLAIM")
    opened = open_book(shared.book, shared.overlay, shared.as_of, shared.visibility, judged_later=True)
    announce(opened.book.visibility)
    opened.sound()
    checked = check_book(opened)
    if left_out is not None:
        less = check_book(without(opened, left_out))
        changed = moved(*(figures(o, as_of=shared.as_of, seed=shared.seed) for o in (checked, less)))
        _show_moved(changed, what, left_out, shared.form)
    elif what is not None:
        _show(checked, what, shared)


def _show(checked: Opened, what: str, shared: Shared) -> None:
    """A claim by its id, a figure by its name, or everything that prints like a number."""
    published, form = figures(checked, as_of=shared.as_of, seed=shared.seed), shared.form
    claim = checked.book.claim(what)
    if claim is not None:
        _show_claim(_trace(checked, claim, published), form)
        return
    named = tuple(f for f in published if what in (f.id, f.id.partition("@")[0]))
    if named:
        _show_number(what, named, [], form)
        return
    looked = parse_number(what)
    like = [_trace(checked, c, published) for c in claims_like(checked.book, looked)]
    _show_number(what, figures_like(published, looked), like, form)


def _trace(checked: Opened, claim: Claim, published: tuple[Figure, ...]) -> ClaimTrace:
    return trace_claim(checked.book, claim, checked.conflicts, checked.identities, published)


def _show_number(what: str, matching: tuple[Figure, ...], claims: list[ClaimTrace], form: str) -> None:
    if not matching and not claims:
        raise UsageError(
            f"no claim and no figure prints like {what}",
            "",
            "check the digits and the unit, or see `xb claims`",
        )
    if form == "json":
        print_json({"figures": [figure_json(f) for f in matching], "claims": [c.as_json() for c in claims]})
        return
    if form == "csv":
        rows: list[dict[str, Any]] = [
            {
                "kind": "figure",
                "id": f.id,
                "what": f.label,
                "value": f.text,
                "claims": " ".join(f.lineage.claims),
            }
            for f in matching
        ]
        rows += [
            {
                "kind": "claim",
                "id": c.claim.id,
                "what": f"{c.claim.entity} {c.claim.metric}",
                "value": c.claim.quantity.text,
                "claims": c.claim.id,
            }
            for c in claims
        ]
        print_rows(rows, "csv")
        return
    for figure in matching:
        click.echo(f"{figure.text}  {figure.label}")
        if figure.formula:
            click.echo(f"  how     {figure.formula}")
        if figure.interval is not None:
            click.echo(f"  range   {_ranged(figure.interval, figure.unit)}")
        click.echo(f"  claims  {' '.join(figure.lineage.claims)}")
        if figure.lineage.assumptions:
            click.echo(f"  assumed {' '.join(figure.lineage.assumptions)}")
    for trace in claims:
        _echo_claim(trace)


def _ranged(interval: Interval, unit: str) -> str:
    """An interval with its kind: `$26bn/yr to $31bn/yr (90 % credible)`."""
    level = f"{interval.level:.0%} ".replace("%", " %") if interval.level < 1 else ""
    return f"{say_range(interval.low, interval.high, unit)} ({level}{str(interval.kind).replace('_', ' ')})"


def _show_claim(trace: ClaimTrace, form: str) -> None:
    if form == "json":
        found = _sentence(trace)
        print_json({**trace.as_json(), "sentence": found[0] if found else None})
    elif form == "csv":
        rows = [{"relation": "claim", "id": trace.claim.id, "what": trace.claim.quantity.text}]
        rows += [{"relation": "copy", "id": i, "what": ""} for i in trace.copies]
        rows += [{"relation": "conflict", "id": c.id, "what": c.what} for c in trace.conflicts]
        rows += [{"relation": "check", "id": k.id, "what": k.what} for k in trace.checks]
        rows += [{"relation": table, "id": row, "what": ""} for table, row in trace.rests]
        rows += [{"relation": "figure", "id": f.id, "what": f.text} for f in trace.figures]
        print_rows(rows, "csv")
    else:
        _echo_claim(trace)


def _sentence(trace: ClaimTrace) -> tuple[str, str] | None:
    """The sentence in the user's own copy, where one is attached."""
    from crossbearing.book.attached import sentence_of

    return sentence_of(trace.root, trace.claim)


def _echo_claim(trace: ClaimTrace) -> None:
    claim, source = trace.claim, trace.source
    click.echo(
        f"{claim.id}  {claim.entity} {claim.metric}: {say_quantity(claim.quantity, claim.unit)} at {claim.period or 'no date'}, {claim.basis}, {claim.modality}, {claim.status}"
    )
    if source is not None:
        click.echo(
            f"  source    {source.publisher or source.id}{', ' + source.title if source.title else ''} ({source.published or 'undated'}) {source.url or 'no public link'}"
        )
    if len(trace.chain) > 1:
        click.echo(f"  chain     {' -> '.join(trace.chain)}")
    click.echo(
        f"  place     {claim.position}{'  ' + claim.locator if claim.locator else ''}   known {claim.known or 'on no known date'}"
    )
    found = _sentence(trace)
    lines = [("sentence", f"“{printable(found[0])}” ({found[1]})" if found else "")]
    lines += [("copies", " ".join(trace.copies))]
    lines += [("conflict", f"[{c.kind}] {c.what}") for c in trace.conflicts]
    lines += [("check", f"[{k.verdict}] {k.what}") for k in trace.checks]
    lines += [("rests", f"{table} {row}") for table, row in trace.rests]
    lines += [("figure", f"{f.text}  {f.label}") for f in trace.figures]
    for name, text in lines:
        if text:
            click.echo(f"  {name:<9} {text}")


def _show_moved(rows: tuple[Moved, ...], what: str | None, left_out: str, form: str) -> None:
    wanted = [m for m in rows if what is None or what in m.before.id or what in m.before.lineage.claims]
    table = [
        {
            "figure": m.before.id,
            "with": m.before.text,
            "without": m.after.text if m.after else "not computable",
            "change": "" if m.change is None else say(m.change, "ratio"),
        }
        for m in wanted
    ]
    if form == "text":
        listed = [row for row in table if row["with"] != row["without"]]
        hidden = len(table) - len(listed)
        more = f"; {hidden} more move by less than is printed" if hidden else ""
        click.echo(f"without {left_out}: {len(listed)} figure{'s' * (len(listed) != 1)} change{more}")
        table = listed
    if table or form != "text":
        print_rows(
            table, form, ["figure", "with", "without", "change"], numeric=["with", "without", "change"]
        )
