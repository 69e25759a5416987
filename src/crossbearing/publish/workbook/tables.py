"""The same content as plain tables: one row a figure, each with its unit, its interval's kind and its claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any

from crossbearing.outlook.answers import Fan
from crossbearing.publish.valuation.tables import figure_rows
from crossbearing.publish.workbook.content import Export
from crossbearing.vocabulary.claim import Claim
from crossbearing.vocabulary.qualifiers import print_qualifiers

Row = dict[str, Any]
QUANTILES = ("p5", "p25", "p50", "p75", "p95", "mean")
TABLES = (
    "claims", "sources", "assumptions", "commitments", "position", "weights", "bridge", "outlook", "value", "prices",
    "conflicts", "identities", "refused",
)  # fmt: skip


def tables(content: Export) -> dict[str, list[Row]]:
    """Every table by name, in order; each of its rows has the same keys."""
    book = content.book
    return {
        "claims": [_claim(c) for c in book.claims],
        "sources": [_source(content, name) for name in book.sources],
        "assumptions": list(_assumptions(content)),
        "commitments": list(_commitments(content)),
        "position": list(_positions(content)),
        "weights": list(_weights(content)),
        "bridge": list(_bridges(content)),
        "outlook": list(_outlook(content)),
        "value": [{"entity": v.entity, "at": v.question.at.isoformat(), **row} for v in content.valuations for row in figure_rows(v.terms, v.entity)],
        "prices": list(_prices(content)),
        "conflicts": [
            {"id": c.id, "kind": str(c.kind), "size": c.size, "what": c.what, "why": c.why, "resolution": c.resolution, "claims": list(c.claims), "rule": c.rule}
            for c in content.conflicts
        ],
        "identities": [
            {"id": i.id, "name": i.name, "expected": i.expected, "actual": i.actual, "tolerance": i.tolerance, "verdict": str(i.verdict), "what": i.what, "claims": list(i.claims), "rule": i.rule}
            for i in content.identities
        ],
        "refused": [{"what": what, "why": why} for what, why in content.refused],
    }  # fmt: skip


def document(content: Export) -> dict[str, Any]:
    """All tables as one JSON value, with what they were made from."""
    return {
        "title": content.book.title,
        "as_of": content.as_of.isoformat(),
        "companies": list(content.companies),
        "seed": content.seed,
        "version": content.version,
        "digest": content.book.digest,
        "visibility": str(content.book.visibility),
        "redacted": content.redacted,
        "tables": tables(content),
    }


def flat(rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Rows whose lists are joined, for CSV."""
    return [{k: "; ".join(map(str, v)) if isinstance(v, list) else v for k, v in row.items()} for row in rows]


def parquet(rows: Sequence[Mapping[str, Any]], told: Mapping[str, str]) -> bytes:
    """Rows as a Parquet file; `told` goes into its metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {name: [row[name] for row in rows] for name in (rows[0] if rows else {})}
    arrays = {name: pa.array(values, _type(pa, name, values)) for name, values in columns.items()}
    table = pa.table(arrays).replace_schema_metadata(dict(told))
    out = BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def _type(pa: Any, name: str, values: Sequence[Any]) -> Any:
    """The column's type, the same whatever the rows hold: numbers are doubles, lists are lists of text."""
    known = [v for v in values if v is not None]
    if name in ("line", "age_days") or (known and all(type(v) is int for v in known)):
        return pa.int64()
    if known and all(isinstance(v, bool) for v in known):
        return pa.bool_()
    if known and all(isinstance(v, list) for v in known):
        return pa.list_(pa.string())
    if known and all(isinstance(v, int | float) and not isinstance(v, bool) for v in known):
        return pa.float64()
    return pa.string() if known or name not in (*QUANTILES, "value", "low", "high") else pa.float64()


def _claim(c: Claim) -> Row:
    q = c.quantity
    return {
        "id": c.id, "entity": c.entity, "metric": c.metric, "value": q.value, "low": q.low, "high": q.high,
        "relation": str(q.relation), "printed": q.text, "unit": c.unit.symbol, "period": str(c.period) if c.period else None,
        "basis": str(c.basis), "definition": c.definition, "status": str(c.status), "modality": str(c.modality),
        "source": c.source, "via": list(c.via), "origin": c.origin, "known": _day(c.known),
        "qualifiers": print_qualifiers(c.qualifiers), "locator": c.locator, "visibility": str(c.visibility), "note": c.note,
    }  # fmt: skip


