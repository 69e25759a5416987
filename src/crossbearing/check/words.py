"""Figures of claims and numbers of our own, in the words a reader uses."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date

from crossbearing.check.evidence import Evidence
from crossbearing.check.statement import Stated
from crossbearing.vocabulary.claim import Basis, Modality
from crossbearing.vocabulary.unit import Unit, parse_unit
from crossbearing.vocabulary.words import say, say_quantity


def figure(one: Stated) -> str:
    """The figure in words with, where it matters, its basis and modality: `$30bn/yr gross`, `over 8m`."""
    claim = one.claim
    written = claim.quantity.text.strip()
    as_times = claim.unit.kind == "ratio" and written.endswith("x")
    parts = [written if as_times else say_quantity(claim.quantity, claim.unit)]
    if claim.basis in (Basis.GROSS, Basis.NET):
        parts.append(str(claim.basis))
    if claim.modality is not Modality.ACTUAL:
        parts.append(f"({str(claim.modality).replace('_', ' ')})")
    return " ".join(parts)


def placed(one: Stated) -> str:
    """Figure, time and claim: `$30bn/yr in 2026-03 [s086]`."""
    return f"{figure(one)}{when(one)} [{one.id}]"


def when(one: Stated) -> str:
    """The time as written, with a preposition: ` in 2026-03`, ` on 2026-04-07`, or nothing."""
    period = one.claim.period
    if period is None:
        return ""
    text = str(period)
    if text.startswith("by "):
        return f" {text}"
    if one.span:
        return f" for {text}"
    exact = one.first == one.last and text[:1].isdigit()
    return f" {'on' if exact else 'at' if text.startswith('end') else 'in'} {text}"


def list_of(parts: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def against(evidence: Evidence, odd: Sequence[Stated], others: Sequence[Stated]) -> str:
    """One sentence with the figures of both sides."""
    lead = odd[0]
    return f"{subject(evidence, lead)}: {_side(odd)} against {_side(others)}"


def subject(evidence: Evidence, one: Stated) -> str:
    """Entity, metric in words and the part it is about."""
    part = f" ({', '.join(v for _, v in one.partition)})" if one.partition else ""
    label = evidence.label(one.metric)
    return f"{one.entity}, {label[:1].lower() + label[1:] if label[1:2].islower() else label}{part}"


def _side(statements: Sequence[Stated]) -> str:
    """Figures of one side, repetitions counted."""
    seen: dict[tuple[str, str], list[str]] = {}
    for s in statements:
        seen.setdefault((figure(s), when(s)), []).append(s.id)
    shown = [f"{f}{w} [{', '.join(ids[:3])}{', …' if len(ids) > 3 else ''}]" for (f, w), ids in seen.items()]
    if len(shown) > 4:
        shown = [*shown[:3], f"{len(shown) - 3} more"]
    return list_of(shown)


def number(value: float, unit: Unit | None = None, digits: int = 3) -> str:
    """A number of ours to three digits: `$6.51bn`, `36%`, `3.33x`."""
    if not math.isfinite(value):
        return "unbounded"
    if unit is not None and unit.kind in ("year", "date"):
        return f"{value:.1f}"
    return say(value, unit or "count", digits)


def a_year(unit: Unit) -> Unit:
    """The unit of a figure made a rate a year."""
    if unit.kind == "money" or (unit.kind == "money_rate" and unit.per != "yr"):
        return parse_unit(f"{unit.currency}/yr")
    return unit


def percent(value: float) -> str:
    """A relative size: `36%`, or `4.2 times` above a factor of two."""
    if not math.isfinite(value):
        return "without bound"
    return f"{value * 100:.0f}%" if value < 1.0 else f"a factor of {value + 1:.3g}"


def size_of(statements: Iterable[Stated]) -> float:
    """Ratio of the largest to the smallest figure less one; the difference over the larger where signs differ."""
    values = [s.bar.mid for s in statements]
    low, high = min(values), max(values)
    if low > 0:
        return high / low - 1.0
    if high < 0:
        return low / high - 1.0
    biggest = max(abs(low), abs(high))
    return (high - low) / biggest if biggest else 0.0


def day(ordinal: float) -> str:
    """A day number as a date."""
    return date.fromordinal(round(ordinal)).isoformat()
