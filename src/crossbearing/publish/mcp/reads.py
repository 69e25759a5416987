"""What an assistant may ask of a book: each answer from the functions of the commands, in the one shape of `answer`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from crossbearing.pipeline.asking import claims_of, entity_of, metric_of
from crossbearing.pipeline.live_results import today_of
from crossbearing.pipeline.serving import Live
from crossbearing.pipeline.worlds import World
from crossbearing.problems import Refusal
from crossbearing.publish.answers.records import conflict_json, identity_json
from crossbearing.publish.mcp.answer import Answer, Shown, Spread, answer, cut, of_claim, shown
from crossbearing.publish.web import answering
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Claim

CREDIBLE = 0.9
MOST_TRACED = 40
ABOUT = {
    "prices": ("price.",),
    "multiples": ("multiple.",),
    "payoff": ("payoff.", "odds.", "break_even."),
    "implied": ("implied.",),
    "secondary": ("premium.", "secondary.", "scarcity."),
}
OUTLOOK = ("gross_run_rate", "net_run_rate", "gross_margin", "operating_margin", "power_online", "cash_need")
_WORD = re.compile(r"\w+")


class Desk:
    """A book being read by an assistant.

    Args:
        live: The book, read again when its files change.
    """

    def __init__(self, live: Live) -> None:
        self.live = live

    def at(self, as_of: date | None) -> tuple[World, Book, str]:
        """The world of a knowledge date, its book, and the day it speaks of."""
        world = World(as_of)
        book = self.live.world(world).book
        return world, book, today_of(self.live, world, book).isoformat()

    def list_claims(
        self, as_of: date | None, known_after: date | None, limit: int, offset: int, **wanted: Any
    ) -> Answer:
        """Claims by entity, metric, status, modality, source and the day they became known."""
        _, book, day = self.at(as_of)
        found = [
            c for c in claims_of(book, **wanted) if known_after is None or (c.known and c.known > known_after)
        ]
        return _claims(book, day, found, limit, offset)

    def search_claims(self, query: str, as_of: date | None, limit: int, offset: int) -> Answer:
        """Claims whose words hold the words asked for: most of them first, then the newest."""
        _, book, day = self.at(as_of)
        wanted = set(_WORD.findall(query.casefold()))
        ranked = [(sum(w in text for w in wanted), c) for c in book.claims if (text := _text(book, c))]
        best = sorted(
            (pair for pair in ranked if pair[0]),
            key=lambda pair: (-pair[0], -(pair[1].known or date.min).toordinal(), pair[1].id),
        )
        return _claims(book, day, [c for _, c in best], limit, offset)

    def series(
        self, entity: str, metric: str, at: Sequence[str], basis: str | None, as_of: date | None
    ) -> Answer:
        """The reconciled position of one quantity at some times."""
        world, book, day = self.at(as_of)
        name, canonical = entity_of(book, entity), metric_of(book, metric)
        told = [c for c in book.claims if c.entity == name and c.metric == canonical]
        if not told:
            known = sorted({c.metric for c in book.claims if c.entity == name})
            return answer(
                book, day, f"no claim: the book states no {canonical} of {name}", details={"metrics": known}
            )
        asked = {"at": tuple(at) or (day,), "basis": basis}
        found = answering.series(self.live, world, name, canonical, asked)
        ids = _by_weight(found["claims"]) or [c.id for c in told]
        figures = [_point(book, found, p, ids) for p in found["points"]]
        doubted = {
            c["id"]: c["outlier_probability"]
            for c in found["claims"]
            if (c["outlier_probability"] or 0) >= 0.2
        }
        said = f"{name} {canonical}, {found['basis']}, {found['rate']} rate: {figures[-1]['text']} at {figures[-1]['date']}"
        return answer(
            book, day, said, figures, notes=found["notes"],
            details={"doubted_claims": doubted, "weights": found["claims"], "views": found.get("views", [])},
        )  # fmt: skip

    def bridge(self, entity: str, at: date | None, as_of: date | None) -> Answer:
        """Gross and net of a company, and the ratio between them."""
        world, book, day = self.at(as_of)
        name = entity_of(book, entity)
        found = answering.bridge(self.live, world, name, at)
        rows = (("gross", "gross run rate", found["unit"]), ("net", "net run rate", found["unit"]), ("net_to_gross", "net over gross", "ratio"))  # fmt: skip
        figures = [
            shown(
                book, f"{name} {words}, trailing", found[key]["p50"], unit, basis=key if key in ("gross", "net") else "n/a",
                date=found["at"], interval=_spread("credible", found[key]), claims=found["claims"],
            )
            for key, words, unit in rows
        ]  # fmt: skip
        details = {k: found[k] for k in ("channels", "feasible", "evidence", "by_year", "dominant")}
        return answer(book, day, f"{name}: net is {figures[2]['text']} of gross at {found['at']}", figures, notes=found["notes"], details=details)  # fmt: skip

    def outlook(
        self, entity: str, months: Sequence[str], quantities: Sequence[str], scenario: str, as_of: date | None
    ) -> Answer:
        """Simulated quantiles of a company at the end of some months."""
        world, book, day = self.at(as_of)
        name = entity_of(book, entity)
        key = ("assistant's outlook", self.live.meaning(world), world, name, scenario)
        asked = [scenario] if scenario else []
        found = self.live.answer(key, lambda: answering.outlook(self.live, world, [name], asked))
        company = found["companies"][0]
        if company["why_not"]:
            return answer(book, day, f"no outlook: {company['why_not']}")
        fans = next((s["fans"] for s in company["scenarios"] if s["name"] == scenario), company["fans"])
        ids, known = _outlook_claims(company), [f["name"] for f in fans]
        wanted = list(quantities) or [q for q in OUTLOOK if q in known] or known
        figures = [
            shown(
                book, f"{name}: {fan['label']}{f', scenario {scenario}' if scenario else ''}", p["p50"], fan["unit"],
                basis=_basis(fan["label"]), date=p["at"], interval=_spread(fan["interval_kind"], p), claims=ids,
                assumptions=[i["name"] for i in company["inputs"] if i["source"] != "claim"],
            )
            for fan in fans if fan["name"] in wanted
            for p in fan["points"] if _wanted(p["at"], months, fan["points"])
        ]  # fmt: skip
        if figures:
            said = f"{name}: {found['paths']:,} futures from {found['origin']} to {found['until']}; predictive ranges, under the book's assumptions"
        else:
            said = (
                f"not computable: of {', '.join(wanted) or 'anything'} nothing is simulated for {name} then"
            )
        details = {"quantities": known, "odds": company["chances"], "not_computable": company["not_computable"], "scenarios": [s.name for s in book.scenarios]}  # fmt: skip
        return answer(book, day, said, figures, notes=company["notes"], details=details)

    def value(
        self, entity: str, about: str, limit: int, offset: int, as_of: date | None, asked: Mapping[str, Any]
    ) -> Answer:
        """Prices, multiples, pay-off and what must be true."""
        world, book, day = self.at(as_of)
        name = entity_of(book, entity)
        found = answering.value(self.live, world, name, {k: v for k, v in asked.items() if v is not None})
        prefix = f"{name.casefold().replace(' ', '_')}.value."
        if about == "summary":
            rows = _relevant(found, prefix)
        else:
            starts = tuple(prefix + start for start in ABOUT[about])
            rows = [
                r
                for r in found["figures"]
                if r["id"].startswith(starts) and not r["id"].endswith(".post_money")
            ]
        days = {row["price"]: row["date"] for row in found["tape"] if row["date"]}
        figures = [_figure(book, r, days.get(r["id"], found["at"])) for r in rows[offset : offset + limit]]
        left = max(0, len(rows) - offset - limit)
        if not figures:
            return answer(book, day, f"no claim: nothing of {name} about {about}", details={"not_computable": found["not_computable"]})  # fmt: skip
        notes = [*found["warnings"], *([found["odds_note"]] if found["odds_note"] else [])]
        return answer(
            book,
            day,
            f"{name} on {found['at']}: {len(rows)} figures about {about}",
            figures,
            notes=notes,
            left_out=left,
        )

    def trace(self, what: str, as_of: date | None) -> Answer:
        """Back from a number or an id to its claims, forward to what rests on it."""
        world, book, day = self.at(as_of)
        found = answering.trace(self.live, world, what)
        claim = book.claim(what)
        published = sorted(found["figures"], key=lambda f: not f["id"].endswith(f"@{day}"))
        behind = (
            [claim]
            if claim
            else [c for row in found.get("claims", []) if (c := book.claim(row["claim"]["id"]))]
        )
        figures = [
            *(of_claim(book, c) for c in behind),
            *(_published(book, f, day) for f in published[:MOST_TRACED]),
        ]
        details = {k: v for k, v in found.items() if k not in ("figures", "claims", "claim")}
        said = f"{what}: {len(behind)} claims and {len(published)} published figures"
        return answer(
            book, day, said, figures, details=details, left_out=max(0, len(published) - MOST_TRACED)
        )

    def conflicts(
        self, entity: str | None, kind: str | None, limit: int, offset: int, as_of: date | None
    ) -> Answer:
        """Claims that do not agree, with the cause; and arithmetic that fails."""
        world, book, day = self.at(as_of)
        name = entity_of(book, entity) if entity else None
        checked = self.live.world(world)
        by_id = {c.id: c for c in book.claims}
        found = [
            c for c in checked.conflicts
            if (kind is None or str(c.kind) == kind)
            and (name is None or any(by_id[i].entity == name for i in c.claims if i in by_id))
        ]  # fmt: skip
        page = found[offset : offset + limit]
        ids = dict.fromkeys(i for c in page for i in c.claims if i in by_id)
        failed = [identity_json(i) for i in checked.identities if str(i.verdict) == "fail" and (name is None or any(by_id[k].entity == name for k in i.claims if k in by_id))]  # fmt: skip
        said = f"{len(found)} conflicts{f' of {name}' if name else ''}" if found else "no conflict"
        details = {"conflicts": [{**conflict_json(c), "what": cut(c.what), "why": cut(c.why)} for c in page], "failed_arithmetic": failed}  # fmt: skip
        return answer(book, day, said, [of_claim(book, by_id[i]) for i in ids], details=details, left_out=max(0, len(found) - offset - limit))  # fmt: skip

    def explain(self, code: str) -> Answer:
        """A rule of the check."""
        _, book, day = self.at(None)
        rule = answering.explain(code)
        return answer(
            book,
            day,
            f"{rule['code']}: {rule['message']} (a rule of the check; no claim is involved)",
            details=rule,
        )


def _claims(book: Book, day: str, found: Sequence[Claim], limit: int, offset: int) -> Answer:
    page = found[offset : offset + limit]
    if not found:
        return answer(book, day, "no claim")
    said = f"{len(found)} claims, from {offset + 1}: a claim is what somebody said, not our estimate"
    return answer(
        book, day, said, [of_claim(book, c) for c in page], left_out=max(0, len(found) - offset - limit)
    )


def _text(book: Book, claim: Claim) -> str:
    source = book.sources.get(claim.source)
    parts: Iterable[str] = (
        claim.id, claim.entity, claim.metric, claim.metric.replace(".", " ").replace("_", " "), claim.quantity.text,
        str(claim.period or ""), str(claim.basis), str(claim.status), str(claim.modality), claim.note,
        " ".join(f"{k} {v}" for k, v in claim.qualifiers), source.publisher if source else "", source.title if source else "",
    )  # fmt: skip
    return " ".join(parts).casefold()


def _spread(kind: str, row: Mapping[str, Any]) -> Spread:
    return Spread(kind=kind, low=row.get("p5"), high=row.get("p95"), level=CREDIBLE)


def _point(book: Book, series: Mapping[str, Any], point: Mapping[str, Any], ids: Sequence[str]) -> Shown:
    kind = "predictive" if point.get("kind") == "forecast" else series["interval_kind"]
    why = point.get("why") or ("not identified" if point["p50"] is None else "")
    return shown(
        book, f"{series['entity']} {series['metric']}, {series['rate']} rate, {point.get('kind', 'estimate')}",
        point["p50"], series["unit"], basis=series["basis"], date=point["at"], interval=_spread(kind, point), claims=ids,
        text=f"not identified: {why}" if point["p50"] is None else "",
    )  # fmt: skip


def _figure(book: Book, row: Mapping[str, Any], day: str) -> Shown:
    span = Spread(kind=row["interval_kind"] or "none", low=row["low"], high=row["high"], level=row["level"])
    return shown(
        book, row["label"], row["value"], row["unit"], basis=_basis(row["label"]), date=day, interval=span,
        claims=row["claims"], assumptions=row["assumptions"], text=row["text"],
    )  # fmt: skip


def _published(book: Book, row: Mapping[str, Any], day: str) -> Shown:
    found = row["interval"] or {"kind": "none", "low": None, "high": None, "level": None}
    return shown(
        book, row["label"], row["value"], row["unit"], basis=_basis(row["label"]), date=day,
        interval=Spread(kind=found["kind"], low=found["low"], high=found["high"], level=found["level"]),
        claims=row["claims"], assumptions=row["assumptions"], text=row["text"],
    )  # fmt: skip


def _basis(label: str) -> str:
    """The basis that a label names; n/a where it names none."""
    words = set(_WORD.findall(label.casefold()))
    named = [basis for basis in ("gross", "net") if basis in words]
    return named[0] if len(named) == 1 else "unspecified" if "stated" in words else "n/a"


def _wanted(at: str, months: Sequence[str], points: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a month was asked for; a year on and the last one where none was."""
    if months:
        return any(at.startswith(month) for month in months)
    return at in (points[min(11, len(points) - 1)]["at"], points[-1]["at"])


