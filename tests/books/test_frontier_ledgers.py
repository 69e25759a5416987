"""The bundled book's own promises: ledgers rest on claims, first reports are sources, judgments are dated, nothing is copied."""

import csv
import os
import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from crossbearing.books import bundled_book
from crossbearing.vocabulary.assumption import family_of, parse_judgment
from crossbearing.vocabulary.metric import standard_registry

BOOK = bundled_book()
LEDGERS = ("commitments", "relations", "captable", "watch")
SHARED = Path(os.environ.get("XB_SHARED", Path(__file__).parents[3] / "shared"))


def table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(BOOK.joinpath(f"{name}.csv").read_text(encoding="utf-8").splitlines()))


def parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


CLAIMS = {row["id"]: row for row in table("claims")}
SOURCES = {row["id"]: row for row in table("sources")}
ENTITIES = tomllib.loads(BOOK.joinpath("book.toml").read_text(encoding="utf-8"))["entities"]


@pytest.mark.parametrize("name", LEDGERS)
def test_every_ledger_row_rests_on_claims_and_known_parties(name: str) -> None:
    rows = table(name)
    assert rows
    assert [row["id"] for row in rows if not parts(row["claims"])] == []
    assert [(row["id"], claim) for row in rows for claim in parts(row["claims"]) if claim not in CLAIMS] == []
    parties = [row[column] for row in rows for column in ("entity", "from", "to") if row.get(column)]
    assert [party for party in parties if party not in ENTITIES] == []


def test_chains_end_in_sources_and_a_missing_link_is_said() -> None:
    chains = [parts(row["via"]) for row in CLAIMS.values()] + [
        parts(row["origin"]) for row in SOURCES.values()
    ]
    assert [step for chain in chains for step in chain if step not in SOURCES] == []
    assert [
        row["id"] for row in SOURCES.values() if not row["url"] and "No public link" not in row["note"]
    ] == []
    used = {row["source"] for row in CLAIMS.values()} | {step for chain in chains for step in chain}
    assert sorted(set(SOURCES) - used) == []


def test_a_restatement_of_the_rivals_memo_shares_one_origin() -> None:
    net = [row for row in CLAIMS.values() if row["basis"] == "net" and "by=OpenAI" in row["qualifiers"]]
    assert {row["source"] for row in net} == {"memo-2026-04-14", "built-2026-05-13"}
    assert {parts(row["via"])[-1] for row in net} == {"openai-memo-2026-04-13"}


def test_no_claim_is_known_after_the_book_ends_or_before_its_origin() -> None:
    def last_day(cell: str) -> str:
        """Cells sort as text once a month or year is moved to its end."""
        return cell if len(cell) == 10 else f"{cell}-31" if len(cell) == 7 else f"{cell}-12-31"

    for row in CLAIMS.values():
        known = last_day(row["known"] or SOURCES[row["source"]]["published"])
        assert "2000" < known <= "2026-05-29", row["id"]
        origin = SOURCES[(parts(row["via"]) or [row["source"]])[-1]]["published"]
        assert origin[:7] <= known[:7], (row["id"], origin, known)


def test_judgments_are_dated_authored_and_reasoned() -> None:
    text = tomllib.loads(BOOK.joinpath("assumptions.toml").read_text(encoding="utf-8"))
    for name, judgment in text["assumptions"].items():
        spread = parse_judgment(judgment["value"], family_of(name))
        assert (spread.low < spread.high) != (spread.family == "point"), name
        assert judgment["author"] == "Crossbearing authors", name
        assert judgment["date"] == "2026-05-29", name
        assert judgment["reason"].endswith("."), name
        assert [claim for claim in judgment.get("claims", []) if claim not in CLAIMS] == [], name
        assert not name.endswith("cash.balance"), "cash is an answer, not an input"


def test_every_raw_metric_spelling_is_accepted() -> None:
    facts = SHARED / "facts" / "claims.csv"
    if not facts.is_file():
        pytest.skip("the raw facts are not beside this checkout, nor named by XB_SHARED")
    spelled = {row["metric"] for row in csv.DictReader(facts.read_text(encoding="utf-8").splitlines())}
    # Three names carry their event or their round; here these are qualifiers.
    folded = {
        "prediction.ipo_cap_1.2_1.5t",
        "prediction.npm_price_ge_1.1t_2026",
        "funding.hyperscaler_in_series_h",
    }
    registry = standard_registry()
    assert {name for name in spelled if registry.canonical(name) is None} == folded


def test_no_sentence_of_an_article_is_in_the_book() -> None:
    documents = sorted((SHARED / "documents").glob("*.txt"))
    if not documents:
        pytest.skip("the articles are not beside this checkout, nor named by XB_SHARED")

    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"[\w$%.,'-]+", text.lower())
        return {tuple(words[i : i + 9]) for i in range(len(words) - 8)}

    told = set().union(*(runs(path.read_text(encoding="utf-8")) for path in documents))
    for item in BOOK.iterdir():
        if item.is_file():
            assert not told & runs(item.read_text(encoding="utf-8")), item.name


def test_adoption_series_of_both_companies_has_one_month_a_claim() -> None:
    months = {
        entity: sorted(
            row["period"]
            for row in CLAIMS.values()
            if (row["entity"], row["metric"], row["qualifiers"])
            == (entity, "adoption.business_share", "method=ramp")
        )
        for entity in ("Anthropic", "OpenAI")
    }
    assert months["Anthropic"] == ["2025-01", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04"]
    assert months["OpenAI"] == ["2025-12", "2026-01", "2026-03", "2026-04"]
    assert all(earlier < later for series in months.values() for earlier, later in pairwise(series))
