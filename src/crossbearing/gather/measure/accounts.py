"""Every row accounted for: one status each, counts that add up to the table, and samples of what was set aside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from crossbearing.problems import UsageError

PAID, NO_NAME, BAD_DATE, BAD_AMOUNT, LATER, COPY, REFUND, ZERO, OTHER_CURRENCY, BAD_TERM, OFF_ROSTER = range(
    11
)
ACCEPTED = (PAID, REFUND, ZERO, OTHER_CURRENCY)
SAMPLED = (NO_NAME, BAD_DATE, BAD_AMOUNT, COPY)
LABELS = {
    PAID: "paid",
    NO_NAME: "no company or customer",
    BAD_DATE: "date not readable",
    BAD_AMOUNT: "amount not readable",
    LATER: "after the date of the measurement",
    COPY: "copy of a row with the same id",
    REFUND: "refund or negative amount",
    ZERO: "zero amount",
    OTHER_CURRENCY: "other currency",
    BAD_TERM: "service ends before it starts",
    OFF_ROSTER: "company not on the roster in that month",
}
TREATMENT = {
    PAID: "counted",
    NO_NAME: "left out",
    BAD_DATE: "left out",
    BAD_AMOUNT: "left out",
    LATER: "left out: not yet known",
    COPY: "left out",
    REFUND: "set against payments of the same month",
    ZERO: "shows the company is active, pays nothing",
    OTHER_CURRENCY: "its money is left out",
    BAD_TERM: "left out",
    OFF_ROSTER: "left out",
}


@dataclass(frozen=True, slots=True)
class Account:
    """What became of the rows of a table.

    Attributes:
        counts: Rows by status.
        matched: Accepted rows that a vendor rule fits; None where there are no vendors.
        malformed: Lines with another number of cells than the header.
        malformed_samples: The first of them.
        samples: A few rows of each status that is not plain, as text.
        notes: What a reader should know: thin months, one company with most rows, and so on.
    """

    counts: Mapping[int, int]
    matched: int | None = None
    malformed: int = 0
    malformed_samples: tuple[str, ...] = ()
    samples: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """All rows and malformed lines."""
        return sum(self.counts.values()) + self.malformed

    @property
    def accepted(self) -> int:
        """Rows that enter the measurement."""
        return sum(self.counts.get(status, 0) for status in ACCEPTED)

    def moved(self, to: int, rows: Mapping[tuple[int, bool], int], samples: tuple[str, ...]) -> Account:
        """The account with some accepted rows, by (status, matched), set aside under another status."""
        counts, matched = dict(self.counts), self.matched or 0
        for (status, fits), n in rows.items():
            counts[status] -= n
            counts[to] = counts.get(to, 0) + n
            matched -= n if fits else 0
        return replace(self, counts=counts, matched=matched, samples={**self.samples, to: samples})

    def as_json(self) -> dict[str, object]:
        """Rows by fate; the counts add up to `rows`."""
        fates = [
            {"status": LABELS[s], "rows": n, "treatment": TREATMENT[s], "samples": list(self.samples.get(s, ()))}
            for s, n in sorted(self.counts.items()) if n
        ]  # fmt: skip
        if self.malformed:
            fates.append(
                {
                    "status": "line with another number of cells",
                    "rows": self.malformed,
                    "treatment": "left out",
                    "samples": list(self.malformed_samples),
                }
            )
        return {
            "rows": self.total,
            "accepted": self.accepted,
            "matched": self.matched,
            "fates": fates,
            "notes": list(self.notes),
        }

    def as_lines(self) -> list[str]:
        """The account for people."""
        lines = [
            f"{self.total:,} rows, {self.accepted:,} accepted"
            + (f", {self.matched:,} of a listed vendor" if self.matched is not None else "")
        ]
        for fate in self.as_json()["fates"]:  # type: ignore[attr-defined]
            if fate["status"] == LABELS[PAID]:
                continue
            sample = f"; such as {' / '.join(fate['samples'])}" if fate["samples"] else ""
            lines.append(f"  {fate['rows']:,} rows: {fate['status']}: {fate['treatment']}{sample}")
        return lines + [f"  note: {note}" for note in self.notes]


def check_usable(account: Account) -> None:
    """Refuses a table of which nothing or hardly anything can be used.

    Raises:
        UsageError: No row is accepted, or most are set aside, which means the columns are misread.
    """
    if account.total == 0:
        raise UsageError("the table has no rows", "", "give a table with rows")
    if account.accepted == 0 or account.accepted < 0.5 * (account.total - account.counts.get(LATER, 0)):
        worst = max(
            (s for s in account.counts if s not in ACCEPTED),
            key=lambda s: account.counts[s],
            default=BAD_DATE,
        )
        if account.malformed > account.counts.get(worst, 0):
            raise UsageError(
                f"{account.malformed:,} of {account.total:,} lines have another number of cells than the header",
                "",
                "check the delimiter and quotes of the file",
            )
        sample = " / ".join(account.samples.get(worst, ())) or "none"
        raise UsageError(
            f"{account.counts.get(worst, 0):,} of {account.total:,} rows cannot be used: {LABELS[worst]}",
            f"samples: {sample}",
            "dates are 2026-04-03 or 2026-04, amounts plain numbers with a point; map columns with --column NAME=YOURS",
        )


def check_signs(account: Account) -> None:
    """Refuses a table in which most amounts are negative: it says the opposite of what it seems to.

    Raises:
        UsageError: More than half of the accepted rows are negative.
    """
    refunds = account.counts.get(REFUND, 0)
    if refunds > 0.5 * account.accepted:
        raise UsageError(
            f"{refunds:,} of {account.accepted:,} amounts are negative",
            "payments are positive here and refunds negative; a table with more refunds than payments is turned round",
            "say --negate where payments are negative, as in bank exports",
        )


def concentration_note(largest: int, total: int, what: str) -> tuple[str, ...]:
    """A note where one company or customer holds most rows."""
    if total and largest > 0.5 * total:
        return (
            f"one {what} holds {largest / total:.0%} of the rows: counts of {what} are not affected, money is",
        )
    return ()


def thin_months(months: Mapping[int, int]) -> list[int]:
    """Months with less than a fifth of the usual rows, ascending."""
    usual = sorted(months.values())[len(months) // 2] if months else 0
    return [m for m, n in sorted(months.items()) if n < 0.2 * usual]


def month_notes(months: Mapping[int, int]) -> tuple[str, ...]:
    """Notes on months without rows and months with far fewer than usual; a missing month is a gap, never a zero."""
    if not months:
        return ()
    empty = [m for m in range(min(months), max(months) + 1) if m not in months]
    thin = thin_months(months)
    notes = [f"no rows in {_listed(empty)}: a gap in the series, not zero"] if empty else []
    notes += [f"far fewer rows than usual in {_listed(thin)}: perhaps incomplete"] if thin else []
    return tuple(notes)


def _listed(months: Iterable[int]) -> str:
    from crossbearing.gather.measure.columns import month_text

    texts = [month_text(m) for m in months]
    return ", ".join(texts[:6]) + (f" and {len(texts) - 6} more" if len(texts) > 6 else "")
