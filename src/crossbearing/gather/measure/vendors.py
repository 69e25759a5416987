"""Who was paid: a readable rule table, run by the same portable SQL on every engine."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from crossbearing.gather.measure.engines import Engine, literal
from crossbearing.problems import UsageError

ROUTES = ("direct", "marketplace", "reseller", "gateway")
PUNCTUATION = '!"#$%&()*+,-./:;<=>?@[]^_`{|}~\t\n'
JOINED = "'’"  # these vanish, so that "claude's" is one word
KEYS = {"id", "vendor", "route", "any", "all", "none", "in", "examples", "counterexamples"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to tell a vendor from text.

    Attributes:
        number: Its place in the table, from 1: the first that fits wins.
        name: Its id.
        vendor: Whom the money goes to.
        route: direct, marketplace, reseller or gateway.
        groups: Each group of phrases must have one that occurs.
        none: Phrases that must not occur.
        field: merchant, item or both.
        examples: Texts that fit, `merchant | item`.
        counterexamples: Texts that do not.
    """

    number: int
    name: str
    vendor: str
    route: str
    groups: tuple[tuple[str, ...], ...]
    none: tuple[str, ...]
    field: str
    examples: tuple[str, ...]
    counterexamples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleTable:
    """The rules with their version and the first twelve characters of the file's SHA-256."""

    version: str
    digest: str
    rules: tuple[Rule, ...]

    @property
    def vendors(self) -> tuple[str, ...]:
        """Vendor names in order of first appearance; vendor number 1 is the first."""
        return tuple(dict.fromkeys(rule.vendor for rule in self.rules))

    def vendor_number(self, vendor: str) -> int:
        """Number of a vendor, whatever its case.

        Raises:
            UsageError: No rule names it.
        """
        for number, name in enumerate(self.vendors, 1):
            if name.casefold() == vendor.casefold():
                return number
        raise UsageError(
            f"no rule names the vendor {vendor!r}", "", f"the vendors are {', '.join(self.vendors)}"
        )


