"""The spine: book -> claims -> positions -> paths -> values -> pages. Each stage is one call; effects are passed in here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crossbearing import __version__
from crossbearing.problems import BookError, Problem, Refusal, Severity, UsageError
from crossbearing.vocabulary.book import Book
from crossbearing.vocabulary.claim import Visibility
from crossbearing.vocabulary.conflict import Conflict, IdentityCheck
from crossbearing.vocabulary.figure import Figure
from crossbearing.vocabulary.period import add_months
from crossbearing.vocabulary.series import Series

if TYPE_CHECKING:
    from crossbearing.fix.path import PathPrior
    from crossbearing.outlook.answers import Outlook
    from crossbearing.outlook.facts import Start
    from crossbearing.outlook.prepare import Setting
    from crossbearing.publish.report.content import Presented, ReportContent, Sales
    from crossbearing.value.compare import Comparison
    from crossbearing.value.inputs import Inputs
    from crossbearing.value.valuation import Question, Valuation


@dataclass(frozen=True, slots=True)
class Opened:
    """A book as known on a date and visible to a reader, with the problems found while reading it.

    Conflicts and identities are there once the book is checked; `redacted` counts the claims above the visibility.
    """

    book: Book
    problems: tuple[Problem, ...]
    conflicts: tuple[Conflict, ...] = ()
    identities: tuple[IdentityCheck, ...] = ()
    redacted: int = 0

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Problems that stop results."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)

    def sound(self) -> Book:
        """The book, for commands that give results.

        Raises:
            BookError: It has errors.
        """
        if self.errors:
            raise BookError(self.errors)
        return self.book


def open_book(
    folder: Path | None = None,
    overlay: Path | None = None,
    as_of: date | None = None,
    visibility: Visibility | None = None,
    *,
    judged_later: bool = False,
) -> Opened:
    """The book of a folder, or the bundled one: joined with an overlay, as known on a day, up to a visibility.

    Judgments written after the day are gone, unless `judged_later` keeps them for a model run with hindsight.
    """
    from crossbearing.book.load import load
    from crossbearing.book.overlay import lay_over
    from crossbearing.vocabulary.secrecy import hidden_names

    loaded = load(folder)
    if overlay is not None:
        loaded = lay_over(loaded, overlay, visibility)
    if visibility is None:
        return Opened(loaded.book.as_of(as_of, judged_later=judged_later), loaded.problems)
    shown = loaded.book.visible(visibility)
    hidden = hidden_names(loaded.book, shown)
    problems = tuple(p.seen_by(visibility, hidden) for p in loaded.problems)
    known = shown.as_of(as_of, judged_later=judged_later)
    return Opened(known, problems, redacted=len(loaded.book.claims) - len(shown.claims))


def check_book(opened: Opened) -> Opened:
    """The book with what the rules find added: problems of the impossible, conflicts by cause, arithmetic recomputed."""
    from crossbearing.check.engine import check

    found = check(opened.book)
    return replace(
        opened,
        problems=(*opened.problems, *found.problems),
        conflicts=found.conflicts,
        identities=found.identities,
    )


def main_companies(book: Book, most: int = 2) -> tuple[str, ...]:
    """The companies the book says most about: named in its settings (`main = [...]`), else those with most sales claims."""
    named = book.settings.get("main")
    if isinstance(named, list):
        return tuple(str(name) for name in named if name in book.entities)
    counts = Counter(
        c.entity
        for c in book.claims
        if c.metric.startswith("revenue.") and book.entities[c.entity].kind == "company"
    )
    return tuple(name for name, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most])


def report(opened: Opened, *, as_of: date | None, seed: int) -> str:
    """The page of a book.

    Raises:
        BookError: The book has errors.
    """
    from crossbearing.publish.report.page import report_page

    opened.sound()
    return report_page(report_content(check_book(opened), as_of=as_of, seed=seed))


def report_content(checked: Opened, *, as_of: date | None, seed: int) -> ReportContent:
    """Everything the page shows: what is said now, what conflicts, what is recomputed, what nobody says."""
    from crossbearing.check.circles import circles
    from crossbearing.check.contracted import contracted
    from crossbearing.check.unknown import unknowns
    from crossbearing.pipeline.extras import extra_sections
    from crossbearing.pipeline.first_screen import by_effect, sentences
    from crossbearing.pipeline.valuing import valuations
    from crossbearing.publish.report.content import ReportContent

    book = checked.book
    today = as_of or book.ends or book.newest or date.min
    companies = main_companies(book)
    sales = sales_now(book, companies, today, seed)
    positions = tuple(s.series for s in sales if s.series)
    conflicts = by_effect(by_importance(checked.conflicts, book, today), positions)
    values = valuations(book, companies, today, as_of, seed, sales)
    missing = unknowns(book, companies, today)
    leads = leads_of(book, companies, today, seed)
    return ReportContent(
        book=book,
        as_of=today,
        companies=companies,
        sales=sales,
        positions=positions,
        conflicts=conflicts,
        checks=checked.identities,
        circles=circles(book.relations),
        valuations=values,
        unknowns=missing,
        visibility=book.visibility,
        redacted=checked.redacted,
        version=__version__,
        seed=seed,
        extras=tuple(extra_sections(book, companies, as_of, seed)),
        presented=tuple(presented(book, e, today, seed) for e in companies),
        screen=sentences(book, companies, today, sales, leads, values, conflicts, missing),
        contracted=tuple(c for e in companies if (c := contracted(book.commitments, e))),
    )


def sales_now(book: Book, companies: Iterable[str], today: date, seed: int) -> tuple[Sales, ...]:
    """What is stated about each company's sales on each basis, beside our estimate or the reason why there is none."""
    from crossbearing.check.standing import standing
    from crossbearing.publish.report.content import Sales

    found = []
    for entity in companies:
        for basis in BASES:
            stated = standing(book, entity, "revenue.run_rate", basis)
            series, why_not = None, ""
            if basis != "unspecified":
                try:
                    at = month_ends(book, entity, today)
                    series = position(
                        book, entity, "revenue.run_rate", at=at, basis=basis, seed=seed, as_of=today
                    )
                except (Refusal, UsageError) as refused:
                    why_not = refused.why or refused.what
            found.append(Sales(entity, basis, stated, series, why_not))
    return tuple(found)


