"""A reconciled series: one entity, metric and basis over time, with its intervals, claims and diagnostics."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from crossbearing.vocabulary.interval import IntervalKind
from crossbearing.vocabulary.lineage import Lineage

QUANTILES = ("p5", "p25", "p50", "p75", "p95", "mean")


class Rate(StrEnum):
    """What a printed rate averages over."""

    TRAILING = "trailing"
    INSTANTANEOUS = "instantaneous"
    AS_STATED = "as_stated"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """Quantiles at one instant or over one duration, in the unit of the series.

    Attributes:
        at: The instant or duration, as asked for.
        kind: `estimate`, or `forecast` after the last claim, or `not identified`.
        p5, p25, p50, p75, p95, mean: Quantiles and mean; None where not identified.
    """

    at: str
    p5: float | None
    p25: float | None
    p50: float | None
    p75: float | None
    p95: float | None
    mean: float | None
    kind: str = "estimate"
    why: str = ""


@dataclass(frozen=True, slots=True)
class ClaimWeight:
    """What one claim did to the series.

    Attributes:
        id: The claim.
        weight: One less its outlier probability; None where no model judged it.
        outlier_probability: Posterior probability that the claim is contaminated.
        influence: dlog(median)/dlog(claim) at the last point asked for; None where the draws do not tell it from nothing.
        note: Why a claim was left out, where it was.
        without: Median at that point if the claim's row were deleted; None where that was not asked for or gives none.
    """

    id: str
    weight: float | None = None
    outlier_probability: float | None = None
    influence: float | None = None
    note: str = ""
    without: float | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """A reconciled series and everything needed to judge it.

    Attributes:
        entity, metric, basis: What it is a series of.
        rate: What a rate averages over; `none` for stocks and flows.
        unit: Symbol of the base unit.
        as_of: Knowledge date.
        interval_kind: Kind of the quantiles.
        points: Quantiles by time.
        claims: Weight of each claim.
        diagnostics: Numbers that say whether the computation can be trusted (khat, ess).
        seed: Seed of the random numbers; None where none were used.
        lineage: Claims and assumptions behind it.
        notes: What a reader must know, in words.
    """

    entity: str
    metric: str
    basis: str
    rate: Rate
    unit: str
    as_of: date | None
    interval_kind: IntervalKind
    points: tuple[SeriesPoint, ...]
    claims: tuple[ClaimWeight, ...] = ()
    diagnostics: dict[str, float] = field(default_factory=dict)
    seed: int | None = None
    lineage: Lineage = field(default_factory=Lineage)
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The series in the form of the command-line contract."""
        return {
            "entity": self.entity,
            "metric": self.metric,
            "basis": self.basis,
            "rate": str(self.rate),
            "unit": self.unit,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "interval_kind": str(self.interval_kind),
            "points": [_point(p) for p in self.points],
            "claims": [
                {
                    "id": c.id,
                    "weight": c.weight,
                    "outlier_probability": c.outlier_probability,
                    "influence": c.influence,
                    **({"note": c.note} if c.note else {}),
                    **({} if c.without is None else {"without": c.without}),
                }
                for c in self.claims
            ],
            "diagnostics": self.diagnostics,
            "seed": self.seed,
            "notes": list(self.notes),
        }


def _point(point: SeriesPoint) -> dict[str, Any]:
    row: dict[str, Any] = {"at": point.at, **{name: getattr(point, name) for name in QUANTILES}}
    if point.kind != "estimate":
        row["kind"] = point.kind
    if point.why:
        row["why"] = point.why
    return row
