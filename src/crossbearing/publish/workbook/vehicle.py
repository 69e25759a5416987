"""The pay-off through a vehicle, alive: its terms as inputs, the cost of a share layer by layer, what comes back by outcome."""

from __future__ import annotations

import math
from collections.abc import Mapping

from crossbearing.publish.workbook.content import Vehicle
from crossbearing.publish.workbook.linking import Desk, note_of
from crossbearing.publish.workbook.live import Live, called, cell, constant
from crossbearing.publish.workbook.sheet import Cell, figure, format_of, live, text
from crossbearing.value.structure import HOLDING, LAYER
from crossbearing.value.term import Term


def vehicle_section(
    desk: Desk, vehicle: Vehicle, given: Mapping[str, Live], outcomes: Mapping[str, Live]
) -> None:
    """Terms, cost stack and pay-offs of a vehicle.

    Args:
        desk: The sheet being filled.
        vehicle: The structure with our own figures.
        given: Cells of the price paid, the dilution and the time held.
        outcomes: Cells of the exit values, by name.
    """
    layers, holding = _terms(desk, vehicle)
    left = [
        1 - layer["upfront_fee"] - layer["management_fee"] * layer["management_years"] for layer in layers
    ]
    refused = 1 + holding["rofr_cost"] * holding["rofr_probability"] / (1 - holding["rofr_probability"])
    _stack(desk, vehicle, given["entry"], left, refused, holding)
    _pay_offs(desk, vehicle, given, outcomes, layers, left, refused, holding)


def _terms(desk: Desk, vehicle: Vehicle) -> tuple[list[dict[str, Live]], dict[str, Live]]:
    structure, sheet = vehicle.structure, desk.sheet
    sheet.section(
        f"Terms of the vehicle: {structure.name}", f"Share class: {structure.share_class}. Blue: change them."
    )
    layers = [
        {key: _input(desk, t) for key, t in zip(LAYER, layer, strict=True)} for layer in structure.layers
    ]
    return layers, {key: _input(desk, t) for key, t in zip(HOLDING, structure.holding, strict=True)}


def _input(desk: Desk, term: Term) -> Live:
    """A term of the file as a blue cell; empty where the file does not say, and what uses it then waits."""
    sheet = desk.sheet
    sheet.put(0, text(term.label))
    if term.value is None:
        ref = sheet.put(1, Cell("", "input", format_of(0.0, term.unit), note="; ".join(term.needs)))
    else:
        ref = sheet.put(1, figure(term.value, term.unit, "input", note_of(desk.content, term)))
    sheet.row += 1
    return cell(ref, term.value, term.label)


def _stack(
    desk: Desk, vehicle: Vehicle, entry: Live, left: list[Live], refused: Live, holding: Mapping[str, Live]
) -> None:
    """From the headline price to what a share really costs, each rung from the one before."""
    desk.sheet.section("What a share really costs: from the headline to the effective price")
    void, recovery = holding["void_probability"], holding["void_recovery"]
    below = entry
    for share in left:
        below = below / share
    factors = (constant(1), refused, (1 - void * recovery) / (1 - void), 1 / (1 - holding["class_discount"]))
    for rung, factor in zip(vehicle.rungs[1:], factors, strict=True):
        desk.sheet.put(0, text(rung.label))
        below = desk.result(1, below if rung is vehicle.rungs[1] else below * factor, rung)
        desk.sheet.row += 1


def _pay_offs(
    desk: Desk,
    vehicle: Vehicle,
    given: Mapping[str, Live],
    outcomes: Mapping[str, Live],
    layers: list[dict[str, Live]],
    left: list[Live],
    refused: Live,
    holding: Mapping[str, Live],
) -> None:
    """What comes back for each unit paid: fees, carry above its hurdle, first refusal, the risk of a void transfer, bills."""
    sheet, hold = desk.sheet, given["hold"]
    sheet.section(
        f"Pay-off through the vehicle: {vehicle.structure.name}",
        "Carry is due on what exceeds its hurdle. Bills fall on each year before the exit; the last column counts them at the start.",
    )
    sheet.heads("outcome", "value", "if the transfer stands", "expected", "expected, a year")
    whole_years = called("ROUNDUP", _up, hold, constant(0))
    outlay = 1 + holding["yearly_bill"] * (whole_years - 1)
    void = holding["void_probability"]
    for p in vehicle.pay_offs:
        out = outcomes.get(p.outcome.name)
        if out is None:
            continue
        multiple = out / given["entry"] * (1 - given["dilution"])
        for layer, share in zip(reversed(layers), reversed(left), strict=True):
            gross = multiple * share
            above = called("MAX", max, constant(0), gross - (1 + layer["carry_hurdle"]) ** hold)
            multiple = gross - layer["carry"] * above
        stands = multiple / refused
        expected = (1 - void) * stands + void * holding["void_recovery"]
        sheet.put(0, text(p.outcome.label))
        sheet.put(1, live(out, p.outcome.unit))
        desk.result(2, stands / outlay - 1, p.net)
        desk.result(3, expected / outlay - 1, p.expected)
        yearly = (expected / outlay) ** (1 / hold) - 1
        if holding["yearly_bill"].value == 0:
            desk.result(4, yearly, p.annualised)
        else:
            sheet.put(4, live(yearly, "return"))
        sheet.row += 1


def _up(years: float, _: float) -> float:
    return float(math.ceil(years))
