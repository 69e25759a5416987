"""Why a quantity has no position, in words: nobody speaks of it, only plans do, or each claim has a reason of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crossbearing.problems import Refusal
from crossbearing.vocabulary.claim import Claim, Modality
from crossbearing.vocabulary.metric import Metric

MOST_TOLD = 6
AHEAD = (Modality.FORECAST, Modality.TARGET)


def no_position(entity: str, metric: Metric, claims: Sequence[Claim], left_out: Mapping[str, str]) -> Refusal:
    """The refusal of a metric without a usable claim.

    Args:
        entity: Whose.
        metric: Which.
        claims: All claims of it.
        left_out: Why each was left out.
    """
    what = "no claim of the past gives it a level"
    if not claims:
        why = "no claim speaks of it"
    elif all(c.modality in AHEAD for c in claims):
        what = "only plans and forecasts speak of it, and a plan is no fact"
        why = _short([f"{c.id} for {c.period or 'no stated time'}" for c in claims])
    elif all(c.modality is Modality.DERIVED for c in claims):
        what = "all that is said of it was worked out from other claims"
        why = f"the checks work it out again: {_short([c.id for c in claims])}"
    else:
        undated = {c.id: "no date" for c in claims if c.period is None}
        why = listed({**undated, **left_out})
    mend = f"add a dated claim of {metric.id} as it came out"
    return Refusal(f"{entity} has no position on {metric.id}: {what}", why, mend)


def listed(reasons: Mapping[str, str]) -> str:
    """Reasons by claim, each reason told once with the claims it holds for."""
    by_reason: dict[str, list[str]] = {}
    for claim, why in sorted(reasons.items()):
        by_reason.setdefault(why, []).append(claim)
    return "; ".join(f"{_short(ids)}: {why}" for why, ids in by_reason.items())


def _short(parts: Sequence[str]) -> str:
    more = len(parts) - MOST_TOLD
    return ", ".join(parts[:MOST_TOLD]) + (f" and {more} more" if more > 0 else "")
