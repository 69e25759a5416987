"""From positions to outlooks."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from crossbearing.problems import Refusal, UsageError

if TYPE_CHECKING:
    from crossbearing.fix.position import Joint
    from crossbearing.outlook.facts import Fact, Sample, Start
    from crossbearing.outlook.findings import ClaimChance
    from crossbearing.outlook.prepare import Setting
    from crossbearing.publish.outlook.section import OutlookSection
    from crossbearing.vocabulary.book import Book


def start_of(
    book: Book, entity: str, seed: int, *, reconciled: bool = True, at: date | None = None
) -> Start | None:
    """Where the outlook of a company starts: the position's run rate and growth, or a range of claims where it refuses.

    Args:
        book: The book as known.
        entity: Company.
        seed: Of the random numbers.
        reconciled: From the position, not from claims alone.
        at: The day to start from; the last day the book knows by default.
    """
    from crossbearing.outlook.facts import book_day, claimed_start, joint_start
    from crossbearing.publish.kept import book_text, kept, program

    claimed = claimed_start(book, entity)
    day = at or book_day(book)
    if claimed is None or day is None:
        return claimed
    fee, partners = _fee(book, entity, seed, day)
    claimed = replace(claimed, pool=_pool(), fee=fee, partners=partners)
    if not reconciled:
        return claimed
    basis = "net" if claimed.basis == "net" else "gross"
    key = f"start {program()} {entity} {seed} {day} {basis} {book_text(book)}"
    told = json.loads(kept(key, lambda: json.dumps(_sampled(book, entity, seed, day, basis))))
    if "refused" in told:
        return replace(claimed, note=f"{claimed.note}: the position refused ({told['refused']})")
    found = joint_start(_read_sample(told), basis, day)
    return replace(found, pool=claimed.pool, fee=fee, partners=partners)


def _pool() -> dict[str, float]:
    """What the growth prior says of growth in the long run, a year."""
    from crossbearing.growth.prior import GrowthPrior

    said = GrowthPrior.load().process()
    return {"growth_long_run": said.long_run, "growth_reversion": said.reversion}


def _fee(book: Book, entity: str, seed: int, day: date) -> tuple[Fact | None, bool]:
    """Part of gross sales that partners keep where the book names no distributor, and whether claims speak of it at all."""
    import numpy as np

    from crossbearing.fix.bridge import bridge, usable_voices
    from crossbearing.fix.pareto import weighted_quantile
    from crossbearing.fix.ratio import infer_ratio
    from crossbearing.outlook.facts import KEPT_DRAWS, Fact
    from crossbearing.vocabulary.assumption import Judgment
    from crossbearing.vocabulary.interval import IntervalKind

    named = any(r.kind == "distributes" and r.taker == entity for r in book.relations)
    voices, _ = usable_voices(book, entity)
    if named or not voices:
        return None, False
    try:
        found = bridge(book, entity, day, seed)
    except Refusal:
        return None, True
    low, high = 1.0 - found.ratio[2], 1.0 - found.ratio[0]
    share = Judgment("uniform", low, high, f"bridge, {low:.3g} to {high:.3g}")
    ratio, levels = infer_ratio(voices, [day.year], seed), (np.arange(KEPT_DRAWS) + 0.5) / KEPT_DRAWS
    sample = 1.0 - weighted_quantile(np.exp(ratio.kept(day.year)), ratio.weights, levels)
    mixed = np.random.default_rng([seed, 5]).permutation(sample)  # by itself, not with the level
    claims = tuple(sorted({h.voice.claim for h in found.heard}))
    words = "what the bridge leaves between gross and net"
    kind = IntervalKind.CREDIBLE
    return Fact("fee_share", share, "ratio", kind, claims, words, day, tuple(mixed.tolist())), True


def _sampled(book: Book, entity: str, seed: int, day: date, basis: str) -> dict[str, Any]:
    """Run rate and growth drawn from the position, in a form that can be kept; why not, where it refuses."""
    from crossbearing.outlook.facts import GROWTH_LOOKBACK, LOOK_AHEAD, sample_of

    days = [day - timedelta(days=GROWTH_LOOKBACK), day, day + timedelta(days=LOOK_AHEAD)]
    try:
        found = _drawn(book, entity, seed, basis, days)
    except (Refusal, UsageError):
        try:
            found = _drawn(book, entity, seed, basis, days[:2])
        except (Refusal, UsageError) as refused:
            return {"refused": refused.what}
    then, now = found.values[:2]
    later = found.values[2] if len(found.values) > 2 else None
    level, growth, ahead = sample_of(now, then, found.weights, later)
    told = {"level": level, "growth": growth, "ahead": ahead, "unit": found.unit}
    return {**told, "kind": found.interval_kind.value, "claims": found.lineage.claims}


def _drawn(book: Book, entity: str, seed: int, basis: str, days: Sequence[date]) -> Joint:
    from crossbearing.fix.path import prior_of
    from crossbearing.fix.reconcile import joint_draws
    from crossbearing.growth.prior import GrowthPrior

    return joint_draws(
        book,
        entity,
        "revenue.run_rate",
        [d.isoformat() for d in days],
        rate="instantaneous",
        basis=basis,
        seed=seed,
        prior=prior_of(GrowthPrior.load().process()),
    )


def _read_sample(told: Mapping[str, Any]) -> Sample:
    from crossbearing.outlook.facts import Sample
    from crossbearing.vocabulary.interval import IntervalKind

    kind, claims = IntervalKind(told["kind"]), tuple(told["claims"])
    level, growth, ahead = (tuple(told[k]) for k in ("level", "growth", "ahead"))
    return Sample(level, growth, ahead, told["unit"], kind, claims)


def withheld_claim(
    setting: Setting, claim_id: str, *, reconciled: bool = True
) -> tuple[ClaimChance, tuple[str, ...], tuple[str, ...]]:
    """A claim predicted from the book without it, the claims held back with it, and assumptions judged with it in view.

    Raises:
        UsageError: There is no such claim, or what it states is not simulated.
    """
    from crossbearing.outlook.withheld import held_back, predicted

    withheld = held_back(setting.book, claim_id)
    day = min(withheld.origin, setting.origin)
    start = start_of(withheld.book, withheld.claim.entity, setting.seed, reconciled=reconciled, at=day)
    found, seen = predicted(withheld, setting, start)
    return found, withheld.left_out, seen


def outlook_section_of(
    book: Book, entities: Sequence[str], seed: int, *, paths: int = 2000
) -> OutlookSection:
    """The section of a page: the outlook of the companies, their loops and what a delay does.

    Args:
        book: The book as known.
        entities: Companies, in order.
        seed: Of the random numbers.
        paths: Futures drawn.
    """
    from crossbearing.publish.kept import book_text, kept, program
    from crossbearing.publish.outlook.section import with_assets

    setting = setting_of(book, seed, paths)
    key = f"outlook {program()} {seed} {paths} {list(entities)} {book_text(book)}"
    return with_assets(kept(key, lambda: section_of(setting, entities).html))


def section_of(setting: Setting, entities: Sequence[str], *, reconciled: bool = True) -> OutlookSection:
    """The same over a setting that is made already."""
    from crossbearing.outlook.loop_page import loop_page
    from crossbearing.outlook.prepare import prepare
    from crossbearing.outlook.sensitivity import tornado
    from crossbearing.outlook.stress import delay_table
    from crossbearing.outlook.study import outlook
    from crossbearing.publish.outlook.section import outlook_section

    starts = {e: start_of(setting.book, e, setting.seed, reconciled=reconciled) for e in entities}
    found = outlook(setting, starts)
    loops, delays, companies = [], [], []
    for company in found.companies:
        entity, start = company.entity, company.start
        if start is None or company.why_not:
            companies.append(company)
            continue
        ready = prepare(setting, entity, start)
        most = tuple(dict.fromkeys(d.input for d in company.drivers))
        companies.append(replace(company, tornado=tornado(ready, most)))
        with suppress(Refusal):
            loops.append(loop_page(ready, setting.origin))
        with suppress(Refusal):
            delays.append(delay_table(setting, entity, start))
    found = replace(found, companies=tuple(companies))
    labels = {name: metric.label for name, metric in setting.book.registry.items()}
    return outlook_section(found, loops, delays, labels=labels)


def setting_of(book: Book, seed: int, paths: int, months: int = 24) -> Setting:
    """What an outlook is asked over, from the first day of the month after the book's last day.

    Raises:
        UsageError: The book has no date to start from.
    """
    from crossbearing.outlook.facts import book_day
    from crossbearing.outlook.prepare import Setting

    day = book_day(book)
    if day is None:
        raise UsageError("the book has no date to start from", "", "add ends = ... to book.toml")
    origin = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return Setting(book, origin, months, paths, seed, threads=os.cpu_count() or 1)
