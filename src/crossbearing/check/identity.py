"""Recomputing a statement from others: expected, actual, tolerance and verdict."""

from __future__ import annotations

import math
from collections.abc import Sequence

from crossbearing.check.bar import Bar
from crossbearing.check.statement import Stated
from crossbearing.check.words import figure, list_of, number, when
from crossbearing.vocabulary.conflict import IdentityCheck, Operand, Verdict
from crossbearing.vocabulary.quantity import TOLERANCE_CAP
from crossbearing.vocabulary.unit import Unit

SHOWN = 5
VAGUE = 0.25  # an open end that only just saves a misfit this large decides nothing

Operands = Sequence[tuple[Stated, str]]


def recompute(
    rule: str,
    name: str,
    inputs: Operands,
    stated: Stated,
    expected: Bar,
    actual: Bar | None = None,
    *,
    unit: Unit | None = None,
    note: str = "",
    role: str = "stated",
) -> IdentityCheck:
    """One identity evaluated.

    Args:
        rule: Code of the rule.
        name: The identity as an equation in words.
        inputs: Statements that enter, with their roles.
        stated: The statement that is tested.
        expected: What the inputs give, in `unit`.
        actual: The tested figure in `unit`; by default as stated.
        unit: Unit of both; by default that of the tested claim.
        note: A clause to add, such as a difference of dates.
        role: The part the tested statement plays.
    """
    claimed = stated.amount if actual is None else actual
    shown = unit or stated.claim.unit
    verdict = judge(expected, claimed)
    tolerance = expected.toward(claimed) + claimed.toward(expected)
    operands = tuple(_operand(s, r) for s, r in (*inputs, (stated, role)))
    given = list_of(_given(inputs))
    what = (
        f"{stated.entity}: {given} {'give' if len(inputs) > 1 else 'gives'} {number(expected.mid, shown)}; "
        f"{figure(stated)}{when(stated)} [{stated.id}] is stated{_restated(claimed, stated, shown)}"
    )
    return IdentityCheck(
        "-".join((rule.lower(), stated.id, *(s.id for s, _ in inputs[:2]))),
        name,
        operands,
        expected.mid if math.isfinite(expected.mid) else None,
        claimed.mid,
        tolerance if math.isfinite(tolerance) else None,
        _tolerance_from((*(s for s, _ in inputs), stated)),
        verdict,
        what + (f"; {note}" if note else ""),
        rule,
    )


def _restated(claimed: Bar, stated: Stated, shown: Unit) -> str:
    """The tested figure in the unit of the comparison, where that differs from the words."""
    if shown == stated.claim.unit and not stated.span and math.isclose(claimed.mid, stated.amount.mid):
        return ""
    return f" ({number(claimed.mid, shown)})" if not math.isclose(claimed.mid, stated.amount.mid) else ""


def _given(inputs: Operands) -> list[str]:
    """The inputs in words, the middle of a long list counted."""
    told = [f"{role} {figure(s)}{when(s)} [{s.id}]" for s, role in inputs]
    return told if len(told) <= SHOWN else [*told[:2], f"{len(told) - 3} more", told[-1]]


def judge(expected: Bar, actual: Bar) -> Verdict:
    """Pass where some true values satisfy both, fail where none do, cannot tell where only an open end decides."""
    if not math.isfinite(expected.mid):
        return Verdict.CANNOT_TELL
    if not expected.meets(actual):
        return Verdict.FAIL
    largest = max(abs(expected.mid), abs(actual.mid))
    apart = abs(expected.mid - actual.mid) > VAGUE * largest
    return Verdict.CANNOT_TELL if apart and (expected.is_open or actual.is_open) else Verdict.PASS


def _operand(one: Stated, role: str) -> Operand:
    return Operand(one.id, role, one.claim.quantity.value, figure(one))


def _tolerance_from(statements: Sequence[Stated]) -> str:
    """The input whose rounding matters most, and which rounding it is."""
    one = max(statements, key=_relative)
    quantity = one.claim.quantity
    capped = quantity.value and math.isclose(quantity.tolerance, TOLERANCE_CAP * abs(quantity.value))
    kind = "5 % of" if capped else "half a unit of the last digit of"
    return f"mostly {kind} {figure(one)} [{one.id}]"


def _relative(one: Stated) -> float:
    quantity = one.claim.quantity
    return one.bar.half_width / abs(one.bar.mid) if quantity.value and one.bar.mid else 0.0
