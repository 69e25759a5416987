"""Gross or net as a user asks of it: the bridge with its evidence, what recognised revenue was, two claims at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from crossbearing.pipeline.answers import fixed_position, spread
from crossbearing.vocabulary.book import Book

if TYPE_CHECKING:
    from crossbearing.fix.both_hold import BothHold
    from crossbearing.fix.fixed import Fixed


def presented(
    book: Book, fix: Fixed, beliefs: Mapping[str, tuple[float, float]], seed: int
) -> list[dict[str, Any]]:
    """The evidence ratio of gross against net recognised revenue, over windows and beliefs about the ratio."""
    from crossbearing.fix.presented import gross_or_net, in_question
    from crossbearing.vocabulary.claim import Basis

    if fix.basis is not Basis.GROSS:
        return []
    found = gross_or_net(fix, in_question(book, fix.assembly), beliefs, seed)
    return [
        {
            "window": e.window,
            "window_days": e.window_days,
            "window_log_sd": e.window_sd,
            "belief": e.belief,
            "net_to_gross": e.net_to_gross,
            "ratio": e.ratio,
            "verdict": e.verdict,
            "claims": list(e.claims),
        }
        for e in found
    ]


def bridge_of(
    book: Book, entity: str, at: date | None, seed: int, claims: Sequence[str] = ()
) -> dict[str, Any]:
    """Both presentations of an entity's run rate at a date, the evidence on their ratio and on what recognised revenue is.

    Args:
        book: The book as known.
        entity: Canonical name.
        at: The date; by default the last day the book knows.
        seed: Seed of the random numbers.
        claims: Two ids: adds what would have to be true for both to hold.

    Raises:
        Refusal: Nothing identifies the ratio, or the position cannot be fixed.
    """
    from crossbearing.fix.bridge import bridge, bridge_json
    from crossbearing.fix.indicators import channels
    from crossbearing.pipeline import position

    day = at or book.newest or book.ends or date.max
    found = bridge(book, entity, day, seed)
    fix = fixed_position(book, entity, [day.year], seed)
    sides = {
        basis: position(book, entity, "revenue.run_rate", at=[day.isoformat()], basis=basis, seed=seed)
        for basis in ("gross", "net")
    }
    beliefs = {"all the evidence": found.kept}
    beliefs |= {
        f"{h.voice.claim}, an interested voice": (h.voice.value, h.voice.sd)
        for h in found.heard
        if h.voice.interested and h.voice.kind == "net"
    }
    both = [both_json(_both(book, fix, claims, day, seed))] if claims else []
    return {
        **bridge_json(found, day, sides["gross"], sides["net"]),
        "presented": presented(book, fix, beliefs, seed),
        "principal_agent": [asdict(c) for c in channels(book, entity)],
        **({"both_hold": both[0]} if both else {}),
        "position_claims": list(fix.claims),
        "seed": seed,
    }


def both_of(book: Book, entity: str, claims: Sequence[str], at: date | None, seed: int) -> dict[str, Any]:
    """What would have to be true for two claims to hold at once; needs no identified ratio of net to gross."""
    day = at or book.newest or book.ends or date.max
    return both_json(_both(book, fixed_position(book, entity, [day.year], seed), claims, day, seed))


def _both(book: Book, fix: Fixed, claims: Sequence[str], at: date, seed: int) -> BothHold:
    from crossbearing.fix.both_hold import both_hold, draws_of
    from crossbearing.fix.bridge import kept_by_year

    silent = replace(book, claims=tuple(c for c in book.claims if c.id not in claims))
    kept = kept_by_year(silent, fix.entity, [at.year], seed).get(at.year)
    return both_hold(book, fix, claims, draws_of(kept, seed), seed)


def both_json(found: BothHold) -> dict[str, Any]:
    """What would have to be true, in JSON values."""
    return {
        "claims": list(found.claims),
        "says": list(found.says),
        "factor": spread(found.factor),
        "interval_kind": "credible",
        "conditions": [{**asdict(c), "rests_on": list(c.rests_on)} for c in found.conditions],
    }
