"""What the checks find: conflicts between claims, and arithmetic identities tested."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ConflictKind(StrEnum):
    """Why two or more claims do not agree."""

    BASIS = "basis"
    DEFINITION = "definition"
    DATE = "date"
    COPY = "copy"
    ARITHMETIC = "arithmetic"
    DIGITS = "digits"
    VINTAGE = "vintage"
    SCOPE = "scope"
    GENUINE = "genuine"


class Verdict(StrEnum):
    """Outcome of an arithmetic identity."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A group of claims that do not agree, and the cause.

    Attributes:
        id: Stable within a book: kind and first claims.
        kind: The cause.
        claims: Ids of the claims, in order of the time they are about.
        size: How far apart: a ratio of largest to smallest less one, or points.
        what: One sentence with the figures.
        why: The cause in words.
        resolution: What resolves it, or what would.
        rule: Code of the rule that found it.
    """

    id: str
    kind: ConflictKind
    claims: tuple[str, ...]
    size: float
    what: str
    why: str
    resolution: str
    rule: str


@dataclass(frozen=True, slots=True)
class Operand:
    """One input of an identity: the claim it comes from, its role and its value in base units."""

    claim: str
    role: str
    value: float
    text: str


@dataclass(frozen=True, slots=True)
class IdentityCheck:
    """An arithmetic statement recomputed.

    Attributes:
        id: Stable within a book.
        name: Which identity, such as `multiple = value / revenue`.
        operands: The inputs with their claims.
        expected: What the inputs give.
        actual: What is stated.
        tolerance: Distance allowed between the two, in the unit of expected, from the printed rounding of every input on the
            sides that face each other; None where a bound leaves that side open.
        tolerance_from: Which rounding set the tolerance.
        verdict: pass, fail or cannot tell.
        what: One sentence with the figures.
        rule: Code of the rule.
    """

    id: str
    name: str
    operands: tuple[Operand, ...]
    expected: float | None
    actual: float | None
    tolerance: float | None
    tolerance_from: str
    verdict: Verdict
    what: str
    rule: str

    @property
    def claims(self) -> tuple[str, ...]:
        """Ids of the claims used, in order, once each."""
        return tuple(dict.fromkeys(o.claim for o in self.operands))
