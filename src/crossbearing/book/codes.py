"""What each code of the loader means, for `xb explain` and the reference page. Codes never change meaning.

XB1 is the form of files and cells, XB2 the vocabulary, XB3 sourcing. The examples are rows, cells or lines, whatever shows the fault.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A code with its reason and an example; the same fields as a rule of the check."""

    code: str
    message: str
    why: str
    mend: str
    bad: str
    good: str
    family: str = "file"


_ROWS = (
    ("XB101", "a file or folder is missing, or its name is nearly right", "a book is book.toml, sources.csv and claims.csv; the other files are optional", "run `xb new DIR` for a whole book, or rename the file", "claim.csv", "claims.csv"),
    ("XB102", "the file is not UTF-8 text", "UTF-16, Windows-1252 and control characters read differently in every tool", "save as 'CSV UTF-8 (comma separated)'; a byte order mark is accepted and kept", "Unicode text (UTF-16)", "CSV UTF-8"),
    ("XB103", "the file, a line or a cell is too long, or cannot be read", "files over 256 MB and lines over 1 MB are not read, so that no input exhausts the memory", "split it, or put the right file in its place", "a line of 1 GB", "a line of 200 characters"),
    ("XB104", "the cells are separated by something else than commas", "spreadsheets set to some countries write semicolons or tabs", "save as 'CSV UTF-8 (comma separated)'", "id;entity;metric", "id,entity,metric"),
    ("XB105", "a column is missing, doubled, unknown or moved", "columns are read by name: a moved one is only pointed out, an unknown one would be lost", "restore the header; `xb schema claims.csv` lists the columns", "id,entity,value,note,note", "id,entity,value,note"),
    ("XB106", "a row has more or fewer cells than the header", "usually a comma inside a cell without quotation marks, or a row that was cut", "quote the cell, or write the missing cells", "a,Acme,headcount,1,200,count", "a,Acme,headcount,1200,count"),
    ("XB107", "a quotation mark is left open, or text follows a closing one", "everything up to the next mark would become one cell", 'close it; inside a quotation write ""', 'a,"Acme,headcount', 'a,"Acme",headcount'),
    ("XB108", "the file is not valid TOML", "nothing after the fault can be read", "texts stand in quotation marks, tables in [brackets]", "title = My book", 'title = "My book"'),
    ("XB109", "a spreadsheet or word processor changed the cell", "error values, apostrophes, curly quotation marks, hard blanks and long dashes come from such programs", "write the cell again; format the column as text", "#NAME?", "+6.3pp"),
    ("XB110", "a figure cannot be read", "a figure is a number as printed, with an optional relation and suffix, and its unit beside it", "write 30B, >30B, ~25B, 400B..500B, up to 5GW, 40%, +6.3pp or 3.5x", "3E+10", "30B"),
    ("XB111", "a period cannot be read", "a period is an instant or a span, year first", "write 2026-04-07, 2026-03, end 2026-03, 2026-Q1, FY2025 or 2026-04..2026-06", "Apr-26", "2026-04"),
    ("XB112", "a date cannot be read", "publication and knowledge have a day, a month or a year", "write 2026-05-13, 2026-05 or 2026", "13/05/2026", "2026-05-13"),
    ("XB113", "qualifiers cannot be read", "they are typed pairs that say what a figure is comparable with", "write key=value; key=value, and quote a value that holds ; or =", "coding", "product=coding"),
    ("XB114", "an id is missing or has other characters", "ids go on the command line and into links", "use letters, digits and . _ : + / - without blanks", "acme run rate", "acme-run-rate"),
    ("XB115", "a cell that must not be empty is", "the row says nothing without it", "write it, or remove the row", "w1,Acme,,2026-12-31", "w1,Acme,it lists its shares,2026-12-31"),
    ("XB116", "a link is no http or https address", "links are opened from the report", "write https://..., or leave it empty and say in the note where the document is", "javascript:alert(1)", "https://example.org/a"),
    ("XB117", "a locator cannot be read or leaves the folder of documents", "it names a place in a document below documents/, never a path out of it", "write chars=100-120;sha256=..., page=3, cell=B7 or doc=a.txt", "doc=../../secret.txt", "doc=a.txt;chars=100-120"),
    ("XB118", "a share, a multiple or the value of a judgment is missing or out of range", "a share or probability lies between 0 and 1", "write 40% or 0.4; a preference as 1x", "140%", "40%"),
    ("XB119", "a spreadsheet would run the text as a formula", "text from outside may carry commands (warning); exports put an apostrophe before it", "put a word before it", "=HYPERLINK(...)", "see HYPERLINK(...)"),
    ("XB120", "a value of a TOML file has the wrong form", "texts, lists, dates and judgments have one form each", "the message names it", 'value = "45% to 35%"', 'value = "35% to 45%"'),
    ("XB121", "a key is not read", "a misspelt key is silently without effect in most programs (warning)", "correct its name or remove it", 'titel = "Mills"', 'title = "Mills"'),
    ("XB122", "the book is of a newer format", "what is new in it would be misread; nothing further is read and nothing written", "update the program", "format = 2", "format = 1"),
    ("XB123", "an expectation of the watch list cannot be read", "`xb watch` decides it from claims, so it follows one of six forms (warning)", "write ENTITY METRIC at DATE > VALUE, or another of the forms", "Acme sells a lot by 2026", "Acme revenue.run_rate gross at 2026-12-31 > 30B"),
    ("XB201", "an entity is missing or unknown", "entities are declared once, so that spellings do not split one company in two", "correct it, add an alias, or declare it in book.toml", "Acme Crop", "Acme Corp"),
    ("XB202", "a metric is missing or unknown", "only figures of one metric are compared", "use a metric of the registry, or declare one in book.toml", "revenue.runrate", "revenue.run_rate"),
    ("XB203", "a unit or currency is missing or unknown", "unlike quantities are never added", "write USD, USD/yr, USD/month, W, count, ratio, pp, year, x (any ISO 4217 currency)", "$/year", "USD/yr"),
    ("XB204", "a word is not of its vocabulary", "status, modality, basis, grade and the like have fixed words", "the message lists them", "rumor", "rumour"),
    ("XB205", "a unit does not fit the metric", "a run rate is money a year, a margin a ratio", "correct the unit or the metric", "revenue.run_rate,30B,count", "revenue.run_rate,30B,USD/yr"),
    ("XB206", "a basis does not fit the metric", "gross or net is a question of revenue recorded as principal or agent", "write n/a where it does not arise, unspecified where it is not said", "headcount,120,count,2026,gross", "headcount,120,count,2026,n/a"),
    ("XB207", "a qualifier is not allowed for the metric", "qualifiers decide which figures are comparable, so their keys are fixed", "use a key of the registry, or put it in the note", "prodct=coding", "product=coding"),
    ("XB208", "a flow at an instant, or a level over a span", "a level holds at a date; only a flow adds up over a span", "write the other kind of period, or use another metric", "revenue.recognised,30B,USD,2026-03-31", "revenue.recognised,30B,USD,2026-Q1"),
    ("XB210", "a figure is outside the range of its metric", "a share of a whole lies between 0 and 1, and some quantities cannot be negative", "correct it, or use a metric of change", "revenue.market_share,140%", "revenue.market_share,40%"),
    ("XB211", "a metric declared in the book has a wrong or missing field", "it needs at least label, unit_kind and kind", "the message names the field", '[metrics."x.y"] with a label only', 'label, unit_kind = "count", kind = "stock"'),
    ("XB212", "entities contradict each other", "a spelling leads to one entity, and owners form no circle", "remove the spelling from one of them; correct parent", 'aliases = ["Acme"] twice', 'aliases = ["Acme"] once'),
    ("XB301", "an id stands twice", "figures lead back to rows by id", "rename one of the rows", "a,... and a,...", "a,... and b,..."),
    ("XB302", "a source is missing or unknown", "every figure leads back to a row of sources.csv", "correct the id, or add the source", "source = the-dayly", "source = the-daily"),
    ("XB303", "a row rests on a claim that does not exist", "contracts, rounds and judgments lead back to claims", "correct the id, or add the claim", "claims = c1; c99", "claims = c1; c2"),
    ("XB305", "a source has no date and neither have its claims", "what is not dated is left out of every view as of a date (warning)", "write `published`, or `known` beside each claim", "published is empty", "published = 2026-03"),
    ("XB306", "a source is never used", "a leftover, or its claims are missing (warning)", "add its claims, or remove it", "a source no claim names", "a source some claim names"),
    ("XB307", "sources name each other as the first report", "repetition counts once by its first report; in a circle there is none (warning)", "leave `origin` empty at the first report", "origin of a = b, origin of b = a", "origin of a = b, origin of b empty"),
    ("XB309", "a judgment has no author, date or reason", "judgment is dated, signed and explained (warning)", "add what is missing", 'value = "35% to 45%"', "value, author, date and reason"),
    ("XB310", "a book laid over another would replace one of its rows", "an overlay adds rows and never changes what somebody said", "give the row an id of its own, or state a view in views.toml", "the same id with another value", "a new id"),
)  # fmt: skip
CODES = tuple(Code(*row) for row in _ROWS)
