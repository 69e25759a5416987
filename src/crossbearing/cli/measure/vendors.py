"""`xb measure vendors`: the vendor rules, tried."""

from __future__ import annotations

from pathlib import Path

import click

from crossbearing.cli.output import print_rows, talk
from crossbearing.problems import UsageError


@click.command("vendors")
@click.argument("texts", metavar="[TEXT...]", nargs=-1)
@click.option(
    "--rules", "rules_file", type=click.Path(path_type=Path), metavar="FILE", help="Your vendor rules."
)
def vendors(texts: tuple[str, ...], rules_file: Path | None) -> None:
    """Which vendor rule fits each TEXT ("merchant | item"); without one, the rules with their own examples tried."""
    from crossbearing.gather.measure.engines import open_engine
    from crossbearing.gather.measure.vendors import load_rules, match_texts, try_rules

    rules = load_rules(rules_file)
    engine = open_engine("duckdb")
    try:
        if texts:
            found = match_texts(engine, rules, list(texts))
            print_rows(
                [
                    {
                        "text": t,
                        "vendor": r.vendor if r else "",
                        "route": r.route if r else "",
                        "rule": r.name if r else "none",
                    }
                    for t, r in zip(texts, found, strict=True)
                ],
                "text",
            )
            return
        wrong = try_rules(engine, rules)
    finally:
        engine.close()
    print_rows(
        [
            {
                "rule": r.name,
                "vendor": r.vendor,
                "route": r.route,
                "phrases": " + ".join("/".join(g) for g in r.groups),
                "not": "/".join(r.none),
            }
            for r in rules.rules
        ],
        "text",
    )
    if wrong:
        raise UsageError(
            f"{len(wrong)} examples do not behave", "; ".join(wrong[:5]), "mend the rules or the examples"
        )
    talk(f"version {rules.version} ({rules.digest}); all examples behave")