def _source(content: Export, name: str) -> Row:
    s = content.book.sources[name]
    return {
        "id": s.id, "publisher": s.publisher, "title": s.title, "url": s.url,
        "published": str(s.published) if s.published else None, "kind": s.kind, "origin": list(s.origin),
        "grade": s.grade, "visibility": str(s.visibility), "note": s.note,
    }  # fmt: skip


def _assumptions(content: Export) -> Iterator[Row]:
    for a in content.book.assumptions:
        yield {
            "name": a.name, "entity": a.entity, "low": a.judgment.low, "median": a.judgment.centre, "high": a.judgment.high,
            "family": a.judgment.family, "written": a.judgment.text, "unit": a.unit, "author": a.author,
            "date": _day(a.dated), "reason": a.reason, "claims": list(a.claims), "visibility": str(a.visibility),
        }  # fmt: skip


def _commitments(content: Export) -> Iterator[Row]:
    for c in content.book.commitments:
        yield {
            "id": c.id, "entity": c.entity, "counterparty": c.counterparty, "direction": c.direction, "kind": c.kind,
            "firmness": c.firmness, "power": c.power.quantity.value if c.power else None,
            "money": c.money.quantity.value if c.money else None, "money_unit": str(c.money.unit) if c.money else None,
            "start": str(c.start) if c.start else None, "term": c.term, "take_or_pay": c.take_or_pay,
            "cancellable_share": c.cancellable_share, "overlap_group": c.overlap_group, "claims": list(c.claims),
            "visibility": str(c.visibility), "note": c.note,
        }  # fmt: skip


def _positions(content: Export) -> Iterator[Row]:
    for s in content.positions:
        for p in s.points:
            yield {
                "entity": s.entity, "metric": s.metric, "basis": s.basis, "rate": str(s.rate), "unit": s.unit, "at": p.at,
                "kind": p.kind, **{q: getattr(p, q) for q in QUANTILES}, "interval_kind": str(s.interval_kind),
                "claims": list(s.lineage.claims), "why_not": p.why,
            }  # fmt: skip


def _weights(content: Export) -> Iterator[Row]:
    for s in content.positions:
        for w in s.claims:
            yield {
                "entity": s.entity, "metric": s.metric, "basis": s.basis, "claim": w.id, "weight": w.weight,
                "outlier_probability": w.outlier_probability, "influence": w.influence, "note": w.note,
            }  # fmt: skip


def _bridges(content: Export) -> Iterator[Row]:
    for b in content.bridges:
        for what in ("gross", "net", "net_to_gross", "without_interested"):
            found = b.get(what) or {}
            yield {
                "entity": b["entity"], "at": b["at"], "what": what,
                "unit": b["unit"] if what in ("gross", "net") else "ratio", **{q: found.get(q) for q in ("p5", "p50", "p95")},
                "interval_kind": "credible", "claims": list(b["claims"]),
            }  # fmt: skip


def _outlook(content: Export) -> Iterator[Row]:
    found = content.outlook
    for company in found.companies if found else ():
        fans: list[tuple[str, Fan]] = [("base", f) for f in company.fans.values()]
        fans += [(s.name, f) for s in company.scenarios for f in s.fans.values()]
        for scenario, fan in fans:
            for p in fan.points:
                yield {
                    "entity": company.entity, "scenario": scenario, "name": fan.name, "label": fan.label, "unit": fan.unit,
                    "at": p.at.isoformat(), **{q: getattr(p, q) for q in QUANTILES}, "interval_kind": str(fan.kind),
                }  # fmt: skip


def _prices(content: Export) -> Iterator[Row]:
    for v in content.valuations:
        for r in v.tape:
            yield {
                "entity": v.entity, "id": r.id, "kind": str(r.type), "paid": r.type.is_paid, "date": str(r.when or ""),
                "value": r.price.value, "text": r.price.text, "unit": r.price.unit, "valuation_basis": r.valuation_basis,
                "share_class": r.share_class, "round": r.round, "age_days": r.age_days, "stale": r.stale,
                "claims": list(r.claims),
            }  # fmt: skip


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
