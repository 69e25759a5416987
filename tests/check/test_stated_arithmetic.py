"""An article's own arithmetic: which figures it is taken to stand on, and when it fails."""

from __future__ import annotations

from tests.check.example_books import book_from

from crossbearing.check.engine import check
from crossbearing.vocabulary.conflict import IdentityCheck, Verdict

VALUES = """
id,entity,metric,value,unit,period,source,modality,qualifiers
new,Acme,valuation.talks,900B,USD,2026-05,blog,talks,
old,Acme,valuation.round,61.5B,USD,2025-03,blog,actual,
sum,Acme,funding.raised,60B,USD,2026-05,blog,actual,cumulative=yes
told,Acme,arithmetic,15x,x,2026-05,blog,derived,{scope}
"""


def stated(text: str) -> list[IdentityCheck]:
    return [i for i in check(book_from(text)).identities if i.rule == "XB465"]


def test_a_scope_that_names_metrics_says_which_figures_are_meant() -> None:
    (found,) = stated(VALUES.format(scope="scope=valuation.talks over valuation.round"))
    assert [o.claim for o in found.operands] == ["new", "old", "told"]
    assert found.verdict is Verdict.PASS
    assert found.expected is not None
    assert round(found.expected, 2) == 14.63


def test_without_a_scope_any_two_figures_of_the_source_may_explain_it() -> None:
    (found,) = stated(VALUES.format(scope=""))
    assert found.verdict is Verdict.PASS


def test_a_ratio_to_a_rival_fails_where_the_two_figures_do_not_give_it() -> None:
    (found,) = stated("""
id,entity,metric,value,unit,period,source,modality,qualifiers
a,Acme,revenue.arpu,16.2,USD/user/month,2026-Q1,blog,actual,
b,Rival,revenue.arpu,2.2,USD/user/month,2026-Q1,blog,actual,
told,Acme,arithmetic,9x,x,2026-Q1,blog,derived,scope=revenue.arpu; counterparty=Rival
""")
    assert found.verdict is Verdict.FAIL
    assert found.expected is not None
    assert round(found.expected, 2) == 7.36
