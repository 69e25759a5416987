"""What reading a filing against a book gives: filed figures beside what was held and told of them before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from crossbearing.vocabulary.reading import Reading
from crossbearing.vocabulary.shift import Shift, Side


@dataclass(frozen=True, slots=True)
class Held:
    """What the book had of a filed figure before it was filed.

    Attributes:
        basis: Presentation it is of; empty where the question does not arise.
        side: The figure with its interval and kind, or why there is none.
        miss: Signed: fraction of the filed figure for amounts, difference for shares; above 0 was too high; None without a figure.
        inside: Whether the filed figure lies in the interval; None without one.
    """

    basis: str
    side: Side
    miss: float | None = None
    inside: bool | None = None


@dataclass(frozen=True, slots=True)
class Missed:
    """One voice on a filed figure.

    Attributes:
        who: Name of the voice.
        kind: company, outlet, estimator, rival or index.
        claim: Its claim.
        said: The figure as written.
        basis: Presentation it was told on.
        said_on: Day it was said.
        foretold: Whether before the period ended.
        miss: Signed, as in `Held`.
        inside: Whether the filed figure lies within what the words allow.
        restated: The figure carried over to the filing's presentation: (low, middle, high); None where it is told on it.
    """

    who: str
    kind: str
    claim: str
    said: str
    basis: str
    said_on: date
    foretold: bool
    miss: float
    inside: bool
    restated: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """A filed figure beside what was held and told of it before.

    Attributes:
        id: Its proposal or, for a ratio of two facts, its name.
        metric, label: What it is.
        period: Its time in the notation of a book.
        basis: As filed or as said by the user.
        value: In base units.
        unit: Symbol of the base unit.
        concept: The tag, or the two of a ratio.
        held: The position before, by basis.
        missed: Who told it, nearest first.
    """

    id: str
    metric: str
    label: str
    period: str
    basis: str
    value: float
    unit: str
    concept: str
    held: tuple[Held, ...]
    missed: tuple[Missed, ...]


@dataclass(frozen=True, slots=True)
class FilingRead:
    """A filing read against a book.

    Attributes:
        reading: Its source and proposals, as `xb read` has them; `accept` takes them in.
        entity: Whose it is.
        form: S-1, 10-K ..., or an empty string.
        filed: Day of filing, or None.
        as_known: Day up to which the book before is known.
        facts: Tagged numbers in the document.
        outside: Facts that state a metric and are not proposed: (concept, why).
        compared: Filed figures of the whole company beside what was held, newest first.
        net_to_gross: Net over gross of the run rate, as the book had it: (5 %, 50 %, 95 %), credible; None where not identified.
        ratio_why: Why not, where it is not.
        shifts: Results that the filed facts move.
        still: Why none moves, where none does.
        prices: Multiples of the newest prices before and after.
    """

    reading: Reading
    entity: str
    form: str
    filed: date | None
    as_known: date | None
    facts: int
    outside: tuple[tuple[str, str], ...]
    compared: tuple[Compared, ...]
    net_to_gross: tuple[float, float, float] | None
    ratio_why: str
    shifts: tuple[Shift, ...]
    still: str
    prices: tuple[Shift, ...]

    def as_json(self) -> dict[str, Any]:
        """The reading as plain data, in the order of the schema."""
        ratio = self.net_to_gross
        return {
            "entity": self.entity,
            "form": self.form,
            "filed": self.filed.isoformat() if self.filed else None,
            "as_known": self.as_known.isoformat() if self.as_known else None,
            "facts": self.facts,
            "outside": [{"concept": c, "why": why} for c, why in self.outside],
            "compared": [_compared(c) for c in self.compared],
            "net_to_gross": dict(zip(("p5", "p50", "p95"), ratio, strict=True)) if ratio else None,
            "ratio_why": self.ratio_why,
            "shifts": [s.as_json() for s in self.shifts],
            "still": self.still,
            "prices": [s.as_json() for s in self.prices],
            "reading": self.reading.as_json(),
        }


def _compared(found: Compared) -> dict[str, Any]:
    return {
        "id": found.id,
        "metric": found.metric,
        "period": found.period,
        "basis": found.basis,
        "value": found.value,
        "unit": found.unit,
        "concept": found.concept,
        "held": [
            {"basis": h.basis, **h.side.as_json(), "miss": h.miss, "inside": h.inside} for h in found.held
        ],
        "missed": [
            {
                "who": m.who,
                "kind": m.kind,
                "claim": m.claim,
                "said": m.said,
                "basis": m.basis,
                "said_on": m.said_on.isoformat(),
                "foretold": m.foretold,
                "miss": m.miss,
                "inside": m.inside,
                "restated": dict(zip(("low", "middle", "high"), m.restated, strict=True))
                if m.restated
                else None,
            }
            for m in found.missed
        ],
    }
