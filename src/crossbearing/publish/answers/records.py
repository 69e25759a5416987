"""Claims, conflicts, rules and expectations as JSON: the one form that commands, pages, API and assistants give them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crossbearing.book.codes import Code
    from crossbearing.check.rule import Rule
    from crossbearing.pipeline.scoring import Expected
    from crossbearing.score.watch import Change
    from crossbearing.vocabulary.claim import Claim
    from crossbearing.vocabulary.conflict import Conflict, IdentityCheck


def claim_row(claim: Claim) -> dict[str, Any]:
    """A claim as published: the words of the book beside the figures they mean."""
    quantity = claim.quantity
    return {
        "id": claim.id,
        "entity": claim.entity,
        "metric": claim.metric,
        "value": quantity.text,
        "number": quantity.value,
        "low": quantity.low,
        "high": quantity.high,
        "relation": str(quantity.relation),
        "unit": claim.unit.symbol,
        "period": str(claim.period) if claim.period else "",
        "basis": str(claim.basis),
        "definition": claim.definition,
        "status": str(claim.status),
        "modality": str(claim.modality),
        "source": claim.source,
        "via": list(claim.via),
        "origin": claim.origin,
        "known": claim.known.isoformat() if claim.known else None,
        "qualifiers": dict(claim.qualifiers),
        "locator": claim.locator,
        "visibility": str(claim.visibility),
        "note": claim.note,
        "file": claim.position.file,
        "line": claim.position.line,
    }


def conflict_json(conflict: Conflict) -> dict[str, Any]:
    """The fields of the command-line contract, and the code of the rule for `xb explain`."""
    return {
        "id": conflict.id,
        "kind": str(conflict.kind),
        "claims": list(conflict.claims),
        "size": conflict.size,
        "what": conflict.what,
        "why": conflict.why,
        "resolution": conflict.resolution,
        "rule": conflict.rule,
    }


def identity_json(identity: IdentityCheck) -> dict[str, Any]:
    """An identity with its inputs, what they give, what is stated and the tolerance."""
    return {
        "id": identity.id,
        "name": identity.name,
        "verdict": str(identity.verdict),
        "inputs": [
            {"claim": o.claim, "role": o.role, "value": o.value, "text": o.text} for o in identity.operands
        ],
        "expected": identity.expected,
        "actual": identity.actual,
        "tolerance": identity.tolerance,
        "tolerance_from": identity.tolerance_from,
        "what": identity.what,
        "rule": identity.rule,
    }


def rule_json(rule: Rule | Code) -> dict[str, str]:
    """The rule's own words."""
    return {
        "code": rule.code,
        "family": rule.family,
        "message": rule.message,
        "why": rule.why,
        "mend": rule.mend,
        "bad": rule.bad.strip(),
        "good": rule.good.strip(),
    }


def watch_json(expected: Expected) -> dict[str, Any]:
    """One expectation with its state, changes and probabilities."""
    w, chance = expected.watched, expected.chance
    return {
        "id": w.item.id,
        "entity": w.item.entity,
        "predicate": w.item.predicate,
        "form": str(w.predicate.form) if w.predicate else None,
        "by": str(w.item.by) if w.item.by else None,
        "said_by": w.item.said_by,
        "source": w.item.source,
        "said_on": w.said.isoformat() if w.said else None,
        "state": str(w.verdict.state),
        "since": w.since.isoformat() if w.since else None,
        "why": w.verdict.why,
        "claims": list(w.verdict.claims),
        "against": list(w.verdict.against),
        "recorded": w.item.state,
        "latest": w.latest.id if w.latest else None,
        "probability_said": w.item.probability,
        "probability": chance.value,
        "probability_from": chance.how,
        "probability_claims": list(chance.claims),
        "not_computable": chance.why_not,
        "changes": [_change(c) for c in w.changes],
        "position": str(w.item.position),
        "unreadable": {"what": w.fault.what, "why": w.fault.why, "mend": w.fault.mend} if w.fault else None,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "day": change.day.isoformat(),
        "before": str(change.before),
        "after": str(change.after),
        "claims": list(change.claims),
        "why": change.why,
    }


def odds_words(value: float | None) -> str:
    """A probability in words; never 0 % or 100 %, which no forecast can mean."""
    if value is None:
        return ""
    return "< 1 %" if value < 0.01 else "> 99 %" if value > 0.99 else f"{100 * value:.0f} %"
