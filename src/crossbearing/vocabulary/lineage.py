"""Where a figure comes from: the claims and assumptions behind it, and the steps between."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crossbearing.vocabulary.claim import Visibility


@dataclass(frozen=True, slots=True)
class Lineage:
    """Claims, assumptions and steps behind a figure. Origins are united, secrecy is the highest of the parts.

    Attributes:
        claims: Claim ids, sorted.
        assumptions: Assumption names, sorted.
        steps: Formulas or stage names, in order of use.
        visibility: The highest visibility among the claims.

    Source: PROV-DM `wasDerivedFrom`.
    """

    claims: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    visibility: Visibility = Visibility.PUBLIC

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands behind the figure."""
        return not (self.claims or self.assumptions)


def unite(parts: Iterable[Lineage], step: str = "") -> Lineage:
    """The lineage of a figure formed from others, with the step that formed it."""
    claims: set[str] = set()
    assumptions: set[str] = set()
    steps: dict[str, None] = {}
    visibility = Visibility.PUBLIC
    for part in parts:
        claims.update(part.claims)
        assumptions.update(part.assumptions)
        steps.update(dict.fromkeys(part.steps))
        visibility = max(visibility, part.visibility, key=lambda v: v.rank)
    if step:
        steps[step] = None
    return Lineage(tuple(sorted(claims)), tuple(sorted(assumptions)), tuple(steps), visibility)
