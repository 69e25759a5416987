"""The vehicle between a buyer and the share: from headline price to effective cost, layer by layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from crossbearing.value.term import Term, combine
from crossbearing.value.terms_file import TermsFile, read_terms

LAYER = {
    "upfront_fee": "fee on the money paid in",
    "management_fee": "management fee a year, of the money paid in",
    "management_years": "years of management fee taken ahead",
    "carry": "carried interest, of profit",
    "carry_hurdle": "return a year below which no carry is due",
}
HOLDING = {
    "class_discount": "value of the class below the newest preferred",
    "rofr_probability": "probability that the right of first refusal is used",
    "rofr_cost": "cost lost when it is, of the price",
    "void_probability": "probability that the transfer is void",
    "void_recovery": "money recovered when it is",
    "yearly_bill": "cost billed each year on top, of the money paid in",
}


@dataclass(frozen=True, slots=True)
class Structure:
    """Terms of the trade, all as operands.

    Attributes:
        name: As the file has it.
        share_class: Of the underlying share.
        layers: For each vehicle, outermost first, the terms of `LAYER` in its order.
        holding: The terms of `HOLDING` in its order.
    """

    name: str
    share_class: str
    layers: tuple[tuple[Term, ...], ...]
    holding: tuple[Term, ...]

    @property
    def flat(self) -> tuple[Term, ...]:
        """All layer terms in one row."""
        return tuple(t for layer in self.layers for t in layer)


NO_STRUCTURE = Structure("direct", "not stated", (), ())


def read_structure(path: Path, seed: int = 0) -> Structure:
    """The structure a TOML file describes.

    Raises:
        UsageError: Not TOML, an unknown entry, or a figure that is no share.
    """
    file = read_terms(path, seed)
    file.only(file.tables, ("vehicle", "layer", "holding"), "file")
    vehicle = _table(file, "vehicle")
    file.only(vehicle, ("name", "share_class", "note"), "vehicle")
    holding = _table(file, "holding")
    file.only(holding, tuple(HOLDING), "holding")
    layers = file.tables.get("layer", [])
    if not isinstance(layers, list):
        raise file.fault(
            "layer", "[layer] is one table", "vehicles can be stacked", "write [[layer]] for each vehicle"
        )
    for layer in layers:
        file.only(layer, tuple(LAYER), "layer")
    read = tuple(
        tuple(
            file.figure(layer, key, f"{label}, layer {n + 1}", _unit(key), where=f"layer {n + 1}", nth=n)
            for key, label in LAYER.items()
        )
        for n, layer in enumerate(layers)
    )
    for n, (upfront, fee, years, *_) in enumerate(read):
        ends = [t.high if t.high is not None else t.value or 0.0 for t in (upfront, fee, years)]
        if ends[0] + ends[1] * ends[2] >= 1:
            raise file.fault(
                "upfront_fee", "fees take all the money paid in", "nothing would be invested", "", n
            )
    terms = tuple(
        file.figure(holding, key, label, "ratio", where="holding") for key, label in HOLDING.items()
    )
    return Structure(
        str(vehicle.get("name", path.stem)), str(vehicle.get("share_class", "not stated")), read, terms
    )


def _unit(key: str) -> str:
    return "years" if key == "management_years" else "ratio"


def _table(file: TermsFile, key: str) -> dict[str, Any]:
    found = file.tables.get(key, {})
    if not isinstance(found, dict):
        raise file.fault(key, f"{key} is no table", "", f"write [{key}]")
    return found


def fees_factor(*flat: Any) -> Any:
    """Money paid in for each unit of money that reaches the share: product over layers of 1 / (1 - upfront - fee x years)."""
    factor: Any = 1.0
    for upfront, fee, years, _, _ in regroup(flat):
        factor = factor / (1.0 - upfront - fee * years)
    return factor


def rofr_factor(probability: Any, cost: Any) -> Any:
    """Expected outlay a completed purchase: each attempt that the company takes over loses its cost."""
    return 1.0 + cost * probability / (1.0 - probability)


def void_factor(probability: Any, recovery: Any) -> Any:
    """Expected outlay, net of recoveries, for a purchase that stands: (1 - q r) / (1 - q)."""
    return (1.0 - probability * recovery) / (1.0 - probability)


def through(share_multiple: Any, years: Any, *flat: Any) -> Any:
    """Money multiple of the outermost investor from the multiple of the share itself, innermost layer first.

    In each layer: gross = share of the money that was invested x the inner multiple; carry is due on what exceeds
    (1 + hurdle) ** years of the money paid in, without catch-up.
    """
    multiple = share_multiple
    for upfront, fee, ahead, carry, hurdle in reversed(regroup(flat)):
        gross = multiple * (1.0 - upfront - fee * ahead)
        multiple = gross - carry * np.maximum(0.0, gross - (1.0 + hurdle) ** years)
    return multiple


def back(money_multiple: Any, years: Any, *flat: Any) -> Any:
    """Multiple of the share that gives a money multiple to the outermost investor: the inverse of `through`."""
    multiple = money_multiple
    for upfront, fee, ahead, carry, hurdle in regroup(flat):
        free = (1.0 + hurdle) ** years
        gross = np.where(
            multiple <= free, multiple, (multiple - carry * free) / np.maximum(1.0 - carry, 1e-12)
        )
        multiple = gross / (1.0 - upfront - fee * ahead)
    return multiple


def cost_stack(headline: Term, structure: Structure) -> tuple[Term, ...]:
    """Rungs from the headline to what a share really costs, each the running price; the last compares like with like.

    Carry is no part of it: it is due on profit only, and enters the pay-off.
    """
    discount, rofr, rofr_cost, void, recovery, _ = structure.holding
    unit = headline.unit

    def rung(name: str, label: str, formula: str, function: Any, *terms: Term) -> Term:
        return combine(f"stack.{name}", label, unit, formula, function, *terms)

    paid = rung(
        "fees",
        "after fees of the vehicle",
        "headline / product of (1 - upfront - fee x years)",
        lambda v, *flat: v * fees_factor(*flat),
        headline,
        *structure.flat,
    )
    after_rofr = rung(
        "rofr",
        "after the right of first refusal",
        "x (1 + cost x p / (1 - p))",
        lambda v, p, c: v * rofr_factor(p, c),
        paid,
        rofr,
        rofr_cost,
    )
    effective = rung(
        "effective",
        "effective price: expected outlay for a share that is really held",
        "x (1 - q x recovery) / (1 - q)",
        lambda v, q, r: v * void_factor(q, r),
        after_rofr,
        void,
        recovery,
    )
    alike = rung(
        "like_for_like",
        "the same, comparable with the newest preferred",
        "effective / (1 - class discount)",
        lambda v, d: v / (1.0 - d),
        effective,
        discount,
    )
    return (headline.named("stack.headline", headline.label), paid, after_rofr, effective, alike)


def regroup(flat: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Layer terms in groups of one layer."""
    size = len(LAYER)
    return [tuple(flat[i : i + size]) for i in range(0, len(flat), size)]
