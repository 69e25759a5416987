"""The files of a small good book."""

from collections.abc import Callable

from crossbearing.book.load import Loaded

HEAD = """[book]
title = "Mills"
currency = "EUR"
format = 1

[entities."Northmill"]
aliases = ["North Mill"]
fiscal_year_end = "06-30"

[entities."Southmill"]
"""
SOURCES = """id,publisher,title,url,published,kind,origin,grade,note
daily,The Daily,On mills,https://example.org/a,2026-03-05,article,,B,
relay,The Relay,On mills again,,2026-03,article,daily,C,
"""
CLAIMS = """id,entity,metric,value,unit,period,basis,definition,status,modality,source,via,known,qualifiers,locator,visibility,note
a,Northmill,revenue.run_rate,30M,EUR/yr,2026-03,gross,month*12,company,actual,daily,,,product=flour,chars=1-5,,
b,north mill,revenue.recognized,"~7M",EUR,FY2025,,,reported,actual,relay,,2026-02-01,,,private,"one, two"
"""
COMMITMENTS = """id,entity,counterparty,direction,kind,firmness,power,money,start,ramp,term,take_or_pay,cancellable_share,notice,overlap_group,prepaid,equity_linked,claims,note
k,Northmill,Power Co,pays,power,firm,>3MW,45M EUR,2026-Q2,,,40%,,,,,,a,
"""
ASSUMPTIONS = """[assumptions."Northmill.cloud_share"]
value = "20% to 60%"
author = "me"
date = 2026-04-01
reason = "no claim"
claims = ["a"]
"""

Make = Callable[..., Loaded]


def good() -> dict[str, str | bytes | None]:
    """The files of the good book."""
    return {
        "book.toml": HEAD,
        "sources.csv": SOURCES,
        "claims.csv": CLAIMS,
        "commitments.csv": COMMITMENTS,
        "assumptions.toml": ASSUMPTIONS,
    }
