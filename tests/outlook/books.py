"""A small book of a made-up company with everything the outlook asks for, and the parts to leave out."""

from pathlib import Path

from tests.value.value_books import write_book

CLAIMS = """
r0,Acme,revenue.run_rate,9B,USD/yr,2026-02-15,gross,company,actual,news,2026-02-16,
r1,Acme,revenue.run_rate,10B,USD/yr,2026-05-15,gross,company,actual,news,2026-05-16,
p1,Acme,compute.power_online,1GW,W,2026-05-15,n/a,company,actual,news,2026-05-16,
c1,Acme,customers.million_dollar,100,count,2026-05-15,n/a,company,actual,news,2026-05-16,threshold=1M USD/yr
h1,Acme,headcount,2000,count,2026-05-15,n/a,company,actual,news,2026-05-16,
u1,Acme,users.mau,40M,count,2026-05-15,n/a,company,actual,news,2026-05-16,
o1,Acme,profit.operating,-200M,USD,2026-Q1,n/a,company,actual,news,2026-05-16,
g1,Acme,margin.gross,45%,ratio,2026-Q1,unspecified,company,actual,news,2026-05-16,
q1,Acme,revenue.recognised,2B,USD,2026-Q1,gross,company,actual,news,2026-05-16,
x1,Acme,revenue.mix,80%,ratio,2026-05,unspecified,company,actual,news,2026-05-16,segment=enterprise
"""
JUDGED = """
sale_lag = 9 to 18 # month
integration_lag = 3 to 9 # month
procurement_lag = 6 to 12 # month
catch_up_share = 20% to 60%
interest_elasticity = uniform(0, 1)
subscription_adds_kept = 50% to 110%
subscription_churn_share = 2% to 6%
retention.gross_dollar = 80% to 95%
net_expansion = 1.1 to 1.6 # x
mature_expansion = 1.0 to 1.2 # x
account_spread = 1 to 2
price_elasticity = normal(-1.8, -0.6)
price_decline = normal(20%, 60%)
token_intensity_growth = normal(0%, 80%)
yield_growth = normal(-10%, 20%)
revenue_per_power = 8 to 14 # USD/W/yr
price_per_power = 4 to 6 # USD/W/yr
capacity_depreciation_share = 5% to 15%
take_or_pay_floor = 60% to 95%
contract_term = 48 to 96 # month
ramp_months = 12 to 36 # month
delivery_slip = 1 to 12 # month
slip_correlation = 60%
delivered_share.firm = 85% to 99%
delivered_share.up_to = 30% to 90%
training_share_of_compute = 30% to 50%
inference_overrun = normal(-10%, 30%)
other_operating_cost_share = 20% to 40%
multiple.run_rate = 10 to 20 # x
round_dilution_share = 3% to 10%
runway_trigger = 9 to 18 # month
commitments_per_equity = 1 to 3 # x
capex_per_power = 30 to 50 # USD/W
build_lag = 12 to 30 # month
cloud_share = 20% to 40%
partner_fee_share.brill = 15% to 30%
utilisation = 70% to 95%
hiring_share = 1% to 5%
integration_slack = 1.0 to 2.5 # x
staff_cost_per_head = 300K to 500K # USD/yr
other_cost_elasticity = uniform(0.5, 1)
budget_headroom = 1.2 to 3 # x
rival_value_growth = normal(-10%, 40%)
substitutable_share = 10% to 40%
substitution_sensitivity = 1 to 4 # x
free_user_cost = 0.1 to 0.6 # USD/user/month
free_user_share = 85% to 97%
user_adds_share = 1% to 6%
ad_revenue_per_user = 1 to 5 # USD/user/yr
discount_rate = lognormal(10%, 20%)
"""
COMMITMENTS = """id,entity,counterparty,direction,kind,firmness,power,money,start,ramp,term,take_or_pay,cancellable_share,notice,overlap_group,prepaid,equity_linked,claims,note
chips-a,Acme,Brill,pays,chips,firm,2GW,,2027-01,,5 years,,,,brill-chips,,,p1,
chips-b,Acme,Brill,pays,chips,firm,1GW,,2026-09,,5 years,,,,brill-chips,,,p1,
cloud,Acme,Work,pays,cloud,firm,,12B USD,2026-08,24 months,4 years,80%,50%,90 days,,,,p1,
gift,Acme,Brill,receives,investment,firm,,5B USD,2026-08,,,,,,,,,p1,
"""
RELATIONS = """id,from,to,kind,exclusive,start,end,claims,note
sells,Brill,Acme,distributes,no,,,p1,
"""
ROUNDS = """
a1,Acme,Series A,2025-11-01,,,,2B USD,80B USD,post,,,,,closed,r1
"""
SCENARIOS = """
[scenarios.slow]
label = "twelve months without progress"
author = "tester"
date = "2026-05-29"
reason = "test"
[[scenarios.slow.shocks]]
kind = "progress_delay"
at = "start"
months = 12

[scenarios.cut]
label = "prices halve"
author = "tester"
date = "2026-05-29"
reason = "test"
[[scenarios.cut.shocks]]
kind = "price_war"
at = "2026-09"
cut = "50%"

[scenarios.late]
label = "a shock after the end"
author = "tester"
date = "2026-05-29"
reason = "test"
[[scenarios.late.shocks]]
kind = "customer_loss"
at = "2040-01"
share = "50%"
"""


def write(folder: Path, *, without: tuple[str, ...] = (), more: str = "", claims: str = CLAIMS) -> Path:
    """The book, less the assumptions named in `without`, with more assumptions and claims at will."""
    kept = [line for line in JUDGED.strip().splitlines() if line.partition(" = ")[0] not in without]
    write_book(folder, claims, ROUNDS, "\n".join([*kept, *more.strip().splitlines()]))
    (folder / "commitments.csv").write_text(COMMITMENTS)
    (folder / "relations.csv").write_text(RELATIONS)
    assumptions = folder / "assumptions.toml"
    assumptions.write_text(assumptions.read_text() + SCENARIOS)
    return folder
