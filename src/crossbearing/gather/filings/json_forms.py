"""Facts from JSON: xBRL-JSON (OIM) and the company-facts files of the US regulator. Plain parsing; both are self-contained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from crossbearing.gather.filings.fact import Fact, Filing, day, number, precision
from crossbearing.problems import UsageError

FORMS = ("S-1", "F-1", "10-K", "10-Q", "20-F", "40-F", "6-K", "424B")
CORE = ("concept", "entity", "period", "unit", "language", "noteId")


def read_json(data: Any, name: str) -> Filing:
    """A filing from parsed JSON.

    Raises:
        UsageError: It is neither of the two forms.
    """
    if isinstance(data, dict) and isinstance(data.get("facts"), dict):
        if "xbrl-json" in str(_table(data, "documentInfo").get("documentType", "")):
            return _oim(data, name)
        if "entityName" in data or "cik" in data:
            return _company_facts(data, name)
    raise UsageError(
        f"{name} is JSON but no filing",
        "xBRL-JSON has documentInfo and facts, company facts have entityName and facts",
        "give the filing itself, or its xBRL-JSON",
    )


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = data.get(key)
    return found if isinstance(found, dict) else {}


# --- xBRL-JSON: https://www.xbrl.org/Specification/xbrl-json/REC-2021-10-13/ ------------------------------------------


def _oim(data: Mapping[str, Any], name: str) -> Filing:
    told: dict[str, str] = {}
    facts: list[Fact] = []
    for key, raw in data["facts"].items():
        if not isinstance(raw, dict):
            continue
        about = _table(raw, "dimensions")
        concept = str(about.get("concept", ""))
        if concept.startswith("dei:"):
            told[concept.removeprefix("dei:")] = str(raw.get("value", ""))
        fact = _oim_fact(str(key), raw, about, concept)
        if fact is not None:
            facts.append(fact)
    return Filing(
        name,
        told.get("EntityRegistrantName", ""),
        told.get("DocumentType", ""),
        day(told.get("DocumentPeriodEndDate", "")),
        None,
        tuple(facts),
    )


def _oim_fact(key: str, raw: Mapping[str, Any], about: Mapping[str, Any], concept: str) -> Fact | None:
    value, span = number(str(raw.get("value", ""))), _oim_period(str(about.get("period", "")))
    if value is None or span is None or not ("unit" in about or "decimals" in raw):
        return None
    dimensions = sorted((_local(k), _local(str(v))) for k, v in about.items() if k not in CORE)
    unit = _unit(str(about.get("unit", "pure")))
    return Fact(concept, value, unit, *span, precision(raw.get("decimals")), tuple(dimensions), key)


def _oim_period(text: str) -> tuple[date | None, date] | None:
    """Instants and ends are midnights after the last day."""
    first, slash, last = text.partition("/")
    end = day(last if slash else first)
    start = day(first) if slash else None
    if end is None or (slash and start is None):
        return None
    return start, end - timedelta(days=1) if "T" in text else end


def _local(text: str) -> str:
    return text.rpartition(":")[2]


def _unit(text: str) -> str:
    return "/".join(_local(part) for part in text.replace("(", "").replace(")", "").split("/"))


# --- company facts: https://data.sec.gov/api/xbrl/companyfacts/ ------------------------------------------------------


def _company_facts(data: Mapping[str, Any], name: str) -> Filing:
    """The latest statement of each figure; forms other than registrations and periodic reports are left out."""
    latest: dict[tuple[Any, ...], Fact] = {}
    for fact in _each(data["facts"]):
        key = (fact.concept, fact.unit, fact.start, fact.end)
        if key not in latest or (fact.filed or date.min) >= (latest[key].filed or date.min):
            latest[key] = fact
    facts = sorted(latest.values(), key=lambda f: (f.end, f.concept))
    newest = max(facts, key=lambda f: (f.filed or date.min, f.end), default=None)
    return Filing(
        name,
        str(data.get("entityName", "")),
        newest.form if newest else "",
        newest.end if newest else None,
        newest.filed if newest else None,
        tuple(facts),
        ("company facts carry no dimensions and no precision: figures are taken as printed",),
    )


def _each(taxonomies: Mapping[str, Any]) -> Iterator[Fact]:
    for prefix, concepts in taxonomies.items():
        for local, told in concepts.items() if isinstance(concepts, dict) else ():
            units = told.get("units") if isinstance(told, dict) else None
            for unit, rows in units.items() if isinstance(units, dict) else ():
                for row in rows if isinstance(rows, list) else ():
                    fact = _company_fact(f"{prefix}:{local}", str(unit), row)
                    if fact is not None:
                        yield fact


def _company_fact(concept: str, unit: str, row: Any) -> Fact | None:
    if not isinstance(row, dict) or not str(row.get("form", "")).startswith(FORMS):
        return None
    value, end = number(str(row.get("val", ""))), day(row.get("end", ""))
    if value is None or end is None:
        return None
    return Fact(
        concept,
        value,
        unit,
        day(row.get("start", "")),
        end,
        context=str(row.get("accn", "")),
        form=str(row["form"]),
        filed=day(row.get("filed", "")),
    )
