"""Models of everything that is not revenue: counts, power, shares, margins. The path is the quantity itself on its scale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median

from crossbearing.fix.align import Aligned, Scale, align, annual_factor, why_not_past
from crossbearing.fix.assemble import Assembly, observation_of, reach
from crossbearing.fix.dependence import Statement, collapse, parts_of
from crossbearing.fix.grid import YEAR, make_grid
from crossbearing.fix.model import Model, Observation, Offset, Term
from crossbearing.fix.observe import Reading
from crossbearing.fix.path import PathPrior
from crossbearing.fix.silence import no_position
from crossbearing.problems import Refusal
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Basis, Claim, Status
from crossbearing.vocabulary.metric import Metric

BREAKS = ("method", "margin_definition", "measure", "scope", "price_type")
SINGLE = ("funding.", "compute.commitment")  # what single transactions and contracts add up to
MONEY_KINDS = ("money", "money_rate")
BREAK_SD = {"log": 0.3, "logit": 0.7, "plain": 0.3}
PRIORS: dict[Scale, PathPrior] = {
    "log": PathPrior((0.0, 1.0), (0.0, 0.7), (0.3, 0.5), (-0.5, 0.6), (-0.3, 0.5)),
    "logit": PathPrior((0.0, 1.0), (0.0, 0.7), (0.1, 0.4), (-0.5, 0.6), (-0.3, 0.5)),
    "plain": PathPrior((0.0, 0.5), (0.0, 0.3), (0.0, 0.15), (-1.6, 0.6), (-0.3, 0.5)),
}
MONEY = PathPrior((0.0, 1.0), (0.0, 1.0), (0.0, 0.5), (-0.3, 0.6), (-0.3, 0.5))  # in units of its own size


def scale_of(metric: Metric) -> Scale:
    """The scale on which a metric is unbounded: log if positive, logit if a share, else as it is."""
    if metric.unit_kind in ("share", "probability"):
        return "logit"
    if not metric.positive or metric.unit_kind in ("ratio", "points"):
        return "plain"
    return "log"


def method_of(claim: Claim) -> str:
    """The definition or method a figure follows; figures of different ones differ by an unknown constant."""
    return "; ".join(f"{k}={claim.qualifier(k)}" for k in BREAKS if claim.qualifier(k))


def assemble_stock(book: Book, entity: str, metric: Metric) -> Assembly:
    """The model of one non-revenue quantity of one entity.

    Raises:
        Refusal: No usable claim, or the quantity is a sum of single transactions or contracts.
    """
    if metric.id.startswith(SINGLE):
        raise Refusal(
            f"{entity} has no position on {metric.id}: it is made of single transactions or contracts",
            "a path between them would be invented: one more changes the sum at a stroke",
            f"list them with `xb claims --metric {metric.id}`; `xb value` prices rounds, `xb outlook` adds up commitments",
        )
    mine = [c for c in book.claims if c.entity == entity and c.metric == metric.id]
    left_out = {c.id: why_not_past(c) for c in mine if why_not_past(c)}
    claims, notes = _one_scope([c for c in mine if c.id not in left_out], left_out)
    scale = scale_of(metric)
    aligned: list[Aligned] = []
    statements = collapse(claims)
    size = _size(statements, metric, scale)
    for statement in statements:
        item = align(statement, book, scale, _annual(statement.claim, metric) / size)
        if isinstance(item, str):
            left_out.update(dict.fromkeys(statement.copies, item))
        else:
            aligned.append(item)
    if not aligned:
        raise no_position(entity, metric, mine, left_out)
    prior = MONEY if scale == "plain" and metric.unit_kind in MONEY_KINDS else PRIORS[scale]
    model = _model(aligned, entity, scale, prior)
    edges = [edge for a in aligned for edge in a.edges]
    return Assembly(
        model=model,
        entity=entity,
        left_out=left_out,
        first=min(edges),
        last=max(edges),
        days=tuple(a.middle for a in aligned),
        currency=aligned[0].claim.unit.currency,
        basis=Basis.NOT_APPLICABLE,
        notes=notes,
        size=size,
    )


def _annual(claim: Claim, metric: Metric) -> float:
    """What turns the printed figure into the path's: one a year for a flow."""
    return 1.0 if metric.kind in ("stock", "ratio") else annual_factor(claim)


def _size(statements: Sequence[Statement], metric: Metric, scale: Scale) -> float:
    """What counts as one on the path: signed money has no scale of its own, so the middle of its figures is taken."""
    if scale != "plain" or metric.unit_kind not in MONEY_KINDS or not statements:
        return 1.0
    return median(abs(s.claim.quantity.value * _annual(s.claim, metric)) for s in statements) or 1.0


def _one_scope(claims: list[Claim], left_out: dict[str, str]) -> tuple[list[Claim], tuple[str, ...]]:
    """Claims of the whole in one unit; where only parts are claimed, those of the commonest part."""
    scopes = Counter(parts_of(c) for c in claims)
    if not scopes:
        return [], ()
    scope = () if () in scopes else min(scopes, key=lambda s: (-scopes[s], s))
    units = Counter((c.unit.kind, c.unit.currency) for c in claims if parts_of(c) == scope)
    unit = min(units, key=lambda u: (-units[u], u))
    chosen = []
    for claim in claims:
        if parts_of(claim) != scope:
            left_out[claim.id] = "about another part"
        elif (claim.unit.kind, claim.unit.currency) != unit:
            left_out[claim.id] = "in another unit"
        else:
            chosen.append(claim)
    return chosen, (("of a part only: " + ", ".join(f"{k} {v}" for k, v in scope),) if scope else ())


def _model(aligned: list[Aligned], entity: str, scale: Scale, prior: PathPrior) -> Model:
    """One path, and a constant for every method but the main one: that of most measurements, else the commonest."""
    methods = Counter(method_of(a.claim) for a in aligned)
    measured = Counter(method_of(a.claim) for a in aligned if a.claim.status is Status.MEASURED)
    main = min(methods, key=lambda m: (-measured[m], -methods[m], m))
    scalars = {f"break {m}": (0.0, BREAK_SD[scale]) for m in methods if m != main}
    observations = tuple(_observation(a, entity, main) for a in aligned)
    days = [d for o in observations for t in o.terms for d in reach(o, t)]
    grid = make_grid(min(days), max(days))
    first = min(aligned, key=lambda a: (a.middle, a.id))
    ahead = (first.middle - grid.start) / YEAR
    centre = _middle(first) - prior.long_run[0] * ahead
    prior = replace(prior, level=(centre, prior.level[1] + 0.5 * prior.level[1] * ahead))
    return Model({entity: prior}, observations, grid, scalars)


def _observation(item: Aligned, entity: str, main: str) -> Observation:
    method = method_of(item.claim)
    offsets: Iterable[Offset] = () if method == main else (Offset(f"break {method}"),)
    end = item.middle if item.span else None
    term = Term(entity, (), end)
    return observation_of(item, Reading((term,), tuple(offsets), operator="the quantity itself"))


def _middle(item: Aligned) -> float:
    return 0.5 * (item.low + item.high)