def presented(book: Book, entity: str, at: date, seed: int) -> Presented:
    """Gross and net of a company with the evidence on their ratio, or the reason why there is none."""
    from crossbearing.publish.report.content import Presented

    try:
        return Presented(entity, gross_to_net(book, entity, at, seed))
    except (Refusal, UsageError) as refused:
        return Presented(entity, None, f"{refused.what}: {refused.why}" if refused.why else refused.what)


def leads_of(book: Book, companies: Sequence[str], at: date, seed: int) -> dict[str, Any] | None:
    """Who leads of the two main companies, or None where the question cannot be put."""
    if len(companies) < 2:
        return None
    try:
        return who_leads(book, companies[0], companies[1], at, seed)
    except (Refusal, UsageError):
        return None


def month_ends(book: Book, entity: str, today: date) -> tuple[str, ...]:
    """Month ends from an entity's first run-rate claim to a day, and that day."""
    claims = (c for c in book.claims if c.entity == entity and c.metric == "revenue.run_rate" and c.period)
    first = min((c.period.middle for c in claims if c.period), default=today)
    ends = []
    start = first.replace(day=1)
    while (end := add_months(start, 1) - timedelta(days=1)) < today:
        ends.append(end.isoformat())
        start = add_months(start, 1)
    return (*ends, today.isoformat())


BASES = ("gross", "net", "unspecified")
FAMILIES = (
    "revenue",
    "valuation",
    "profit",
    "breakeven",
    "margin",
    "cost",
    "compute",
    "adoption",
    "customers",
)


def by_importance(conflicts: Iterable[Conflict], book: Book, today: date) -> tuple[Conflict, ...]:
    """Conflicts as a reader wants them: about the main companies and the last year, sales and price first, then by size."""
    claims = {c.id: c for c in book.claims}
    companies = main_companies(book)

    def rank(conflict: Conflict) -> tuple[bool, bool, int, float, str]:
        parties = [claims[i] for i in conflict.claims if i in claims]
        families = [FAMILIES.index(f) for c in parties if (f := c.metric.partition(".")[0]) in FAMILIES]
        newest = max((c.period.middle for c in parties if c.period), default=date.min)
        return (
            not any(c.entity in companies for c in parties),
            newest < today - timedelta(days=365),
            min(families, default=len(FAMILIES)),
            -min(conflict.size, 10.0),
            conflict.id,
        )

    return tuple(sorted(conflicts, key=rank))


