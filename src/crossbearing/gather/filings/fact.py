"""What every form of filing is read into: facts with concept, period, unit, precision and dimensions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

MOST_DIGITS = 24


@dataclass(frozen=True, slots=True)
class Fact:
    """One tagged number.

    Attributes:
        concept: Prefixed name, such as `us-gaap:Revenues`; prefixes of standard taxonomies are the usual ones.
        value: The number in whole units, scale and sign applied.
        unit: ISO currency code, `pure`, `shares`, or another measure by its local name; `USD/shares` for a quotient.
        start: First day; None for a figure at a day.
        end: Last day, or the day.
        decimals: Digits after the point that are right, negative for thousands (-3); None where the figure is exact or unsaid.
        dimensions: (axis, member) by local name, sorted; empty for the whole company.
        context: Name of the context in the document; empty where the form has none.
        form: Form that last stated it, such as S-1; empty where it is that of the document.
        filed: Day that form was filed; None where it is that of the document.
    """

    concept: str
    value: Decimal
    unit: str
    start: date | None
    end: date
    decimals: int | None = None
    dimensions: tuple[tuple[str, str], ...] = ()
    context: str = ""
    form: str = ""
    filed: date | None = None


@dataclass(frozen=True, slots=True)
class Filing:
    """A filing as read.

    Attributes:
        name: Base name of the file.
        registrant: Name of the company as filed, or an empty string.
        form: S-1, 10-K, 10-Q ..., or an empty string.
        period_end: Last day of the period reported on, or None.
        filed: Day of filing, or None where the document does not say.
        facts: Every tagged number, in the order of the document.
        notes: What a reader must know of how it was read.
    """

    name: str
    registrant: str
    form: str
    period_end: date | None
    filed: date | None
    facts: tuple[Fact, ...]
    notes: tuple[str, ...] = field(default=())


def number(text: str) -> Decimal | None:
    """A finite number of sensible length; None for anything else."""
    try:
        found = Decimal(text.strip())
    except (InvalidOperation, ValueError):
        return None
    return found if found.is_finite() and abs(found.adjusted()) <= MOST_DIGITS else None


def precision(text: object) -> int | None:
    """The decimals attribute; None for INF, nothing or nonsense."""
    try:
        found = int(str(text))
    except ValueError:
        return None
    return found if abs(found) <= MOST_DIGITS else None


def day(text: object) -> date | None:
    """An ISO date; None for anything else."""
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None
