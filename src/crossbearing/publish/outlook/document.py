"""The outlook as one JSON document and as rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from crossbearing.outlook.answers import CompanyOutlook, Fan, Outlook


def document(outlook: Outlook) -> dict[str, Any]:
    """The outlook as JSON values; each fan and probability names what its interval is."""
    return {
        "origin": outlook.origin.isoformat(),
        "until": outlook.until.isoformat(),
        "paths": outlook.paths,
        "seed": outlook.seed,
        "currency": outlook.currency,
        "interval_kind": str(outlook.interval_kind),
        "companies": [_company(c) for c in outlook.companies],
        "leads": [asdict(chance) for chance in outlook.leads],
        "crossings": [_dated(c) for c in outlook.crossings],
        "gaps": [_dated(g) for g in outlook.gaps],
    }


def _company(company: CompanyOutlook) -> dict[str, Any]:
    start = company.start
    return {
        "entity": company.entity,
        "why_not": company.why_not,
        "start": {"basis": start.basis, "note": start.note, "growth_known": start.growth is not None}
        if start
        else None,
        "fans": [_fan(f) for f in company.fans.values()],
        "quarters": [_fan(f) for f in company.quarters.values()],
        "claims": [asdict(c) for c in company.claims],
        "suppliers": _dated(company.suppliers) if company.suppliers else None,
        "pivots": [asdict(p) for p in company.pivots],
        "tornado": [asdict(b) for b in company.tornado],
        "sobol": [asdict(i) for i in company.sobol],
        "chances": [asdict(c) for c in company.chances],
        "ledger": [asdict(row) for row in company.ledger],
        "drivers": [asdict(d) for d in company.drivers],
        "scenarios": [
            {
                "name": s.name,
                "label": s.label,
                "fans": [_fan(f) for f in s.fans.values()],
                "differences": [{**asdict(d), "at": d.at.isoformat()} for d in s.differences],
            }
            for s in company.scenarios
        ],
        "inputs": [
            {
                "name": i.name,
                "value": i.judgment.text,
                "family": i.judgment.family,
                "unit": i.unit,
                "source": i.source,
                "claims": list(i.lineage.claims),
                "assumptions": list(i.lineage.assumptions),
                "reason": i.words,
            }
            for i in company.inputs
        ],
        "not_computable": {name: list(needs) for name, needs in company.lacking.items()},
        "notes": list(company.notes),
    }


def _dated(found: Any) -> dict[str, Any]:
    """A finding with its days as text."""
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(found).items()}


def _fan(fan: Fan) -> dict[str, Any]:
    return {
        "name": fan.name,
        "label": fan.label,
        "unit": fan.unit,
        "interval_kind": str(fan.kind),
        "exact": fan.exact,
        "points": [{**asdict(p), "at": p.at.isoformat()} for p in fan.points],
    }


def rows(outlook: Outlook) -> Iterator[dict[str, Any]]:
    """One row a company, scenario, quantity and month."""
    for company in outlook.companies:
        everything = [("base", company.fans), *((s.name, s.fans) for s in company.scenarios)]
        for scenario, fans in everything:
            for fan in fans.values():
                for point in fan.points:
                    yield {
                        "entity": company.entity,
                        "scenario": scenario,
                        "name": fan.name,
                        "unit": fan.unit,
                        "interval": str(fan.kind),
                        **asdict(point),
                    }