def _by_weight(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Claims of a position, those that move it most first."""
    ordered = sorted(rows, key=lambda c: (-abs(c["influence"] or 0.0), -(c["weight"] or 0.0), c["id"]))
    return [c["id"] for c in ordered]


def _relevant(found: Mapping[str, Any], prefix: str) -> list[Mapping[str, Any]]:
    """What somebody asks first: the trade in hand, prices that are not old, multiples on consistent dates, what must be true."""
    fresh = {row["price"] for row in found["tape"] if not row["stale"]}
    consistent = {row["multiple"] for row in found["multiples"] if not row["synthetic"]}
    starts = [prefix + start for key in ("payoff", "implied") for start in ABOUT[key]]
    by_id = {r["id"]: r for r in found["figures"] if r["value"] is not None}
    traded = [r for i, r in by_id.items() if i.startswith(tuple(starts[: len(ABOUT["payoff"])]))]
    implied = [r for i, r in by_id.items() if i.startswith(starts[-1])]
    return [
        *traded,
        *(r for i, r in by_id.items() if i in fresh),
        *(r for i, r in by_id.items() if i in consistent),
        *implied,
    ]


def _outlook_claims(company: Mapping[str, Any]) -> list[str]:
    """Claims that the inputs of a simulation rest on, the most used first."""
    counted: dict[str, int] = {}
    for row in company["inputs"]:
        for name in row["claims"]:
            counted[name] = counted.get(name, 0) + 1
    return sorted(counted, key=lambda name: (-counted[name], name))


def refused(desk: Desk, fault: Refusal) -> Answer:
    """A figure that cannot be computed is an answer: what, why, and what would mend it."""
    _, book, day = desk.at(None)
    return answer(book, day, f"not computable: {fault.what}", notes=[w for w in (fault.why, fault.mend) if w])
