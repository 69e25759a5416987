"""`xb explain CODE`: what a code means, with an example that is reported and one that is not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from crossbearing.cli.output import print_json
from crossbearing.pipeline.asking import rule_of
from crossbearing.publish.answers.records import rule_json

if TYPE_CHECKING:
    from crossbearing.book.codes import Code
    from crossbearing.check.rule import Rule

FAMILIES = {
    "file": "a fault of the book's files",
    "error": "a problem of the book",
    "conflict": "a conflict between claims",
    "cause": "the cause of a conflict between claims",
    "identity": "an arithmetic identity; where it fails, a conflict between its claims",
}


@click.command("explain")
@click.argument("code", required=False)
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True
)
def command(code: str | None, form: str) -> None:
    """What CODE means: the message, why it matters, what resolves it, a bad and a good example. Without CODE, all rules.

    The reference page is `xb explain --format markdown`.
    """
    from crossbearing.check.rule import all_rules

    if code is None:
        _list({rule.code: rule for rule in all_rules()}, form)
        return
    rule = rule_of(code)
    if form == "json":
        print_json(rule_json(rule))
    else:
        click.echo(as_text(rule) if form == "text" else as_markdown(rule))


def _list(rules: dict[str, Rule], form: str) -> None:
    from crossbearing.book.codes import CODES

    listed: list[Rule | Code] = [*CODES, *rules.values()]
    if form == "json":
        print_json([rule_json(rule) for rule in listed])
        return
    if form == "markdown":
        click.echo(page(rules.values()), nl=False)
        return
    for rule in listed:
        click.echo(f"{rule.code}  {rule.message}")


def as_text(rule: Rule | Code) -> str:
    """The rule on one page."""
    return "\n".join(
        [
            f"{rule.code}: {rule.message}",
            f"  what:  {FAMILIES[rule.family]}",
            f"  why:   {rule.why}",
            f"  mend:  {rule.mend}",
            "",
            "reported:",
            *(f"  {line}" for line in rule.bad.strip().splitlines()),
            "",
            "not reported:",
            *(f"  {line}" for line in rule.good.strip().splitlines()),
        ]
    )


def page(rules: Iterable[Rule]) -> str:
    """The reference page of all rules."""
    listed = list(rules)
    lines = [
        "# Rules of the check",
        "",
        "Made by `xb explain --format markdown`; a test keeps it in step with the rule files. How the check works and how well",
        'it does is in [checks](checks.md). A book switches rules off with `rules_off = ["XB462"]` under `[settings]` of book.toml;',
        "other distributions add rules by the entry point `crossbearing.rules`.",
        "",
        "| code | reports | family |",
        "| --- | --- | --- |",
    ]
    lines += [f"| [{r.code}](#{r.code.lower()}) | {r.message} | {r.family} |" for r in listed]
    return "\n".join([*lines, "", *(as_markdown(r) for r in listed)]) + "\n"


def as_markdown(rule: Rule | Code) -> str:
    """One rule as a section."""
    return "\n".join(
        [
            f"## {rule.code}",
            "",
            f"{rule.message[:1].upper() + rule.message[1:]}. This is {FAMILIES[rule.family]}.",
            "",
            f"**Why**: {rule.why}.",
            "",
            f"**What resolves it**: {rule.mend}.",
            "",
            "Reported:",
            "",
            "```csv",
            rule.bad.strip(),
            "```",
            "",
            "Not reported:",
            "",
            "```csv",
            rule.good.strip(),
            "```",
            "",
        ]
    )
