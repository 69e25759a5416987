"""What a filing says against a book as plain tables, the same on the screen and on the page."""

from __future__ import annotations

from collections.abc import Iterator

from crossbearing.publish.score.tables import Sheet
from crossbearing.vocabulary.filed import Compared, FilingRead, Held, Missed
from crossbearing.vocabulary.reading import Contradiction, Proposed
from crossbearing.vocabulary.shift import Shift
from crossbearing.vocabulary.words import say, say_range

HELD, MISSED, BOTH, AGAINST = (
    "What the book had",
    "Who missed by how much",
    "Gross and net",
    "Against the book",
)
MOVES, FACTS, OUTSIDE = "What moves", "Every fact that states a metric", "Facts left out"
RATIOS = ("ratio", "pp", "score")
NEAR = 0.0005
SETTLED = ("genuine", "vintage", "digits")  # kinds in which only one of the figures can be right


def sheets(read: FilingRead) -> list[Sheet]:
    """Every table that has rows, the most wanted first."""
    found = [
        held_sheet(read),
        missed_sheet(read),
        presentation_sheet(read),
        against_sheet(read),
        moves_sheet(read),
        facts_sheet(read),
        outside_sheet(read),
    ]
    return [sheet for sheet in found if sheet.rows]


def off_by(miss: float | None, unit: str) -> str:
    """A miss in words: points for shares, else percent of the filed figure."""
    if miss is None:
        return ""
    if abs(miss) < NEAR:
        return "exact"
    if unit in RATIOS:
        return f"{100 * miss if unit == 'ratio' else miss:+.1f} pp".replace("-", "−")
    return f"{100 * miss:+.1f} %".replace("-", "−")


def held_sheet(read: FilingRead) -> Sheet:
    """Filed figures beside the position before."""
    rows = tuple(
        {
            "what": c.label,
            "for": c.period,
            "filed": say(c.value, c.unit),
            "presentation": _basis(c.basis),
            "the book had": _held(h, c),
            "off by": off_by(h.miss, c.unit),
            "filed is inside": "" if h.inside is None else "yes" if h.inside else "no",
            "tag": c.concept,
        }
        for c in read.compared
        for h in like_for_like(c)
    )
    known = f" as known on {read.as_known}" if read.as_known else ""
    note = f"the book had: the position{known}, median and interval with its kind. off by: the book less the filing, of the filed figure."
    return Sheet(HELD, _columns(rows), rows, note, ("filed", "off by"))


def like_for_like(compared: Compared) -> tuple[Held, ...]:
    """The position on the figure's own presentation, the other only where there is none; both where it does not say its own."""
    return _own(compared) or compared.held


def _own(compared: Compared) -> tuple[Held, ...]:
    wanted = ("", compared.basis) if compared.basis in ("gross", "net") else ("", "gross", "net")
    return tuple(h for h in compared.held if h.basis in wanted)


def _held(held: Held, compared: Compared) -> str:
    side = held.side
    basis = f"{held.basis} " if held.basis else ""
    return f"{basis}{side.words(compared.unit)}"


def _basis(basis: str) -> str:
    return {"n/a": "", "unspecified": "not stated"}.get(basis, basis)


def missed_sheet(read: FilingRead) -> Sheet:
    """Everybody who told a filed figure before."""
    rows = tuple(
        {
            "what": c.label,
            "for": c.period,
            "filed": say(c.value, c.unit),
            "who": m.who,
            "as": f"{m.kind}, {'foretold' if m.foretold else 'told'} {m.said_on}",
            "said": f"{m.said}{' ' + m.basis if m.basis in ('gross', 'net') else ''}",
            "off by": off_by(m.miss, c.unit),
            "within its words": "yes" if m.inside else "no",
            "how": _how(m, c),
            "claim": m.claim,
        }
        for c in read.compared
        for m in c.missed
    )
    note = "off by: said less filed. within its words: whether the filed figure lies in the rounding or range of what was said."
    return Sheet(MISSED, _columns(rows), rows, note, ("filed", "said", "off by"))


