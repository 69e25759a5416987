"""Every rule reports on its bad example and not on its good one, and says all that `xb explain` needs."""

from __future__ import annotations

import re

import pytest
from tests.check.example_books import book_from

from crossbearing.check.engine import Findings, check
from crossbearing.check.rule import Rule, all_rules
from crossbearing.problems import Problem

RULES = all_rules()


def reported(findings: Findings) -> set[str]:
    """Codes of everything found; an identity that passes is found too."""
    return (
        {p.code for p in findings.problems}
        | {c.rule for c in findings.conflicts}
        | {i.rule for i in findings.identities}
    )


def doubted(findings: Findings) -> set[str]:
    """Codes of problems and conflicts only."""
    return {p.code for p in findings.problems} | {c.rule for c in findings.conflicts}


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.code)
def test_bad_example_is_reported(rule: Rule) -> None:
    found = check(book_from(rule.bad))
    assert rule.code in (reported(found) if rule.code == "XB465" else doubted(found))


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.code)
def test_good_example_is_not(rule: Rule) -> None:
    assert doubted(check(book_from(rule.good))) == set()


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.code)
def test_rule_says_what_explain_prints(rule: Rule) -> None:
    assert re.fullmatch(r"XB4\d\d", rule.code)
    assert rule.message[0].islower() or rule.message[0] in "\"'"
    assert not rule.message.endswith(".")
    assert rule.why
    assert rule.mend
    assert (rule.find is None) != (rule.explain is None)
    assert rule.family in ("error", "conflict", "cause", "identity")


def test_a_book_switches_rules_off() -> None:
    rule = next(r for r in RULES if r.code == "XB402")
    assert [p.code for p in check(book_from(rule.bad)).problems] == ["XB402"]
    assert check(book_from(rule.bad, settings={"rules_off": ["XB402"]})).problems == ()


def test_problems_come_in_the_order_of_the_book() -> None:
    book = book_from("""
id,entity,metric,value,unit,period
a,Acme,adoption.business_share,31,ratio,2026-03
b,Acme,margin.gross,140%,ratio,2026-Q1
""")
    found: tuple[Problem, ...] = check(book).problems
    assert [p.position.line for p in found] == [2, 3]


def test_equal_shares_of_two_quantities_are_chance() -> None:
    """40 % of one thing does not explain 40 % of another; only money of two digits or more is recognised again."""
    text = """
id,entity,metric,value,unit,period,source,modality,known
a,Acme,margin.gross,40%,ratio,2025,daily,forecast,2025-09-01
b,Acme,margin.gross,47%,ratio,2025,weekly,forecast,2025-10-01
c,Acme,share.enterprise_spend,40%,ratio,2025,panel,actual,2026-02-01
"""
    assert "XB445" not in doubted(check(book_from(text)))


@pytest.mark.parametrize(("start", "added"), [("9B", True), ("<9B", False)])
def test_a_ceiling_is_no_level_that_something_rose_from(start: str, *, added: bool) -> None:
    book = book_from(f"""
id,entity,metric,value,unit,period,source
a,Acme,revenue.run_rate,{start},USD/yr,2025-12-31,wire
b,Acme,revenue.run_rate,30B,USD/yr,2026-03-31,wire
c,Acme,revenue.run_rate,39B,USD/yr,2026-03-31,blog
""")
    assert ("XB425" in doubted(check(book))) == added
