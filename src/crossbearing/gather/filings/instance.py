"""Facts from XBRL documents, inline or plain, through Arelle: offline, so a document cannot make us call anybody."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from crossbearing.gather.filings.fact import Fact, Filing, day, number, precision
from crossbearing.problems import UsageError

STANDARD = re.compile(r"(?:fasb\.org|xbrl\.sec\.gov|xbrl\.ifrs\.org/taxonomy)/(?:[0-9-]+/)?([a-z-]+)")
FILED = re.compile(
    r"filed\s+with\s+the\s+Securities\s+and\s+Exchange\s+Commission\s+on\s+([A-Z][a-z]+)\s+(\d{1,2}),\s+(\d{4})",
    re.IGNORECASE,
)
_one_at_a_time = threading.Lock()  # Arelle keeps global state


def read_instance(path: Path) -> Filing:
    """A filing from an XBRL document.

    Raises:
        UsageError: The extra `filings` is not installed, or the document holds no tagged number.
    """
    try:
        from arelle.api.Session import Session
        from arelle.RuntimeOptions import RuntimeOptions
    except ImportError as fault:
        raise UsageError(
            "XBRL documents need the extra filings",
            "",
            "pip install 'crossbearing[filings]', or give xBRL-JSON",
        ) from fault
    options = RuntimeOptions(
        entrypointFile=str(path),
        internetConnectivity="offline",
        keepOpen=True,
        disablePersistentConfig=True,
    )
    with _one_at_a_time, _quiet() as handler, Session() as session:
        session.run(options, logHandler=handler)
        found = [_filing(model, path) for model in session.get_models()]
    filing = next((f for f in found if f.facts), None)
    if filing is None:
        raise UsageError(
            f"{path.name} holds no tagged number",
            "only XBRL says which number is which; this document has none, or it is damaged",
            "give the inline XBRL document of the filing, or read the prose with `xb read`",
        )
    return filing


@contextmanager
def _quiet() -> Iterator[logging.Handler]:
    """A handler that swallows Arelle's log; what matters of it is told by what was read."""
    handler = logging.NullHandler()
    root, before = logging.getLogger("arelle"), logging.getLogger("arelle").handlers[:]
    try:
        yield handler
    finally:
        root.handlers[:] = before


def _filing(model: Any, path: Path) -> Filing:
    told: dict[str, str] = {}
    facts: list[Fact] = []
    broken = 0
    for raw in model.facts:
        if raw.qname is None:
            continue
        if not raw.isNumeric and raw.unit is None:
            if _prefix(raw.qname) == "dei":
                told.setdefault(raw.qname.localName, str(raw.value).strip())
            continue
        fact = _fact(raw)
        if fact is not None:
            facts.append(fact)
        elif not raw.isNil:
            broken += 1
    notes = (f"{broken} tagged numbers could not be read and are left out",) if broken else ()
    return Filing(
        path.name,
        told.get("EntityRegistrantName", ""),
        told.get("DocumentType", ""),
        _any_day(told.get("DocumentPeriodEndDate", "")),
        _filed(path),
        tuple(dict.fromkeys(facts)),
        notes,
    )


def _fact(raw: Any) -> Fact | None:
    """One tagged number; None where its value, unit or context cannot be read."""
    context, unit = raw.context, raw.unit
    value = number(str(raw.value)) if context is not None and unit is not None and not raw.isNil else None
    end = _last_day(context.endDatetime) if value is not None else None
    if value is None or end is None:
        return None
    start = context.startDatetime.date() if context.isStartEndPeriod else None
    dimensions = sorted(
        (axis.localName, d.memberQname.localName if d.isExplicit else str(d.typedMember.stringValue).strip())
        for axis, d in context.qnameDims.items()
    )
    concept = f"{_prefix(raw.qname)}:{raw.qname.localName}"
    return Fact(
        concept, value, _unit(unit), start, end, precision(raw.decimals), tuple(dimensions), context.id
    )


def _prefix(name: Any) -> str:
    """The usual prefix of a standard taxonomy by its namespace, whatever the document calls it."""
    found = STANDARD.search(name.namespaceURI or "")
    return found[1] if found else str(name.prefix or "")


def _last_day(end: datetime | None) -> date | None:
    """Ends are midnights after the last day."""
    return None if end is None else (end - timedelta(microseconds=1)).date()


def _unit(unit: Any) -> str:
    top, bottom = unit.measures
    told = "*".join(m.localName for m in top)
    return f"{told}/{'*'.join(m.localName for m in bottom)}" if bottom else told


def _any_day(text: str) -> date | None:
    """A date as filers write it: 2026-03-31 or March 31, 2026."""
    found = day(text)
    if found is None and text:
        for form in ("%B %d, %Y", "%b %d, %Y", "%d %B %Y"):
            try:
                return datetime.strptime(" ".join(text.split()), form).date()  # noqa: DTZ007 - a day has no time zone
            except ValueError:
                continue
    return found


def _filed(path: Path) -> date | None:
    """The day on the cover of a registration statement, where it stands there."""
    with path.open("rb") as raw:
        head = raw.read(2_000_000).decode("utf-8", "replace")
    found = FILED.search(re.sub(r"(?:<[^>]*>|&nbsp;|&#160;|\s)+", " ", head))
    return _any_day(f"{found[1].capitalize()} {found[2]}, {found[3]}") if found else None
