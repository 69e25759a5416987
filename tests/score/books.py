"""Small books written out as files, so that a test reads what a user would write."""

from pathlib import Path

from crossbearing.book.load import load
from crossbearing.vocabulary.book import Book

HEAD = """[book]
title = "Two mills"
currency = "USD"
format = 1
ends = 2026-07-31

[entities."Acme"]
aliases = ["ACME Corp"]
[entities."Bolt Works"]
"""
SOURCES = """id,publisher,title,url,published,kind,origin,grade,note
plan,The Plan,Plan,,2026-01-10,article,,C,No public link.
news,The News,News,,,article,,C,No public link.
acme-s1,"Acme, Inc.",Prospectus,,2026-05-02,filing,,A,No public link.
"""
CLAIM_COLUMNS = "id,entity,metric,value,unit,period,basis,definition,status,modality,source,via,known,qualifiers,locator,visibility,note"
WATCH_COLUMNS = "id,entity,predicate,by,state,said_by,source,probability,claims,note"


def claim(
    name: str,
    value: str,
    period: str,
    known: str,
    *,
    entity: str = "Acme",
    metric: str = "revenue.run_rate",
    unit: str = "USD/yr",
    basis: str = "gross",
    status: str = "company",
    modality: str = "actual",
    source: str = "news",
    qualifiers: str = "",
    via: str = "",
) -> str:
    """A row of claims.csv."""
    cells = (name, entity, metric, value, unit, period, basis, "", status, modality, source, via, known)
    return ",".join((*cells, qualifiers, "", "", ""))


def expect(
    name: str, predicate: str, by: str, *, source: str = "plan", probability: str = "", claims: str = ""
) -> str:
    """A row of watch.csv."""
    quoted = '"' + predicate.replace('"', '""') + '"'
    return f"{name},Acme,{quoted},{by},pending,,{source},{probability},{claims},"


def write(folder: Path, claims: list[str], watch: list[str] | None = None, head: str = HEAD) -> Path:
    """A book of these rows."""
    folder.mkdir(exist_ok=True, parents=True)
    (folder / "book.toml").write_text(head, encoding="utf-8")
    (folder / "sources.csv").write_text(SOURCES, encoding="utf-8")
    (folder / "claims.csv").write_text("\n".join([CLAIM_COLUMNS, *claims]) + "\n", encoding="utf-8")
    if watch:
        (folder / "watch.csv").write_text("\n".join([WATCH_COLUMNS, *watch]) + "\n", encoding="utf-8")
    return folder


def book_of(folder: Path, claims: list[str], watch: list[str] | None = None) -> Book:
    """The loaded book of these rows; any error fails the test."""
    loaded = load(write(folder, claims, watch))
    assert [p.as_text() for p in loaded.problems if p.severity == "error"] == []
    return loaded.book
