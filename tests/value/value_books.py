"""A book in a few lines, written as the user's own files."""

from pathlib import Path

CLAIM_HEAD = (
    "id,entity,metric,value,unit,period,basis,status,modality,source,known,qualifiers,"
    "definition,via,locator,visibility,note"
)
CAP_HEAD = (
    "id,entity,round,date,share_class,price_per_share,shares,raised,valuation,valuation_basis,preference,"
    "participation,ratchet,fully_diluted,status,claims,note"
)
BOOK = """[book]
title = "test"
currency = "USD"
format = 1
ends = "2026-05-29"
[entities."Acme"]
kind = "company"
[entities."Brill"]
kind = "company"
[entities."Work"]
kind = "market"
"""
SOURCES = "id,publisher,title,url,published,kind,origin,grade,note\nnews,News,News,https://example.org/n,2026-05-29,article,,B,\n"


def write_book(folder: Path, claims: str = "", captable: str = "", assumptions: str = "") -> Path:
    """A book folder from rows; assumptions as `name = value` lines."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "book.toml").write_text(BOOK)
    (folder / "sources.csv").write_text(SOURCES)
    rows = [line.strip() + "," * 5 for line in claims.strip().splitlines() if line.strip()]
    (folder / "claims.csv").write_text("\n".join([CLAIM_HEAD, *rows]) + "\n")
    if captable:
        rounds = [line.strip() + "," for line in captable.strip().splitlines()]
        (folder / "captable.csv").write_text("\n".join([CAP_HEAD, *rounds]) + "\n")
    text = ""
    for line in assumptions.strip().splitlines():
        name, _, value = line.strip().partition(" = ")
        amount, _, unit = value.partition(" # ")
        text += f'\n[assumptions."{name}"]\nvalue = "{amount}"\nunit = "{unit or "ratio"}"\nauthor = "tester"\ndate = "2026-05-29"\nreason = "test"\n'
    (folder / "assumptions.toml").write_text(text)
    return folder
