"""Facts of a filing as claims: inline XBRL, XBRL instances, xBRL-JSON and the regulator's company-facts JSON."""

from crossbearing.gather.filings.reading import read_filing

__all__ = ["read_filing"]
