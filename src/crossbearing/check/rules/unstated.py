"""XB428: one claim states a definition or scope that the other leaves open."""

from __future__ import annotations

from crossbearing.check.evidence import Evidence
from crossbearing.check.rule import Cause, Rule
from crossbearing.check.statement import differ
from crossbearing.check.voices import Disagreement
from crossbearing.check.words import figure
from crossbearing.vocabulary.conflict import ConflictKind


def _explain(found: Disagreement, evidence: Evidence) -> Cause | None:  # noqa: ARG001
    for stated, open_ in (found.pair, found.pair[::-1]):
        if stated.claim.definition and not open_.claim.definition and not found.series.span:
            return _cause(
                ConflictKind.DEFINITION,
                f"{figure(open_)} [{open_.id}] does not say how it is formed, the other does",
            )
        if stated.definition and not open_.definition:
            return _cause(
                ConflictKind.DEFINITION,
                f"only {figure(stated)} [{stated.id}] says {_terms(stated.definition)}",
            )
        if stated.coverage and not open_.coverage:
            return _cause(
                ConflictKind.SCOPE, f"only {figure(stated)} [{stated.id}] says {_terms(stated.coverage)}"
            )
    a, b = found.pair
    if differ(a.terms, b.terms):
        return _cause(
            ConflictKind.DEFINITION, f"{_terms(a.terms)} may be another quantity than {_terms(b.terms)}"
        )
    return None


def _terms(pairs: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in pairs)


def _cause(kind: ConflictKind, why: str) -> Cause:
    return Cause(kind, why, "find what the open claim means; until then the two are kept apart")


RULE = Rule(
    code="XB428",
    message="one claim states a definition or scope that the other leaves open",
    why="a figure that does not say what it counts cannot confirm or refute one that does",
    mend="look up the definition or scope and record it",
    bad="""
id,entity,metric,value,unit,period,qualifiers,source
a,Acme,margin.gross,52%,ratio,2026-Q1,margin_definition=paying users,release
b,Acme,margin.gross,40%,ratio,2026-Q1,,wire
""",
    good="""
id,entity,metric,value,unit,period,qualifiers
a,Acme,margin.gross,40%,ratio,2026-Q1,margin_definition=paying users
b,Acme,margin.gross,40%,ratio,2026-Q1,
""",
    family="cause",
    explain=_explain,
    order=70,
)
