"""What somebody said, and who: claims and sources."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from crossbearing.vocabulary.period import Instant, Period
from crossbearing.vocabulary.quantity import Quantity
from crossbearing.vocabulary.unit import Unit

# Qualifier keys that name another quantity: a part, a customer, a contract, a sum over the past.
PART_KEYS = frozenset(
    (
        "product",
        "segment",
        "industry",
        "region",
        "channel",
        "customer",
        "counterparty",
        "supplier",
        "cumulative",
    )
)


class Basis(StrEnum):
    """Presentation of revenue: principal (gross) or agent (net). ASC 606-10-55-36 to 55-40."""

    GROSS = "gross"
    NET = "net"
    UNSPECIFIED = "unspecified"
    NOT_APPLICABLE = "n/a"


class Status(StrEnum):
    """Who stands behind a figure, best evidence first."""

    FILED = "filed"
    AUDITED = "audited"
    MEASURED = "measured"
    COMPANY = "company"
    REPORTED = "reported"
    LEAKED = "leaked"
    ESTIMATE = "estimate"
    RUMOUR = "rumour"


class Modality(StrEnum):
    """What a statement says of the world. Only `actual` enters the past."""

    ACTUAL = "actual"
    FORECAST = "forecast"
    TARGET = "target"
    TALKS = "talks"
    UP_TO = "up_to"
    HYPOTHETICAL = "hypothetical"
    DERIVED = "derived"
    SUPERSEDED = "superseded"


class Visibility(StrEnum):
    """Who may see a claim and everything derived from it."""

    PUBLIC = "public"
    PRIVATE = "private"
    RESTRICTED = "restricted"

    @property
    def rank(self) -> int:
        """0 for public, rising with secrecy."""
        return list(Visibility).index(self)


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Where in the book something stands; line and column count from 1, 0 means the whole file."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


@dataclass(frozen=True, slots=True)
class Source:
    """A document, page, filing, index or transcript that states claims.

    Attributes:
        id: Name used by claims.
        publisher: Who published it.
        title: Its title.
        url: Public link, or an empty string.
        published: Day of publication, possibly imprecise; None where unknown.
        kind: article, page, filing, company, index, memo, register, transcript or market.
        origin: Chain to the first report: ids or names.
        grade: Reliability of its record, A (best) to F (cannot be judged), Admiralty system.
        note: Free text.
        visibility: Who may see that it exists.
        position: Place in the book.
    """

    id: str
    publisher: str = ""
    title: str = ""
    url: str = ""
    published: Instant | None = None
    kind: str = ""
    origin: tuple[str, ...] = ()
    grade: str = ""
    note: str = ""
    visibility: Visibility = Visibility.PUBLIC
    position: Position = field(default=Position(), compare=False)


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement about one quantity of one entity, by one source.

    Attributes:
        id: Unique name.
        entity: Canonical entity name.
        metric: Canonical metric id.
        quantity: The figure with relation and precision, in the base unit.
        unit: The base unit.
        period: What time it is about; None where the statement does not say.
        basis: Presentation.
        definition: How a run rate was formed, such as `28d*13+subs*12`; empty where unknown.
        status: Who stands behind it.
        modality: What kind of statement it is.
        source: Id of the source.
        via: Chain from the source back to the first report.
        origin: The first report: claims with one origin count once.
        known: Day by which the statement was public; None where no date is known.
        qualifiers: Sorted (key, value) pairs that say what the figure is comparable with.
        locator: Where in the document.
        visibility: Who may see it.
        note: Free text.
        position: Place in the book.
    """

    id: str
    entity: str
    metric: str
    quantity: Quantity
    unit: Unit
    period: Period | None
    basis: Basis
    status: Status
    modality: Modality
    source: str
    definition: str = ""
    via: tuple[str, ...] = ()
    origin: str = ""
    known: date | None = None
    qualifiers: tuple[tuple[str, str], ...] = ()
    locator: str = ""
    visibility: Visibility = Visibility.PUBLIC
    note: str = ""
    position: Position = field(default=Position(), compare=False)

    def qualifier(self, key: str, default: str = "") -> str:
        """The value of one qualifier, or the default."""
        for name, value in self.qualifiers:
            if name == key:
                return value
        return default
