"""Who leads of two, by how much, and when the lead changed hands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from crossbearing.gather.measure.columns import month_text
from crossbearing.gather.measure.crossover import Crossing

SURE = 0.99


@dataclass(frozen=True, slots=True)
class Change:
    """The lead passed from one to the other between two months on record.

    Attributes:
        after: Last month with the old leader ahead, `2026-03`.
        by: First month with the new leader ahead.
        old: Who led.
        new: Who leads since.
        before: The old leader's lead in `after`, points.
        now: The new leader's lead in `by`, points.
        probability: Probability that both signs are right, given the errors of the two gaps, taken as independent.
    """

    after: str
    by: str
    old: str
    new: str
    before: float
    now: float
    probability: float


@dataclass(frozen=True, slots=True)
class Lead:
    """Who leads at the last month.

    Attributes:
        leader: Who is ahead.
        follower: Who is behind.
        month: The last month, as a number.
        gap: Leader's share less the follower's, points.
        probability: Probability that the leader is ahead, given the error of the gap.
        changes: Changes of the lead within the series, oldest first.
    """

    leader: str
    follower: str
    month: int
    gap: float
    probability: float
    changes: tuple[Change, ...]


def lead_of(
    first: str, second: str, months: Sequence[int], gaps: Sequence[float], errors: Sequence[float]
) -> Lead:
    """Who leads, and the changes on the way there. A tie keeps the leader there was.

    Args:
        first: One of the two.
        second: The other.
        months: Month numbers, ascending.
        gaps: First's share less second's, points.
        errors: Standard deviation of each gap's error, points; nought is exact.
    """
    names = {1: first, -1: second}
    changes: list[Change] = []
    held = int(np.sign(next((g for g in gaps if g), 1.0)))
    past = 0
    for i, gap in enumerate(gaps):
        side = int(np.sign(gap)) or held
        if side != held:
            sure = _ahead(abs(gaps[past]), errors[past]) * _ahead(abs(gap), errors[i])
            changes.append(Change(
                month_text(months[past]), month_text(months[i]), names[held], names[side],
                abs(float(gaps[past])), abs(float(gap)), sure,
            ))  # fmt: skip
        held, past = side, i
    gap = held * float(gaps[-1])
    return Lead(names[held], names[-held], months[-1], gap + 0.0, _ahead(gap, errors[-1]), tuple(changes))


def _ahead(gap: float, error: float) -> float:
    if error <= 0:
        return 1.0 if gap > 0 else 0.5
    return NormalDist().cdf(gap / error)


def lead_words(lead: Lead, errors: str) -> list[str]:
    """The lead and its changes, a line each.

    Args:
        lead: Who leads.
        errors: What the probabilities allow for, such as "rounding".
    """
    lines = [
        f"the lead changed hands between {c.after} and {c.by}: {c.old} was ahead by {c.before:.1f} points, then {c.new} by {c.now:.1f}"
        + ("" if c.probability > SURE else f" ({_chance(c.probability)} given {errors})")
        for c in lead.changes
    ]
    return [
        *lines,
        f"{month_text(lead.month)}: {lead.leader} leads {lead.follower} by {lead.gap:.1f} points"
        + (", as in every month on record" if not lead.changes else "")
        + f" ({_chance(lead.probability)} given {errors})",
    ]


def _chance(p: float) -> str:
    return "over 99 %" if p > SURE else f"{p:.0%}".replace("%", " %")


def crossing_words(found: Crossing, lead: Lead) -> list[str]:
    """When the lead may change hands from here on, a line each.

    Args:
        found: First passage of the leader's lead through nought.
        lead: Who leads.
    """
    moving = f"the gap {'closes' if found.speed > 0 else 'widens'} by {abs(found.speed):.1f} points a month, spread {found.shock:.1f}"
    lines = [
        f"from here {lead.follower} would have to {'re-take' if lead.changes else 'take'} the lead: {moving}"
        + (
            f"; gap over speed {found.naive + 0.0:.1f} months (no forecast)"
            if found.naive is not None
            else ""
        )
    ]
    if found.already >= 0.005:
        lines.append(f"  ahead in {month_text(lead.month)} already: {found.already:.0%}")
    shown = [(m, p) for m, p in zip(found.months, found.probability, strict=True) if p >= 0.005]
    lines += [f"  cross-over in {month_text(lead.month + m)}: {p:.0%}" for m, p in shown[:8]]
    lines.append(f"  not within {found.months[-1]} months: {found.never:.0%}")
    return lines


def lead_json(lead: Lead) -> dict[str, Any]:
    """Who leads, as JSON values."""
    return {
        "leader": lead.leader,
        "follower": lead.follower,
        "month": month_text(lead.month),
        "gap": lead.gap,
        "probability": lead.probability,
        "changes": [
            {
                "after": c.after,
                "by": c.by,
                "from": c.old,
                "to": c.new,
                "gap_before": c.before,
                "gap_after": c.now,
                "probability": c.probability,
            }
            for c in lead.changes
        ],
    }
