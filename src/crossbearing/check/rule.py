"""What a rule is, and how the rules are found: those that ship, those installed beside, less those a book switches off."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from crossbearing.check.evidence import Evidence
from crossbearing.check.statement import Stated
from crossbearing.check.voices import Disagreement
from crossbearing.problems import Problem, UsageError
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.conflict import Conflict, ConflictKind, IdentityCheck

Finding = Problem | Conflict | IdentityCheck
ENTRY_POINT = "crossbearing.rules"


@dataclass(frozen=True, slots=True)
class Cause:
    """An explanation of a disagreement.

    Attributes:
        kind: The kind of conflict.
        why: The reason in words, with the figures.
        resolution: What resolves it, or what would.
        also: Further statements the explanation rests on.
    """

    kind: ConflictKind
    why: str
    resolution: str
    also: tuple[Stated, ...] = ()


# What an `explain` returns when the two figures are reconciled by a third claim, so that nothing is reported.
RECONCILED = Cause(ConflictKind.BASIS, "", "")


@dataclass(frozen=True, slots=True)
class Rule:
    """One check. Exactly one of `find` and `explain` is set.

    Attributes:
        code: XB4 and two digits; never changes meaning.
        message: What is wrong, in a sentence.
        why: Why it matters.
        mend: What resolves it.
        bad: Claims (CSV) on which the rule reports.
        good: Claims (CSV) on which it does not.
        family: `error`, `conflict`, `cause` or `identity`.
        find: Looks through the book for problems, conflicts or identities.
        explain: Names the cause of a disagreement that the engine found, or None.
        order: Causes are asked in this order; the first that holds names the conflict.
        quorum: Share of the odd statement's contradictions that the cause must explain; 0 where one is telling enough.
    """

    code: str
    message: str
    why: str
    mend: str
    bad: str
    good: str
    family: str
    find: Callable[[Evidence], Iterable[Finding]] | None = None
    explain: Callable[[Disagreement, Evidence], Cause | None] | None = None
    order: int = 0
    quorum: float = 0.5


def shipped() -> Iterator[Rule]:
    """The rules under `rules/`, one a file."""
    package = import_module("crossbearing.check.rules")
    for module in iter_modules(package.__path__):
        yield import_module(f"crossbearing.check.rules.{module.name}").RULE


def installed() -> Iterator[Rule]:
    """Rules of other distributions, by entry point.

    Raises:
        UsageError: An entry point cannot be loaded or is no rule.
    """
    if not _declared():
        return
    from importlib.metadata import entry_points

    for point in entry_points(group=ENTRY_POINT):
        try:
            rule = point.load()
        except Exception as fault:
            raise UsageError(
                f"the rule {point.name} of {point.value} cannot be loaded",
                str(fault),
                "remove or mend its package",
            ) from fault
        if not isinstance(rule, Rule):
            raise UsageError(
                f"the rule {point.name} of {point.value} is a {type(rule).__name__}",
                f"an entry point of {ENTRY_POINT} names a crossbearing.check.rule.Rule",
                "remove or mend its package",
            )
        yield rule


def _declared() -> bool:
    """Whether any installed distribution names the entry point; reading the files is quicker than importing metadata."""
    declarations = (
        path for folder in sys.path for path in Path(folder or ".").glob("*-info/entry_points.txt")
    )
    return any(ENTRY_POINT in path.read_text(encoding="utf-8", errors="replace") for path in declarations)


def all_rules() -> tuple[Rule, ...]:
    """Every rule, by code. Two rules of one code are refused, since a code never changes meaning.

    Raises:
        UsageError: A code stands twice.
    """
    found: dict[str, Rule] = {}
    for rule in (*shipped(), *installed()):
        if rule.code in found:
            raise UsageError(
                f"two rules have the code {rule.code}", "a code has one meaning", "rename one of them"
            )
        found[rule.code] = rule
    return tuple(found[code] for code in sorted(found))


def rules_for(book: Book) -> tuple[Rule, ...]:
    """The rules a book is checked by: all but those its `[settings]` switches off in `rules_off`."""
    off = book.settings.get("rules_off", ())
    switched = {str(code) for code in off} if isinstance(off, (list, tuple)) else {str(off)}
    return tuple(r for r in all_rules() if r.code not in switched)
