"""Building a conflict from a rule's finding."""

from __future__ import annotations

from collections.abc import Sequence

from crossbearing.check.statement import Stated
from crossbearing.check.words import size_of
from crossbearing.vocabulary.conflict import Conflict, ConflictKind


def conflict(
    rule: str,
    kind: ConflictKind,
    statements: Sequence[Stated],
    what: str,
    why: str,
    resolution: str,
    size: float | None = None,
) -> Conflict:
    """A conflict over statements; its claims stand in order of the time they are about.

    Args:
        rule: Code of the rule.
        kind: The cause.
        statements: The claims, the telling ones first.
        what: One sentence with the figures.
        why: The cause in words.
        resolution: What resolves it.
        size: How far apart; by default the ratio of the largest to the smallest figure less one.
    """
    ordered = sorted(statements, key=lambda s: (s.middle, s.id))
    return Conflict(
        "-".join((str(kind), *(s.id for s in statements[:2]))),
        kind,
        tuple(dict.fromkeys(s.id for s in ordered)),
        round(size_of(statements) if size is None else size, 4),
        what,
        why,
        resolution,
        rule,
    )