def load_rules(path: Path | None = None) -> RuleTable:
    """The rule table of a file, or the one that ships with the package.

    Raises:
        UsageError: The file is missing or a rule is wrong; the message names the rule.
    """
    try:
        data = (
            (files("crossbearing.gather.measure") / "vendors.toml").read_bytes()
            if path is None
            else path.read_bytes()
        )
        table = tomllib.loads(data.decode("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as why:
        raise UsageError(
            f"cannot read the vendor rules {path}", str(why), "see docs/how-to/measure.md for the form"
        ) from why
    raw = table.get("rule")
    if not isinstance(raw, list) or not raw:
        raise UsageError(f"{path} has no rules", "", "write [[rule]] tables with id, vendor and any or all")
    rules = tuple(_rule(number, item) for number, item in enumerate(raw, 1))
    if len({rule.name for rule in rules}) < len(rules):
        raise UsageError(f"two rules of {path} have the same id", "", "give each its own")
    return RuleTable(str(table.get("version", "unversioned")), hashlib.sha256(data).hexdigest()[:12], rules)


def _rule(number: int, item: Any) -> Rule:
    if not isinstance(item, dict):
        raise UsageError(f"vendor rule {number} is no table", "", "write [[rule]] before it")
    name = str(item.get("id", f"rule {number}"))
    unknown = set(item) - KEYS
    if unknown:
        raise UsageError(
            f"vendor rule {name}: unknown key {min(unknown)!r}",
            "",
            f"the keys are {', '.join(sorted(KEYS))}",
        )
    groups = [tuple(item["any"])] if item.get("any") else []
    groups += [(phrase,) if isinstance(phrase, str) else tuple(phrase) for phrase in item.get("all", [])]
    route, field = item.get("route", "direct"), item.get("in", "both")
    if not item.get("vendor") or not groups or any(not group for group in groups):
        raise UsageError(f"vendor rule {name}: needs vendor and phrases in any or all", "", "add them")
    if route not in ROUTES or field not in {"merchant", "item", "both"}:
        raise UsageError(
            f"vendor rule {name}: route {route!r} or in {field!r} is unknown",
            "",
            f"routes: {', '.join(ROUTES)}; in: merchant, item, both",
        )
    phrases = [[_phrase(p, name) for p in group] for group in groups]
    return Rule(
        number, name, str(item["vendor"]), route, tuple(tuple(g) for g in phrases),
        tuple(_phrase(p, name) for p in item.get("none", [])), field,
        tuple(item.get("examples", [])), tuple(item.get("counterexamples", [])),
    )  # fmt: skip


def _phrase(phrase: object, rule: str) -> str:
    """A phrase in the form texts are compared in.

    Raises:
        UsageError: Nothing of it is left, or it has a wild card.
    """
    text = str(phrase).lower().translate(str.maketrans(PUNCTUATION, " " * len(PUNCTUATION), JOINED))
    text = " ".join(text.split())
    if not text or "\\" in text:
        raise UsageError(
            f"vendor rule {rule}: {phrase!r} is no phrase", "", "write words of letters and digits"
        )
    return text


def spaced_sql(field: str) -> str:
    """SQL of a text column, lower-cased, punctuation as spaces, padded, so that ` word ` finds whole words."""
    marks = PUNCTUATION.replace("'", "''")
    plain = f"TRANSLATE(LOWER({field}), '{marks}', '{' ' * len(PUNCTUATION)}')"
    for mark in JOINED:
        plain = f"REPLACE({plain}, {literal(mark)}, '')"
    for _ in range(3):  # eight spaces become one
        plain = f"REPLACE({plain}, '  ', ' ')"
    return f"CONCAT(' ', {plain}, ' ')"


def rule_sql(table: RuleTable) -> str:
    """SQL of the number of the first rule that fits columns m (merchant) and i (item); 0 where none does."""
    cases = " ".join(f"WHEN {_condition(rule)} THEN {rule.number}" for rule in table.rules)
    return f"CASE {cases} ELSE 0 END"


def _condition(rule: Rule) -> str:
    wanted = [" OR ".join(_found(rule.field, phrase) for phrase in group) for group in rule.groups]
    barred = [f"NOT ({_found(rule.field, phrase)})" for phrase in rule.none]
    return " AND ".join([*(f"({one})" for one in wanted), *barred])


def _found(field: str, phrase: str) -> str:
    pattern = literal(f"% {phrase} %")
    columns = {"merchant": ["m"], "item": ["i"], "both": ["m", "i"]}[field]
    return "(" + " OR ".join(f"{column} LIKE {pattern}" for column in columns) + ")"


def matched_texts_sql(table: RuleTable, source: str) -> str:
    """SQL of each distinct (merchant, item) of `source` with its rule and its number of rows."""
    return (
        f"SELECT merchant, item, n, {rule_sql(table)} AS rule FROM ("  # noqa: S608 - rule phrases are literals
        f"SELECT merchant, item, n, {spaced_sql('merchant')} AS m, {spaced_sql('item')} AS i FROM ("
        f"SELECT merchant, item, COUNT(*) AS n FROM {source} GROUP BY merchant, item) d) e"
    )


def match_texts(engine: Engine, table: RuleTable, texts: list[str]) -> list[Rule | None]:
    """The rule that fits each `merchant | item` text, by the very SQL that matches a table."""
    pairs = [text.partition("|") for text in texts]
    engine.lookup("asked", {"merchant": [p[0].strip() for p in pairs], "item": [p[2].strip() for p in pairs]})
    engine.view("asked_texts", matched_texts_sql(table, "asked"))
    found = {
        (m, i): int(rule or 0) for m, i, rule in engine.rows("SELECT merchant, item, rule FROM asked_texts")
    }
    numbers = [found[p[0].strip(), p[2].strip()] for p in pairs]
    return [table.rules[number - 1] if number else None for number in numbers]


def try_rules(engine: Engine, table: RuleTable) -> list[str]:
    """Examples that the table does not give to their own rule, and counterexamples that it does."""
    cases = [(text, rule, True) for rule in table.rules for text in rule.examples]
    cases += [(text, rule, False) for rule in table.rules for text in rule.counterexamples]
    found = match_texts(engine, table, [text for text, _, _ in cases]) if cases else []
    return [
        f"{text!r}: {'not' if wanted else 'wrongly'} told by {rule.name}"
        for (text, rule, wanted), got in zip(cases, found, strict=True) if (got == rule) is not wanted
    ]  # fmt: skip