def figures(checked: Opened, *, as_of: date | None, seed: int) -> tuple[Figure, ...]:
    """Every number the pages show, with its lineage."""
    from crossbearing.pipeline.valuing import valuations
    from crossbearing.trace.figures import identity_figures, series_figures, stated_figures

    book = checked.book
    today = as_of or book.ends or book.newest or date.min
    sales = sales_now(book, main_companies(book), today, seed)
    return (
        *stated_figures(s.stated for s in sales if s.stated),
        *series_figures(s.series for s in sales if s.series),
        *identity_figures(checked.identities),
        *(f for v in valuations(book, main_companies(book), today, as_of, seed, sales) for f in v.figures),
    )


def without(opened: Opened, name: str) -> Opened:
    """The book without a claim, or without everything a source stands behind, not yet checked.

    Raises:
        UsageError: It is neither a claim nor a source of the book.
    """
    book = opened.book
    if book.claim(name) is not None:
        return Opened(book.keeping(lambda c: c.id != name), opened.problems)
    if name in book.sources or any(name in c.via for c in book.claims):
        return Opened(book.keeping(lambda c: name != c.source and name not in c.via), opened.problems)
    raise UsageError(
        f"{name!r} is neither a claim nor a source of the book", "", "see `xb claims` for the ids"
    )


def value_company(
    book: Book, entity: str, question: Question, inputs: Inputs, *, position_too: bool = True
) -> Valuation:
    """A company valued: prices and multiples from claims and the position, judgments from the book's assumptions.

    Args:
        book: Cut to the knowledge date and visibility.
        entity: Canonical name.
        question: What is asked.
        inputs: Judgments of the entity.
        position_too: Whether revenue comes from the position where it has one; else from claims alone.
    """
    from crossbearing.pipeline.valuing import sales_at
    from crossbearing.value.sales import no_position
    from crossbearing.value.valuation import valuation

    return valuation(
        book, entity, question, inputs, sales_at(book, inputs.seed) if position_too else no_position
    )


def compare_companies(
    book: Book, entities: tuple[str, ...], at: date, seed: int, *, position_too: bool = True
) -> Comparison:
    """Companies side by side at one date, with the position's revenue where it has one; else from claims alone."""
    from crossbearing.pipeline.valuing import sales_at
    from crossbearing.value.compare import compare
    from crossbearing.value.sales import no_position

    return compare(book, entities, at, sales_at(book, seed) if position_too else no_position, seed)


def growth_prior() -> PathPrior:
    """The prior of growth that every position uses: the pooled one that ships with the program."""
    from crossbearing.fix.path import prior_of
    from crossbearing.growth.prior import GrowthPrior

    return prior_of(GrowthPrior.load().process())


def position(book: Book, entity: str, metric: str, **asked: Any) -> Series:
    """The reconciled series of one metric of one entity; the keywords are those of `fix.reconcile.reconcile`.

    Args:
        book: The book as known.
        entity: Canonical name.
        metric: Canonical metric id.
        **asked: at, monthly, rate, basis, seed, as_of, refit (influence by fitting again).
    """
    from crossbearing.fix.reconcile import reconcile

    return reconcile(book, entity, metric, prior=growth_prior(), **asked)


def gross_to_net(book: Book, entity: str, at: date | None, seed: int) -> dict[str, Any]:
    """Both presentations of an entity's run rate at a date, and the evidence on their ratio, in the form of the contract."""
    from crossbearing.pipeline.presentation import bridge_of

    return bridge_of(book, entity, at, seed)


def who_leads(book: Book, first: str, second: str, at: date, seed: int) -> dict[str, Any]:
    """Who is ahead at a date, on each presentation, and the haircut that flips it; see `pipeline.answers.who_leads`."""
    from crossbearing.pipeline.answers import who_leads

    return who_leads(book, first, second, at, seed)


def start_of(book: Book, entity: str, seed: int, *, reconciled: bool = True) -> Start | None:
    """Where the outlook of a company starts: the position's run rate and growth, or a range of claims where it refuses."""
    from crossbearing.pipeline.outlooks import start_of as found

    return found(book, entity, seed, reconciled=reconciled)


def outlook_of(
    book: Book,
    setting: Setting,
    entities: Iterable[str],
    scenarios: Sequence[str] = (),
    *,
    reconciled: bool = True,
    sensitivity: Sequence[str] = (),
    progress: Callable[[float], None] | None = None,
) -> Outlook:
    """Where companies can go: started from their positions, compared on common draws."""
    from crossbearing.outlook.study import outlook

    starts = {e: start_of(book, e, setting.seed, reconciled=reconciled) for e in entities}
    return outlook(setting, starts, scenarios, sensitivity, progress)