def _how(missed: Missed, compared: Compared) -> str:
    if missed.restated is None:
        return ""
    low, middle, high = missed.restated
    span = say_range(low, high, compared.unit)
    return f"carried over to {compared.basis}: {say(middle, compared.unit)} (90 % credible {span})"


def presentation_sheet(read: FilingRead) -> Sheet:
    """Revenue as filed on both presentations, with the net over gross the book had."""
    rows = tuple(_presentations(read))
    if read.net_to_gross is None:
        note = f"Net over gross was not identified: {read.ratio_why}" if read.ratio_why else ""
    else:
        low, middle, high = read.net_to_gross
        note = f"Net over gross of the run rate, as the book had it: {middle:.3f} (90 % credible {low:.3f} to {high:.3f}). The other presentation is the filed figure carried over with it."
    return Sheet(BOTH, _columns(rows), rows, note, ("as filed",))


def _presentations(read: FilingRead) -> Iterator[dict[str, str]]:
    for c in read.compared:
        held = {h.basis: h for h in c.held if h.basis}
        if not c.metric.startswith("revenue.") or not held or c.unit in RATIOS:
            continue
        yield {
            "for": c.period,
            "as filed": say(c.value, c.unit),
            "presentation": _basis(c.basis),
            "restated": _restated(read, c),
            **{f"against the book's {b}": _fit(held.get(b), c) for b in ("gross", "net")},
            "so it reads as": _verdict(c, held),
        }


def _restated(read: FilingRead, compared: Compared) -> str:
    if read.net_to_gross is None or compared.basis not in ("gross", "net"):
        return ""
    low, middle, high = read.net_to_gross
    if compared.basis == "net":
        low, middle, high = 1 / high, 1 / middle, 1 / low
    other = "net" if compared.basis == "gross" else "gross"
    value, unit = compared.value, compared.unit
    return f"{other} {say(value * middle, unit)} (90 % credible {say_range(value * low, value * high, unit)})"


def _fit(held: Held | None, compared: Compared) -> str:
    if held is None or held.miss is None:
        return ""
    return f"{off_by(held.miss, compared.unit)}, {'inside' if held.inside else 'outside'}"


def _verdict(compared: Compared, held: dict[str, Held]) -> str:
    """What the figure itself speaks for; the accounting note decides."""
    if compared.basis in ("gross", "net"):
        return compared.basis
    fits = [b for b in ("gross", "net") if b in held and held[b].inside]
    return fits[0] if len(fits) == 1 else "either" if fits else "neither"


def against_sheet(read: FilingRead) -> Sheet:
    """Conflicts of filed facts with claims of the book, and what resolves them."""
    rows = tuple(
        {
            "kind": x.kind,
            "what": x.what.replace("[this]", f"[{p.cells['id']}]"),
            "why": x.why.replace("this", p.cells["id"]) if x.why.startswith("this") else x.why,
            "then": _then(x),
        }
        for p in read.reading.proposals
        for x in p.contradictions
    )
    return Sheet(
        AGAINST,
        _columns(rows),
        rows,
        "A filed figure outranks what was reported, leaked or estimated before it.",
    )


def _then(found: Contradiction) -> str:
    """What follows: where two figures cannot both be right, the filed one stands."""
    if found.kind in SETTLED:
        return f"the filed figure stands; {', '.join(found.claims)} give{'s' if len(found.claims) == 1 else ''} way"
    return found.resolution


def moves_sheet(read: FilingRead) -> Sheet:
    """Results and multiples before and after."""
    rows = tuple(_move(s) for s in (*read.shifts, *read.prices))
    note = "With every filed fact in the book, against without; multiples are of the newest prices on the position's revenue."
    return Sheet(MOVES, _columns(rows), rows, note, ("by",))


def _move(shift: Shift) -> dict[str, str]:
    return {
        "result": shift.label,
        "before": shift.before.words(shift.unit),
        "after": shift.after.words(shift.unit),
        "by": shift.by.replace("%", " %").replace("-", "−"),
    }


