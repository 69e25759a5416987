"""Every rule has an example, and the example is its test. No lexicon holds a phrase of the development articles or a book's name."""

import tomllib
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from crossbearing.gather.extract import Document, Proposal, extract
from crossbearing.gather.extract.layout import lay_out
from crossbearing.gather.extract.lexicon import NAMES, lexicon
from crossbearing.gather.extract.names import find_names
from crossbearing.gather.extract.quantities import find_quantities
from crossbearing.vocabulary.metric import standard_registry

DAY = date(2024, 4, 1)
REGISTRY = standard_registry()
DOCUMENTS = Path(__file__).parents[4] / "shared" / "documents"


def table(name: str) -> dict[str, Any]:
    folder = files("crossbearing.gather.extract").joinpath("lexicons")
    return tomllib.loads(folder.joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def read(text: str, value: str, day: date = DAY) -> Proposal:
    found = [
        p
        for p in extract(Document(text, "x", day), (), REGISTRY)
        if value in p.value_text or p.value_text in value
    ]
    assert found, f"no proposal for {value!r} in {text!r}"
    return found[0]


CUES = [(row, example) for row in table("metrics")["cues"] for example in row["examples"]]
STANCES = [
    (group, row["means"], example)
    for group in ("modality", "status")
    for row in table("stance")[group]
    for example in row["examples"]
]


@pytest.mark.parametrize(("row", "example"), CUES, ids=lambda part: part[0] if isinstance(part, list) else "")
def test_cue(row: dict[str, Any], example: list[str]) -> None:
    text, value, metric = example
    if metric == "none":
        assert not extract(Document(text, "x", DAY), (), REGISTRY)
        return
    assert read(text, value).metric == metric


def test_every_cue_row_that_speaks_for_a_metric_has_an_example_that_uses_it() -> None:
    for row in table("metrics")["cues"]:
        assert set(row) <= {"words", "gives", "lifts", "kinds", "examples"}
        assert {*row.get("gives", {}), *row.get("lifts", {})} <= {*REGISTRY, "none"}
        assert row["examples"]
        for text, _, _ in row["examples"]:
            flat = " ".join(lay_out(text).words)
            assert any(w.lower().replace("-", " ") in flat for w in row["words"]), row["words"]


@pytest.mark.parametrize("row", table("numbers")["examples"], ids=lambda row: row["text"])
def test_quantities(row: dict[str, Any]) -> None:
    found = find_quantities(lay_out(row["text"]))
    units = {"power": "W"}
    got = [[m.value, m.currency or units.get(m.kind, m.kind), str(m.relation)] for m in found]
    assert [g[1:] for g in got] == [w[1:] for w in row["gives"]]
    assert [g[0] for g in got] == pytest.approx([w[0] for w in row["gives"]])


@pytest.mark.parametrize("row", table("names")["examples"], ids=lambda row: row["text"])
def test_names(row: dict[str, Any]) -> None:
    found = find_names(lay_out(row["text"]), ())
    assert sorted({n.entity for n in found if n.kind == "company"}) == sorted(row["names"])


@pytest.mark.parametrize("row", table("roles")["rules"], ids=lambda row: row["example"][0])
def test_roles(row: dict[str, Any]) -> None:
    text, value, entity = row["example"]
    assert read(text, value).entity == entity


@pytest.mark.parametrize("row", table("deals")["examples"], ids=lambda row: row["text"])
def test_deals(row: dict[str, Any]) -> None:
    value, entity, metric = row["gives"]
    found = read(row["text"], value)
    assert (found.entity, found.metric) == (entity, metric)


@pytest.mark.parametrize("row", table("builds")["examples"], ids=lambda row: row["text"])
def test_constructions(row: dict[str, Any]) -> None:
    value, metric = row["gives"]
    assert read(row["text"], value).metric == metric


@pytest.mark.parametrize("case", STANCES, ids=lambda case: case[2][0])
def test_stance(case: tuple[str, str, list[str]]) -> None:
    group, means, (text, value) = case
    found = read(text, value)
    assert str(found.modality if group == "modality" else found.status) == means


@pytest.mark.parametrize("row", table("times")["examples"], ids=lambda row: row["text"])
def test_times(row: dict[str, Any]) -> None:
    value, day, period = row["gives"]
    assert read(row["text"], value, day).period == period


def literals(value: Any) -> list[str]:
    if isinstance(value, str):
        return value.split("\n")[0:1] if "\n" not in value else []
    if isinstance(value, dict):
        told = {k: v for k, v in value.items() if k not in ("examples", "example")}
        return [s for k, v in told.items() for s in (*([] if k in REGISTRY else [k]), *literals(v))]
    if isinstance(value, list | frozenset):
        return [s for v in value for s in literals(v)]
    return []


def test_no_lexicon_holds_three_words_in_a_row_from_the_development_articles() -> None:
    if not DOCUMENTS.is_dir():
        pytest.skip("the development articles are not on this machine")
    text = " ".join(
        word
        for path in sorted(DOCUMENTS.glob("*.txt"))
        for word in lay_out(path.read_text(encoding="utf-8")).words
    )
    for name in NAMES:
        for literal in literals(table(name)):
            words = lay_out(literal).words
            if len(words) >= 3:
                assert " ".join(words) not in text, f"{name}: {literal}"


def test_no_lexicon_names_an_entity_of_the_bundled_book() -> None:
    book = tomllib.loads((files("crossbearing.books") / "frontier" / "book.toml").read_text(encoding="utf-8"))
    spelled = {
        w
        for name, row in book["entities"].items()
        for s in (name, *row.get("aliases", ()))
        for w in [s.lower()]
    }
    for name in NAMES:
        for value in lexicon(name).values():
            if isinstance(value, frozenset):
                assert not spelled & value, name
        assert not spelled & {s.lower() for s in literals(table(name))}, name
