"""The stage: a book in; problems, conflicts and recomputed identities out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from crossbearing.check.evidence import Evidence
from crossbearing.check.pairing import like
from crossbearing.check.rule import RECONCILED, Cause, Rule, rules_for
from crossbearing.check.statement import Stated
from crossbearing.check.voices import Disagreement, Group, groups
from crossbearing.check.words import against, size_of
from crossbearing.problems import Problem
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Basis
from crossbearing.vocabulary.conflict import Conflict, ConflictKind, IdentityCheck, Verdict

KIND_ORDER = {kind: i for i, kind in enumerate(ConflictKind)}


@dataclass(frozen=True, slots=True)
class Findings:
    """What the rules found.

    Attributes:
        problems: The impossible (errors) and the doubtful (warnings), in the order of the book.
        conflicts: Claims that do not agree, by kind.
        identities: Arithmetic recomputed, failures first.
    """

    problems: tuple[Problem, ...]
    conflicts: tuple[Conflict, ...]
    identities: tuple[IdentityCheck, ...]


def check(book: Book, rules: Sequence[Rule] | None = None) -> Findings:
    """Everything the rules say about a book.

    Args:
        book: The book as loaded, validated already.
        rules: The rules to use; by default those the book's settings leave on.
    """
    chosen = tuple(rules) if rules is not None else rules_for(book)
    evidence = Evidence(book)
    problems: list[Problem] = []
    conflicts: list[Conflict] = list(_disagreements(evidence, chosen))
    identities: list[IdentityCheck] = []
    for rule in chosen:
        for found in rule.find(evidence) if rule.find else ():
            if isinstance(found, Problem):
                problems.append(found)
            elif isinstance(found, Conflict):
                conflicts.append(found)
            else:
                identities.append(found)
    identities = _merged_identities(evidence, identities)
    conflicts += _arithmetic(evidence, identities, {r.code: r for r in chosen})
    kept = _distinct(conflicts)
    return Findings(
        tuple(sorted(problems, key=lambda p: (p.position, p.code))),
        tuple(sorted(kept, key=lambda c: (KIND_ORDER[c.kind], -c.size, c.id))),
        tuple(sorted(identities, key=lambda i: (_ORDER[i.verdict], i.rule, i.id))),
    )


_ORDER = {Verdict.FAIL: 0, Verdict.CANNOT_TELL: 1, Verdict.PASS: 2}


def _disagreements(evidence: Evidence, rules: Iterable[Rule]) -> Iterator[Conflict]:
    """What the engine finds series by series, with the cause the rules name."""
    causes = sorted((r for r in rules if r.explain), key=lambda r: r.order)
    for series in evidence.series:
        for group in (_open(g, causes, evidence) for g in _merged(groups(series), causes, evidence)):
            found = cause_of(group.disagreements, causes, evidence)
            if found is not None:
                evidence.odd.update(s.id for s in group.odd.members)
                yield _conflict(group, *found, evidence)


def _open(group: Group, causes: list[Rule], evidence: Evidence) -> Group:
    """A group without the figures that a third claim reconciles with the odd one, and without those that may be the same figure.

    They excuse themselves, not the others that the odd one contradicts.
    """
    settled = [d for d in group.disagreements if _reconciled(d, causes, evidence)]
    if not settled:
        return group
    left = [
        d
        for d in group.disagreements
        if not any(d.odd is s.odd and (d.other is s.other or _agree(d.other, s.other)) for s in settled)
    ]
    kept = {id(s) for d in left for s in (d.odd, d.other)}
    return Group(group.odd, [v for v in group.others if id(v.lead) in kept] or group.others, left)


def _agree(one: Stated, two: Stated) -> bool:
    """Whether two statements may be one figure on one presentation, as far as they say."""
    bases = {one.claim.basis, two.claim.basis} - {Basis.UNSPECIFIED}
    definitions = {one.claim.definition, two.claim.definition} - {""}
    if len(bases) > 1 or len(definitions) > 1 or not like(one, two):
        return False
    return one.bar.low <= two.bar.high and two.bar.low <= one.bar.high


def _reconciled(found: Disagreement, causes: list[Rule], evidence: Evidence) -> bool:
    """Whether the first cause that explains a contradiction explains it away."""
    named = (rule.explain(found, evidence) for rule in causes if rule.explain)
    return next((c for c in named if c is not None), None) is RECONCILED


def _merged(found: Iterable[Group], causes: list[Rule], evidence: Evidence) -> list[Group]:
    """Groups that set the same figures against each other at about the same time for the same reason, together."""
    merged: list[Group] = []
    for group in found:
        twin = next((g for g in merged[-50:] if _same(g, group)), None)
        if twin is None or _told_apart(twin, group, causes, evidence):
            merged.append(group)
            continue
        known = {id(v) for v in (twin.odd, *twin.others)}
        same = [v for v in (group.odd, *group.others) if id(v) not in known]
        for voice in same:
            if voice.lead.bar.mid == twin.odd.lead.bar.mid:
                twin.odd.members.extend(voice.members)
            else:
                twin.others.append(voice)
        twin.disagreements.extend(group.disagreements)
    return merged


def _told_apart(one: Group, two: Group, causes: list[Rule], evidence: Evidence) -> bool:
    """Whether the second group leaves the odd figure of the first aside and has a cause of its own."""
    if one.odd.lead.bar.mid in {v.lead.bar.mid for v in (two.odd, *two.others)}:
        return False
    first, second = (cause_of(g.disagreements, causes, evidence) for g in (one, two))
    return (
        first is not None
        and second is not None
        and second[0].kind not in (first[0].kind, ConflictKind.GENUINE)
    )


def _same(one: Group, two: Group) -> bool:
    figures = {v.lead.bar.mid for v in (one.odd, *one.others)}
    near = abs(one.odd.lead.middle - two.odd.lead.middle) <= 60
    return near and {v.lead.bar.mid for v in (two.odd, *two.others)} <= figures


def cause_of(found: list[Disagreement], causes: list[Rule], evidence: Evidence) -> tuple[Cause, Rule] | None:
    """The first cause, in order, that explains most of the contradictions it could; None where it explains them away."""
    if not found:
        return None
    for rule in causes:
        assert rule.explain is not None
        named = [c for c in (rule.explain(d, evidence) for d in found) if c is not None]
        if named and len(named) >= rule.quorum * len(found):
            return None if named[0] is RECONCILED else (named[0], rule)
    return None


def _conflict(group: Group, cause: Cause, rule: Rule, evidence: Evidence) -> Conflict:
    odd = group.odd.members
    others = [s for v in group.others for s in v.members]
    leads = [group.odd.lead, *(v.lead for v in group.others)]
    return Conflict(
        _name(cause.kind, odd, others),
        cause.kind,
        in_time((*odd, *others, *cause.also)),
        round(size_of(leads), 4),
        against(evidence, odd, others),
        cause.why,
        cause.resolution,
        rule.code,
    )


def _name(kind: ConflictKind, odd: Sequence[Stated], others: Sequence[Stated]) -> str:
    return "-".join((str(kind), odd[0].id, others[0].id))


def in_time(statements: Iterable[Stated]) -> tuple[str, ...]:
    """Claim ids in order of the time they are about, once each."""
    return tuple(dict.fromkeys(s.id for s in sorted(statements, key=lambda s: (s.middle, s.id))))


def _merged_identities(evidence: Evidence, found: Iterable[IdentityCheck]) -> list[IdentityCheck]:
    """Identities on the same figures of one entity as one, with the claims that repeat them."""
    merged: dict[tuple[object, ...], IdentityCheck] = {}
    for one in found:
        entity = evidence.by_id[one.operands[-1].claim].entity
        key = (one.rule, one.name, entity, _rounded(one.expected), _rounded(one.actual))
        first = merged.get(key)
        if first is None:
            merged[key] = one
        else:
            more = tuple(o for o in one.operands if o.claim not in first.claims)
            merged[key] = replace(first, operands=first.operands + more)
    return list(merged.values())


def _rounded(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def _arithmetic(
    evidence: Evidence, identities: Iterable[IdentityCheck], rules: Mapping[str, Rule]
) -> Iterator[Conflict]:
    """A conflict for every identity that fails, in the words of its rule."""
    for identity in identities:
        if identity.verdict is Verdict.FAIL and len(identity.claims) > 1:
            yield Conflict(
                f"arithmetic-{identity.id}",
                ConflictKind.ARITHMETIC,
                in_time(evidence.by_id[i] for i in identity.claims),
                round(_miss(identity), 4),
                identity.what,
                rules[identity.rule].why,
                rules[identity.rule].mend,
                identity.rule,
            )


def _miss(identity: IdentityCheck) -> float:
    """Ratio of the larger to the smaller of expected and actual, less one; their difference where signs differ."""
    expected, actual = identity.expected or 0.0, identity.actual or 0.0
    smaller, larger = sorted((abs(expected), abs(actual)))
    return larger / smaller - 1.0 if expected * actual > 0 else abs(expected - actual)


def _distinct(found: Iterable[Conflict]) -> list[Conflict]:
    """Conflicts with ids of their own; the same claims twice for one cause are one conflict."""
    seen: dict[tuple[ConflictKind, tuple[str, ...]], Conflict] = {}
    for conflict in found:
        seen.setdefault((conflict.kind, tuple(sorted(conflict.claims))), conflict)
    names: Counter[str] = Counter()
    kept = []
    for conflict in seen.values():
        names[conflict.id] += 1
        count = names[conflict.id]
        kept.append(conflict if count == 1 else replace(conflict, id=f"{conflict.id}-{count}"))
    return kept
