"""Inputs of a run: judgments of the book and facts from claims as draws, each with its lineage."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from crossbearing.outlook.arrivals import normal_cdf
from crossbearing.outlook.contracts import slug_of
from crossbearing.outlook.draws import normal, uniform
from crossbearing.outlook.equation import Array
from crossbearing.outlook.facts import Fact, Start
from crossbearing.outlook.ledger import Contract, Ledger, with_term
from crossbearing.outlook.runs import Block, Constant, Draw
from crossbearing.problems import UsageError
from crossbearing.vocabulary.assumption import Z95, Assumption, Judgment
from crossbearing.vocabulary.lineage import Lineage

UNITS = {
    "price_per_power": "USD/W/yr",
    "revenue_per_power": "USD/W/yr",
    "capex_per_power": "USD/W",
    "opening_cash": "USD",
    "sale_lag": "month",
    "integration_lag": "month",
    "procurement_lag": "month",
    "runway_trigger": "month",
    "delivery_slip": "month",
    "build_lag": "month",
    "contract_term": "month",
    "ramp_months": "month",
}
STAGES = ("land", "power", "grid", "permits", "chips")  # of a site, side by side
UNITS |= {f"delivery_slip.{stage}": "month" for stage in STAGES}
PLAIN = frozenset({"", "ratio", "x", "count", "probability"})


@dataclass(frozen=True, slots=True)
class Input:
    """One input as used.

    Attributes:
        name: In the equations.
        judgment: Its distribution.
        unit: As stated.
        source: `claim`, `assumption`, `option` or `scenario`.
        lineage: Claims and assumptions behind it.
        words: Reason or reading.
        shared: Whether all companies see the same draw: it is about the world, not about one of them.
        sample: Equally likely values, drawn instead of the range; samples of one company are drawn together.
    """

    name: str
    judgment: Judgment
    unit: str
    source: str
    lineage: Lineage
    words: str = ""
    shared: bool = False
    sample: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Inputs:
    """All inputs of one company, by name."""

    entity: str
    seed: int
    table: Mapping[str, Input] = field(default_factory=dict)

    def draws(self) -> dict[str, Draw]:
        """Each input as a function of a block."""
        return {name: self.draw(name) for name in self.table}

    def draw(self, name: str) -> Draw:
        """One input as a function of a block: its address is its name, so that a scenario keeps every other draw."""
        found = self.table[name]
        if found.judgment.family == "point":
            return Constant(found.judgment.low)
        owner = "" if found.shared else self.entity
        if found.sample:
            return _sampled(np.array(found.sample), self.seed, owner)

        def values(block: Block) -> Array:
            return quantile(found.judgment, score(self.seed, owner, f"input {name}", block))

        return values


def process_of(inputs: Inputs, name: str) -> tuple[int, str, str]:
    """The address of the scores of an input, under which a block keeps them."""
    found = inputs.table[name]
    return (
        inputs.seed,
        "" if found.shared else inputs.entity,
        "input position" if found.sample else f"input {name}",
    )


def _sampled(sample: Array, seed: int, owner: str) -> Draw:
    """Values of a sample at the rank that all samples of a company share."""

    def values(block: Block) -> Array:
        rank = normal_cdf(score(seed, owner, "input position", block))
        return sample[np.minimum((rank * sample.size).astype(np.int64), sample.size - 1)]

    return values


def score(seed: int, owner: str, process: str, block: Block) -> Array:
    """Standard normal scores of a process drawn once a path, made once a block. Shape: (draws,)."""
    return block.once(
        (seed, owner, process), lambda: normal(seed, owner, process, block.first, block.count)[0]
    )


def chance(seed: int, owner: str, process: str, block: Block) -> Array:
    """Uniform numbers of a process drawn once a path, made once a block. Shape: (draws,)."""
    key = ("uniform", seed, owner, process)
    return block.once(key, lambda: uniform(seed, owner, process, block.first, block.count)[0])


def luck_of(inputs: Inputs, given: Mapping[str, Draw], known: Iterable[str]) -> dict[Hashable, float]:
    """The middle of everything drawn once a path that is no input, such as the slip of a single site.

    Args:
        inputs: Of a company.
        given: What its equations are given.
        known: Inputs that are varied on purpose.
    """
    probe = Block(0, 1)
    for draw in given.values():
        draw(probe)
    own = {process_of(inputs, name) for name in known}
    kinds = {inputs.seed: 0.0, "uniform": 0.5}
    keys = [k for k in probe.made if isinstance(k, tuple) and k[0] in kinds and k not in own]
    return {k: kinds[k[0]] for k in keys}


def quantile(judgment: Judgment, z: Array) -> Array:
    """Values of a judgment at standard normal scores.

    Raises:
        UsageError: The family is not known.
    """
    low, high = judgment.low, judgment.high
    if judgment.family == "point":
        return np.full(z.shape, low)
    if judgment.family == "lognormal":
        spread = _between(np.log(low), np.log(high), z)
        return np.exp(spread, out=spread)
    if judgment.family == "logitnormal":
        odds = _between(np.log(low / (1 - low)), np.log(high / (1 - high)), z)
        np.exp(np.negative(odds, out=odds), out=odds)
        odds += 1
        return np.divide(1, odds, out=odds)
    if judgment.family == "uniform":
        place = normal_cdf(z)
        place *= high - low
        place += low
        return place
    if judgment.family == "normal":
        return _between(low, high, z)
    raise UsageError(
        f"unknown family {judgment.family!r}", "", "write normal, lognormal, logitnormal or uniform"
    )


def _between(low: float, high: float, z: Array) -> Array:
    """A new array that is low and high at the 5th and the 95th percentile."""
    found = z * ((high - low) / (2 * Z95))
    found += (low + high) / 2
    return found


def judged(
    assumptions: Iterable[Assumption],
    entity: str,
    changes: Mapping[str, Judgment],
    options: Mapping[str, Judgment],
    currency: str = "USD",
) -> dict[str, Input]:
    """The judgments that hold for a company: its own before the world's, a scenario's before both, options first.

    Raises:
        UsageError: An assumption is in another unit than the equations use.
    """
    found: dict[str, Input] = {}
    ordered = sorted(assumptions, key=lambda a: bool(a.entity))
    for one in ordered:
        if one.entity not in ("", entity):
            continue
        bare = one.name.removeprefix(f"{entity}.") if one.entity else one.name
        _check_unit(one, bare, currency)
        judgment, source = one.judgment, "assumption"
        for key in (bare, one.name):
            if key in changes:
                judgment, source = changes[key], "scenario"
        name = parameter(bare)
        lineage = Lineage(one.claims, (one.name,))
        found[name] = Input(name, judgment, one.unit, source, lineage, one.reason, not one.entity)
    _changed(found, entity, changes)
    for key, judgment in options.items():
        name = parameter(key.removeprefix(f"{entity}."))
        found[name] = Input(name, judgment, "", "option", Lineage((), (f"option {key} = {judgment.text}",)))
    return found


def _changed(found: dict[str, Input], entity: str, changes: Mapping[str, Judgment]) -> None:
    """Changes of a scenario to inputs the book does not judge: added for the company they name, or for all."""
    for key, judgment in changes.items():
        own = key.startswith(f"{entity}.")
        name = parameter(key.removeprefix(f"{entity}."))
        if name not in found and (own or not key[:1].isupper()):
            found[name] = Input(
                name, judgment, "", "scenario", Lineage((), (f"scenario {key}",)), shared=not own
            )


def parameter(assumption: str) -> str:
    """The name of an assumption in the equations: dots and dashes are underscores."""
    return "".join(ch if ch.isalnum() else "_" for ch in assumption.lower())


def _check_unit(one: Assumption, bare: str, currency: str) -> None:
    wanted = in_currency(UNITS.get(bare, ""), currency)
    stated = one.unit.rstrip("s") if one.unit.startswith("month") else one.unit
    if not wanted or stated in ("", wanted):
        return
    raise UsageError(
        f"{one.position}: assumption {one.name} is in {one.unit}, not in {wanted}".lstrip(": "),
        "the equations take it in that unit; unlike units are never combined",
        f"state it in {wanted}",
    )


def in_currency(unit: str, currency: str) -> str:
    """A unit of the equations, written in dollars, in the currency of the book."""
    return unit.replace("USD", currency)


def from_facts(facts: Iterable[Fact]) -> dict[str, Input]:
    """Inputs that claims give."""
    return {
        f.name: Input(f.name, f.judgment, f.unit, "claim", Lineage(f.claims), f.words, sample=f.sample)
        for f in facts
    }


def start_inputs(start: Start) -> dict[str, Input]:
    """Sales and growth at the start, and what the growth prior says of growth to come."""
    prior = Lineage((), ("growth prior",))
    words = "the pooled prior of growth"
    pooled = {
        n: Input(n, Judgment("point", v, v, f"{v:.3g}"), "1/yr", "assumption", prior, words)
        for n, v in start.pool.items()
    }
    return pooled | from_facts(f for f in (start.run_rate, start.growth, start.fee, *start.ahead) if f)


def partner_fee(inputs: Inputs) -> Draw | None:
    """The fee over all partners: where fees are judged by partner and no split is known, any split is equally likely."""
    parts = sorted(n for n in inputs.table if n.startswith("partner_fee_share_"))
    if not parts:
        return None

    def values(block: Block) -> Array:
        fees = [inputs.draw(n)(block) for n in parts]
        if len(fees) == 1:
            return fees[0]
        weights = [-np.log(chance(inputs.seed, inputs.entity, f"split {n}", block)) for n in parts]
        return np.asarray(sum(w * f for w, f in zip(weights, fees, strict=True)) / sum(weights))

    return values


def contract_draws(ledger: Ledger, inputs: Inputs, extra_slip: Mapping[str, float]) -> dict[str, Draw]:
    """What the contracts' equations read: slip, ramp, term, delivered share, floor and monthly money of each.

    Args:
        ledger: The contracts.
        inputs: With contract_term, ramp_months, delivery_slip, delivered_share.* and take_or_pay_floor where judged.
        extra_slip: Contract id to months a scenario adds.
    """
    found: dict[str, Draw] = {}
    for contract in ledger.contracts:
        slug = slug_of(contract)
        term = _stated(contract.term) or _own(inputs, "contract_term", slug)
        ramp = _stated(contract.ramp) or _own(inputs, "ramp_months", slug)
        floor = _stated(contract.floor) or _own(inputs, "take_or_pay_floor", slug)
        share = _standing_alone(
            inputs, contract, _own(inputs, f"delivered_share_{contract.sureness}", slug, "delivered_share")
        )
        slip = _slip(inputs, contract, extra_slip.get(contract.id, 0.0))
        parts = {"term": term, "ramp": ramp, "floor": floor, "delivered_share": share, "slip": slip}
        parts["money"] = _money(contract, term)
        found.update({f"{key}_{slug}": draw for key, draw in parts.items() if draw})
    return found


def _standing_alone(inputs: Inputs, contract: Contract, share: Draw | None) -> Draw | None:
    """The delivered share of a chip contract, less the part of the chips that stands in clouds contracted elsewhere."""
    if share is None or contract.kind != "chips" or "chip_share_of_cloud" not in inputs.table:
        return share
    inside = inputs.draw("chip_share_of_cloud")
    return lambda block: share(block) * (1 - inside(block))


def _stated(value: float | None) -> Draw | None:
    return None if value is None else Constant(float(value))


def _own(inputs: Inputs, name: str, slug: str, stem: str | None = None) -> Draw | None:
    """A judgment for this contract, else for all of its kind."""
    for candidate in (f"{stem or name}_{slug}", name):
        if candidate in inputs.table:
            return inputs.draw(candidate)
    return None


def _money(contract: Contract, term: Draw | None) -> Draw | None:
    """Money a month: stated, or the total over the term."""
    monthly, total = contract.money_a_month, contract.money
    if monthly is not None:
        return _stated(monthly)
    if total is None or term is None:
        return None
    return lambda block: total / np.maximum(term(block), 1.0)


def _slip(inputs: Inputs, contract: Contract, extra: float) -> Draw | None:
    """Months of delay: one common score for all suppliers and one of its own, with the judged correlation."""
    slug = slug_of(contract)
    own = f"delivery_slip_{slug}"
    if own in inputs.table:
        return lambda block: inputs.draw(own)(block) + extra
    stages = [name for s in STAGES if (name := f"delivery_slip_{s}") in inputs.table]
    if stages and "slip_correlation" in inputs.table:
        return _staged(inputs, contract, stages, extra)
    found, tie = inputs.table.get("delivery_slip"), inputs.table.get("slip_correlation")
    if found is None or tie is None:
        return None

    def values(block: Block) -> Array:
        rho = np.clip(inputs.draw("slip_correlation")(block), 0, 1)
        common = score(inputs.seed, "", "input delivery_slip", block)
        single = score(inputs.seed, "", f"slip {contract.supplier}", block)
        return quantile(found.judgment, np.sqrt(rho) * common + np.sqrt(1 - rho) * single) + extra

    return values


def _staged(inputs: Inputs, contract: Contract, stages: list[str], extra: float) -> Draw:
    """Months of delay of a site: its stages run side by side, the latest decides; each shares a score with all suppliers.

    Source: a project is as late as its latest stage; correlation by one common normal score (a one-factor copula).
    """

    def parted(block: Block) -> tuple[Array, Array]:
        rho = np.clip(inputs.draw("slip_correlation")(block), 0, 1)
        return np.sqrt(rho) * score(inputs.seed, "", "input delivery_slip", block), np.sqrt(1 - rho)

    def values(block: Block) -> Array:
        common, free = block.once(("made of scores", inputs.seed, stages[0]), lambda: np.array(parted(block)))
        late = np.zeros(block.count)
        for stage in stages:
            mixed = free * score(inputs.seed, "", f"slip {contract.supplier} {stage}", block)
            mixed += common
            np.maximum(late, quantile(inputs.table[stage].judgment, mixed), out=late)
        late += extra
        return late

    return values


def termed(ledger: Ledger, term: float | None) -> tuple[Contract, ...]:
    """Contracts with a judged term where none is stated, for tables."""
    return tuple(with_term(c, term) if term else c for c in ledger.contracts)
