"""Sections of the report: what their charts say, against the numbers they are made of."""

from datetime import date
from pathlib import Path
from typing import Any

from crossbearing import pipeline
from crossbearing.publish.report.adoption_chart import adoption
from crossbearing.publish.report.bridge_chart import waterfall
from crossbearing.publish.report.page import report_page
from crossbearing.vocabulary.book import Book

SPREAD = {"p5": 90e9, "p50": 100e9, "p95": 110e9}
BRIDGE: dict[str, Any] = {
    "gross": SPREAD,
    "net": {"p5": 75e9, "p50": 84e9, "p95": 95e9},
    "channels": [
        {"name": "cloud", "share": 0.4, "fee": 0.3},
        {"name": "market", "share": 0.2, "fee": 0.2},
        {"name": "direct", "share": 0.4, "fee": 0.0},
    ],
}


def test_the_steps_of_the_waterfall_lead_from_gross_to_net_in_proportion_to_share_times_fee() -> None:
    rows = waterfall(BRIDGE)["data"]["values"]
    assert [r["step"] for r in rows] == ["gross", "kept by cloud", "kept by market", "net"]
    assert [round(r["high"] - r["low"], 3) for r in rows] == [100e9, 12e9, 4e9, 84e9]
    assert rows[1]["high"] == 100e9
    assert rows[2]["low"] == 84e9


def test_without_channels_the_step_is_one_and_no_company_is_drawn_twice() -> None:
    rows = waterfall({**BRIDGE, "channels": []})["data"]["values"]
    assert [r["step"] for r in rows] == ["gross", "kept by partners", "net"]


def shares(*rows: tuple[str, str, str, str]) -> Book:
    text = "id,entity,metric,value,unit,period,basis,definition,status,modality,source,via,known,qualifiers,locator,visibility,note\n"
    for n, (entity, value, month, qualifiers) in enumerate(rows):
        text += f"a{n},{entity},adoption.business_share,{value},ratio,{month},n/a,,measured,actual,panel,,,{qualifiers},,,\n"
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "claims.csv").write_text(text, encoding="utf-8")
        (folder / "sources.csv").write_text(
            "id,publisher,title,url,published,kind,origin,grade,note\npanel,Panel,,,2026-04-30,index,,B,\n",
            encoding="utf-8",
        )
        (folder / "book.toml").write_text(
            '[book]\ntitle="t"\nformat=1\nends="2026-05-01"\n[entities.A]\nkind="company"\n[entities.B]\nkind="company"\n',
            encoding="utf-8",
        )
        return pipeline.open_book(folder).sound()


def test_one_method_and_the_whole_population_are_drawn() -> None:
    book = shares(
        ("A", "10%", "2026-01", "method=card"),
        ("A", "12%", "2026-02", "method=card"),
        ("B", "15%", "2026-01", "method=card"),
        ("B", "40%", "2026-01", "method=survey"),
        ("A", "60%", "2026-02", "method=card; industry=software"),
    )
    spec = adoption(book, ("A", "B"))
    assert spec is not None
    assert [r["id"] for r in spec["data"]["values"]] == ["a0", "a1", "a2"]
    assert adoption(shares(("A", "10%", "2026-01", "method=card")), ("A",)) is None


def test_a_company_whose_ratio_is_not_identified_says_why(two_makers: Path) -> None:
    opened = pipeline.check_book(pipeline.open_book(two_makers))
    content = pipeline.report_content(opened, as_of=date(2026, 3, 31), seed=0)
    page = report_page(content)
    refused = [p for p in content.presented if p.bridge is None]
    assert refused
    assert "Not identified." in page
    assert all(p.why_not for p in refused)