def facts_sheet(read: FilingRead) -> Sheet:
    """The claims the filing would become."""
    rows = tuple(
        {
            "id": p.id,
            "metric": p.cells["metric"],
            "for": p.cells["period"],
            "filed": f"{p.cells['value']} {p.cells['unit']}",
            "of": p.cells["qualifiers"],
            "presentation": _basis(p.cells["basis"]),
            "is": _standing(p),
            "tag": p.cells["note"],
        }
        for p in read.reading.proposals
    )
    return Sheet(
        FACTS,
        _columns(rows),
        rows,
        "Precision is as filed: the digits shown are the ones the filing vouches for.",
        ("filed",),
    )


def _standing(proposed: Proposed) -> str:
    if proposed.fault:
        return proposed.fault
    return f"confirms {', '.join(proposed.known_as[:3])}" if proposed.known_as else str(proposed.verdict)


def outside_sheet(read: FilingRead) -> Sheet:
    """Facts that state a metric and cannot be claims of it."""
    rows = tuple({"tag": concept, "why": why} for concept, why in read.outside)
    return Sheet(OUTSIDE, _columns(rows), rows)


def _columns(rows: tuple[dict[str, str], ...]) -> tuple[str, ...]:
    """The columns of the first row in which any row says something."""
    return tuple(c for c in rows[0] if any(r.get(c) for r in rows)) if rows else ()


def headline(read: FilingRead) -> str:
    """One sentence on what was read."""
    form = read.form or "a filing"
    when = f" of {read.filed}" if read.filed else ""
    known = f", against what was known on {read.as_known}" if read.as_known else ""
    told = len(read.reading.proposals)
    return f"{read.entity}, {form}{when}: {told} of {read.facts} tagged numbers state a metric{known}."


def summary(read: FilingRead) -> list[str]:
    """A few sentences a partner reads: what the book had right, where it and others missed most, what moves."""
    told = []
    judged = [fits for c in read.compared if (fits := _inside(c))]
    if judged:
        either = " on one presentation or the other" if any(len(fits) > 1 for fits in judged) else ""
        told.append(
            f"The book had {sum(any(f) for f in judged)} of {len(judged)} filed figures inside its 90 % interval{either}."
        )
    told += [*_furthest_held(read), *_furthest_told(read)]
    if read.shifts:
        told.append(f"What moves: {read.shifts[0].words()}.")
        most = max(read.shifts, key=lambda s: abs(s.change or 0.0))
        if most is not read.shifts[0] and most.change is not None:
            told.append(f"Moves most: {most.words()}.")
    elif read.still:
        told.append(f"Nothing moves: {read.still}.")
    return told


def _furthest_held(read: FilingRead) -> Iterator[str]:
    """Where the book itself was furthest off, like for like."""
    nearest = [
        (min((h for h in like_for_like(c) if h.miss is not None), key=_size, default=None), c)
        for c in read.compared
        if c.unit not in RATIOS
    ]
    found = [(h, c) for h, c in nearest if h is not None]
    if found:
        held, c = max(found, key=lambda pair: _size(pair[0]))
        where = "" if held.inside is None else ", filed is inside" if held.inside else ", filed is outside"
        yield f"The book was furthest off on {_named(c)}: {_held(held, c)} against {say(c.value, c.unit)} filed ({off_by(held.miss, c.unit)}{where})."


def _size(held: Held) -> float:
    return abs(held.miss or 0.0)


def _furthest_told(read: FilingRead) -> Iterator[str]:
    """Who of those who told a filed figure was furthest off."""
    misses = [(m, c) for c in read.compared for m in c.missed if c.unit not in RATIOS]
    if misses:
        m, c = max(misses, key=lambda pair: abs(pair[0].miss))
        yield f"Of those who told one, {m.who} was furthest off: {_named(c)}, {m.said} against {say(c.value, c.unit)} filed ({off_by(m.miss, c.unit)}) [{m.claim}]."


def _named(compared: Compared) -> str:
    return f"{compared.label[:1].lower()}{compared.label[1:]} for {compared.period}"


def _inside(compared: Compared) -> list[bool]:
    """Whether the filed figure lies in the interval, on its own presentation; on each where it does not say its own."""
    return [h.inside for h in _own(compared) if h.inside is not None]
