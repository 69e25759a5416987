"""The tables of a book: columns in order and what a cell may hold. Loader, schemas and `xb new` all read this."""

from __future__ import annotations

from dataclasses import dataclass

from crossbearing.vocabulary.claim import Basis, Modality, Status, Visibility

FORMAT = 1
BOOK_FILE = "book.toml"
ASSUMPTIONS_FILE = "assumptions.toml"
VIEWS_FILE = "views.toml"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        name: Header cell.
        kind: Grammar of its cells; see `book.cells`.
        description: What it holds, for schemas and messages.
        required: Whether a cell may not be empty.
        needed: Whether the column itself may not be absent.
        words: The vocabulary, where the cell is one word of a list.
        code: Problem code of a cell that cannot be read.
        example: A good cell.
    """

    name: str
    kind: str
    description: str
    required: bool = False
    needed: bool = True
    words: tuple[str, ...] = ()
    code: str = "XB115"
    example: str = ""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A CSV file of the book."""

    file: str
    title: str
    columns: tuple[Column, ...]
    required: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Header cells in order."""
        return tuple(c.name for c in self.columns)

    def index(self, name: str) -> int:
        """Place of a column."""
        return self.names.index(name)


def _words(
    kind: str, words: tuple[str, ...], name: str, description: str, *, required: bool = False
) -> Column:
    return Column(name, kind, description, required, words=words, code="XB204", example=words[0])


def _text(name: str, description: str, *, needed: bool = False) -> Column:
    return Column(name, "text", description, needed=needed)


_ID = Column(
    "id", "id", "unique name of the row", required=True, code="XB114", example="acme-2026-03-run-rate"
)
_NOTE = _text("note", "free text; kept as data, never as markup")
_CLAIMS = Column("claims", "claims", "ids of the claims it rests on, separated by '; '", example="c1; c2")
_ENTITY = Column(
    "entity", "entity", "entity of book.toml, or one of its aliases", required=True, code="XB201"
)

SOURCE_KINDS = ("article", "page", "filing", "company", "index", "memo", "register", "transcript", "market")
GRADES = ("A", "B", "C", "D", "E", "F")
RELATION_KINDS = (
    "supplies",
    "distributes",
    "invests_in",
    "buys_from",
    "competes_with",
    "partner_of",
    "owns",
)
WATCH_STATES = ("pending", "met_early", "met", "failed", "expired", "undecidable")
ENTITY_KINDS = ("company", "product", "market", "group")

SOURCES = TableSpec(
    "sources.csv",
    "Documents, pages, filings and indexes that state claims",
    (
        _ID,
        _text("publisher", "who published it", needed=True),
        _text("title", "its title", needed=True),
        Column("url", "url", "public link, or empty where there is none", code="XB116"),
        Column("published", "date", "day, month or year of publication; empty where unknown", code="XB112"),
        _words("word", SOURCE_KINDS, "kind", "what it is"),
        Column("origin", "list", "chain to the first report: ids or names, separated by '; '", needed=False),
        _words(
            "word",
            GRADES,
            "grade",
            "reliability of its record, A best to F cannot be judged (Admiralty system)",
        ),
        _NOTE,
    ),
    required=True,
)

CLAIMS = TableSpec(
    "claims.csv",
    "What was said: one figure of one entity by one source",
    (
        _ID,
        _ENTITY,
        Column("metric", "metric", "metric of the registry, or of book.toml", required=True, code="XB202"),
        Column(
            "value",
            "value",
            "figure as printed: 30B, >30B, ~25B, 400B..500B, up to 5GW, 40%, +6.3pp, 3.5x",
            required=True,
            code="XB110",
            example="30B",
        ),
        Column(
            "unit",
            "unit",
            "base unit: USD, USD/yr, USD/month, W, count, ratio, pp, year, x, USD/share",
            required=True,
            code="XB203",
            example="USD/yr",
        ),
        Column(
            "period",
            "period",
            "what time it is about: 2026-04-07, 2026-03, end 2026-03, 2026-Q1, FY2025, 2026-04..2026-06",
            code="XB111",
            example="2026-03",
        ),
        _words("basis", tuple(Basis), "basis", "presentation of revenue: principal (gross) or agent (net)"),
        Column(
            "definition",
            "text",
            "how a run rate was formed: 28d*13+subs*12, month*12, quarter*4; empty is unknown",
            needed=False,
        ),
        _words("word", tuple(Status), "status", "who stands behind it", required=True),
        _words("word", tuple(Modality), "modality", "what kind of statement it is", required=True),
        Column("source", "source", "id of sources.csv", required=True, code="XB302"),
        Column(
            "via",
            "list",
            "chain from the source back to the first report, separated by '; '; the last is the origin",
            needed=False,
        ),
        Column(
            "known", "date", "day it was public, where earlier than the source", needed=False, code="XB112"
        ),
        Column("qualifiers", "qualifiers", "key=value; key=value", needed=False, code="XB113"),
        Column(
            "locator", "locator", "where in the document: chars=100-120;sha256=..", needed=False, code="XB117"
        ),
        _words("visibility", tuple(Visibility), "visibility", "who may see it; empty is the book's own"),
        _NOTE,
    ),
    required=True,
)

COMMITMENTS = TableSpec(
    "commitments.csv",
    "Compute, cloud, chip, power and investment contracts as claimed",
    (
        _ID,
        _ENTITY,
        Column("counterparty", "party", "the other side", required=True),
        _words(
            "word",
            ("pays", "receives", "unclear"),
            "direction",
            "which way the money goes, seen from the entity",
        ),
        _words("word", ("compute", "cloud", "chips", "power", "investment"), "kind", "what is contracted"),
        _words("word", ("firm", "option", "up_to", "loi", "unknown"), "firmness", "how binding it is"),
        Column("power", "power", "contracted power, such as 3.5GW", code="XB110", example="3.5GW"),
        Column(
            "money", "money", "contracted money: 45B USD or 1.25B USD/month", code="XB110", example="45B USD"
        ),
        Column("start", "instant", "when it starts", code="XB111"),
        _text("ramp", "how it ramps, in words"),
        _text("term", "how long it runs, in words or months"),
        Column("take_or_pay", "share", "share that is owed whether used or not", code="XB118"),
        Column("cancellable_share", "share", "share that may be cancelled", code="XB118"),
        _text("notice", "notice period"),
        _text("overlap_group", "contracts of one group may be parts of one another and are never added"),
        _text("prepaid", "what was paid in advance"),
        _text("equity_linked", "equity tied to it"),
        _CLAIMS,
        _NOTE,
    ),
)

RELATIONS = TableSpec(
    "relations.csv",
    "Who supplies, distributes, invests in, buys from, competes with whom",
    (
        _ID,
        Column("from", "entity", "who does it", required=True, code="XB201"),
        Column("to", "entity", "to whom", required=True, code="XB201"),
        _words("word", RELATION_KINDS, "kind", "what it is", required=True),
        _words("word", ("yes", "no", "unknown"), "exclusive", "whether it is exclusive"),
        Column("start", "instant", "since when", code="XB111"),
        Column("end", "instant", "until when", code="XB111"),
        _CLAIMS,
        _NOTE,
    ),
)

CAPTABLE = TableSpec(
    "captable.csv",
    "Financing rounds and share classes",
    (
        _ID,
        _ENTITY,
        _text("round", "name of the round", needed=True),
        Column("date", "instant", "when", code="XB111"),
        _text("share_class", "class of the shares"),
        Column("price_per_share", "share_price", "such as 12.5 USD/share", code="XB110"),
        Column("shares", "count", "number of shares", code="XB110"),
        Column("raised", "money", "money raised, such as 30B USD", code="XB110"),
        Column("valuation", "money", "valuation, such as 380B USD", code="XB110"),
        _words("word", ("pre", "post", "unspecified"), "valuation_basis", "before or after the money"),
        Column(
            "preference", "multiple", "liquidation preference as a multiple of the money put in", code="XB118"
        ),
        _text("participation", "participation of the preference"),
        _text("ratchet", "anti-dilution terms"),
        _text("fully_diluted", "whether and how the share count is fully diluted"),
        _words("word", ("closed", "talks", "commitment"), "status", "how far it is"),
        _CLAIMS,
        _NOTE,
    ),
)

WATCH = TableSpec(
    "watch.csv",
    "Dated predicates to watch",
    (
        _ID,
        Column("entity", "entity", "entity of book.toml", code="XB201"),
        Column("predicate", "text", "what is expected, in the grammar of the watch list", required=True),
        Column("by", "instant", "day by which it is decided; empty is open", code="XB111"),
        _words("word", WATCH_STATES, "state", "as recorded"),
        _text("said_by", "who said it"),
        Column("source", "source", "id of sources.csv", code="XB302"),
        Column("probability", "share", "our probability when it was written", code="XB118"),
        _CLAIMS,
        _NOTE,
    ),
)

TABLES = (SOURCES, CLAIMS, COMMITMENTS, RELATIONS, CAPTABLE, WATCH)
FILES = (BOOK_FILE, *(t.file for t in TABLES), ASSUMPTIONS_FILE, VIEWS_FILE)
