"""Scenario sliders: one company simulated again with some inputs fixed, quick enough to follow a hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from crossbearing.outlook.engine import Engine, compiled, simulated
from crossbearing.outlook.inputs import Input
from crossbearing.outlook.labels import LABELS
from crossbearing.outlook.prepare import Ready, Setting, moved, prepare, recording
from crossbearing.outlook.runs import Block, shared_out
from crossbearing.outlook.shocks import BASE, composed
from crossbearing.outlook.study import outlook
from crossbearing.outlook.summary import month_ends, quantiles_of
from crossbearing.pipeline import start_of
from crossbearing.pipeline.serving import PLAIN, Live
from crossbearing.pipeline.worlds import World
from crossbearing.problems import Refusal, UsageError
from crossbearing.vocabulary.assumption import Z95, Judgment
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.words import say_range

PATHS, MONTHS = 2000, 24
SHOWN = ("gross_run_rate", "net_run_rate", "operating_margin", "cash_need", "power_online")
MOST_SLIDERS = 8
ENDS = 2.0  # a slider runs this many standard scores to each side of the median


@dataclass(frozen=True, slots=True)
class Slider:
    """One input that can be fixed by hand.

    Attributes:
        name: Input of the equations.
        unit: As stated.
        low, middle, high: Left end, median and right end of the slider.
        text: Its 90 % range in words.
        reason: Why it is judged so.
        share: Part of the variance of an answer that it carries alone.
        lineage: Claims and assumptions behind it.
    """

    name: str
    unit: str
    low: float
    middle: float
    high: float
    text: str
    reason: str
    share: float
    lineage: tuple[str, ...]


def setting_of(
    book: Book, seed: int, as_of: date | None, fixed: Mapping[str, float] | None = None
) -> Setting:
    """Two years of 2,000 futures from the month after the last day known.

    Raises:
        UsageError: The book has no date.
    """
    from crossbearing.outlook.facts import book_day

    day = as_of or book_day(book)
    if day is None:
        raise UsageError("the book has no date to start from", "", "add ends = ... to book.toml")
    first = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return Setting(book, first, MONTHS, PATHS, seed, {n: _fixed(v) for n, v in (fixed or {}).items()})


def sliders_of(live: Live, entity: str, world: World = PLAIN) -> tuple[Slider, ...]:
    """The inputs that move a company's answers most, by the variance they carry.

    Raises:
        Refusal: There is no run rate to start from.
    """
    now = live.state()

    def work() -> tuple[Slider, ...]:
        book = live.world(world, now).book
        setting = setting_of(book, live.seed, world.as_of or live.as_of)
        found = outlook(setting, {entity: _start(live, entity, world)}).companies[0]
        if found.why_not:
            raise Refusal(found.why_not, "the outlook starts from sales", "add a claim of revenue.run_rate")
        shares: dict[str, float] = {}
        for driver in found.drivers:
            shares[driver.input] = max(driver.share, shares.get(driver.input, 0.0))
        inputs = {i.name: i for i in found.inputs if i.judgment.family != "point"}
        ranked = sorted((n for n in shares if n in inputs), key=lambda n: (-shares[n], n))[:MOST_SLIDERS]
        return tuple(_slider(inputs[name], shares[name]) for name in ranked)

    return live.answer(("sliders", live.meaning(world, now), world, entity), work)


def slid(
    live: Live,
    entity: str,
    fixed: Mapping[str, float],
    scenario: str = "",
    world: World = PLAIN,
) -> dict[str, Any]:
    """Fans of one company with inputs fixed, and under a scenario: month ends and five quantiles of each answer.

    The draws are those of the base: a slider moves nothing but its own input.

    Raises:
        UsageError: An input the company does not have, a value outside its meaning, or an unknown scenario.
        Refusal: A value of the simulation has no meaning.
    """
    now = live.state()
    told = tuple(sorted(fixed.items()))

    def work() -> dict[str, Any]:
        if fixed:
            _there(live, entity, fixed, world)
        ready, setting, engine, blocks = live.answer(
            ("engine", live.meaning(world, now), world, entity, scenario, tuple(sorted(fixed))),
            lambda: _compiled(live, entity, fixed, scenario, world),
        )
        given = moved(ready, {n: _fixed(v) for n, v in fixed.items()})
        values = simulated(engine, replace(engine.run, given=given, blocks=blocks))
        ends = [d.isoformat() for d in month_ends(setting.origin, setting.months)]
        fans = []
        for name, drawn in values.items():
            levels = [[float(f"{v:.5g}") for v in row] for row in quantiles_of(drawn)]
            unit = ready.model.wiring.equations[name].unit
            points = dict(zip(("p5", "p25", "p50", "p75", "p95"), levels, strict=True))
            fans.append({"name": name, "label": LABELS[name], "unit": unit, **points})
        if not fans:
            lacking = ready.model.lacking
            why = "; ".join(f"{n} needs {', '.join(w[:4])}" for n, w in lacking.items() if n in SHOWN)
            raise Refusal(f"nothing to draw for {entity}", why[:500], "add the assumptions it needs")
        return {
            "entity": entity,
            "scenario": scenario or "base",
            "fixed": dict(told),
            "interval_kind": "predictive",
            "paths": setting.paths,
            "seed": setting.seed,
            "at": ends,
            "fans": fans,
        }

    return live.answer(("slid", live.meaning(world, now), world, entity, told, scenario), work)


def _compiled(
    live: Live, entity: str, fixed: Mapping[str, float], scenario: str, world: World
) -> tuple[Ready, Setting, Engine, tuple[Block, ...]]:
    """All that stays the same while the fixed inputs move: the wired model, its operations and its random numbers."""
    book = live.world(world).book
    setting = setting_of(book, live.seed, world.as_of or live.as_of, fixed)
    chosen = composed(book.scenarios, scenario) if scenario else BASE
    ready = prepare(setting, entity, _start(live, entity, world), chosen)
    run = recording(ready, SHOWN)
    return ready, setting, compiled(ready.model.wiring, run), shared_out(run, 1)


def _fixed(value: float) -> Judgment:
    """A range of no width, not a point: the same compiled engine then serves every position of a slider."""
    return Judgment("uniform", value, value, f"{value:.6g}")


def _there(live: Live, entity: str, fixed: Mapping[str, float], world: World) -> None:
    """Raises UsageError for an input that has no slider, or a value beyond its ends."""
    known = {s.name: s for s in sliders_of(live, entity, world)}
    for name, value in fixed.items():
        slider = known.get(name)
        if slider is None:
            raise UsageError(f"{name} has no slider", "", f"sliders are {', '.join(known)}")
        slack = 1e-3 * (slider.high - slider.low)  # the page sends four digits
        if not slider.low - slack <= value <= slider.high + slack:
            raise UsageError(
                f"{name} = {value:g} lies beyond its slider",
                f"it runs from {slider.low:g} to {slider.high:g}",
                "",
            )


def _slider(found: Input, share: float) -> Slider:
    low, middle, high = (found.judgment.quantile(z) for z in (-ENDS, 0.0, ENDS))
    behind = (*found.lineage.claims, *found.lineage.assumptions)
    return Slider(found.name, found.unit, low, middle, high, _range(found), found.words, share, behind)


def _range(found: Input) -> str:
    return say_range(found.judgment.quantile(-Z95), found.judgment.quantile(Z95), found.unit)


def _start(live: Live, entity: str, world: World) -> Any:
    now = live.state()
    return live.answer(
        ("start", live.meaning(world, now), world, entity),
        lambda: start_of(live.world(world, now).book, entity, live.seed),
    )


def compared(live: Live, entities: Sequence[str], scenarios: Sequence[str], world: World = PLAIN) -> Any:
    """The outlook of companies with scenarios beside the base, on common draws."""
    now = live.state()

    def work() -> Any:
        setting = setting_of(live.world(world, now).book, live.seed, world.as_of or live.as_of)
        starts = {e: _start(live, e, world) for e in entities}
        return outlook(setting, starts, tuple(scenarios))

    return live.answer(("outlook", live.meaning(world, now), world, tuple(entities), tuple(scenarios)), work)
