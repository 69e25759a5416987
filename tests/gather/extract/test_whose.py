"""Whose a figure is, in small texts of our own: each has one figure that a nearer name would take."""

from types import SimpleNamespace

import pytest

from crossbearing.gather.extract import Document, extract
from crossbearing.gather.extract.layout import lay_out
from crossbearing.gather.extract.names import find_names
from crossbearing.gather.extract.scene import open_scene
from crossbearing.gather.extract.writing import _not_of_bystanders
from crossbearing.vocabulary.book import Entity
from crossbearing.vocabulary.metric import standard_registry

TEXTS = {
    "what one company says of another": (
        "Brindle said Larkspur's net run rate was $22 million.",
        "$22 million",
        "Larkspur",
    ),
    "a name that only ends a sentence is not what the text goes on about": (
        (
            "Brindle to list\n\nBrindle makes pumps. It sold most of them to a plant called Corran Stack.\n\n"
            "Revenue was $40 million last year."
        ),
        "$40 million",
        "Brindle",
    ),
    "a list after a colon": (
        "Brindle grows\n\nBrindle sells pumps. Its customers tell the story: Larkspur, Vexel, Quarrel Labs. Revenue grew 380%.",
        "380%",
        "Brindle",
    ),
    "who led the round is not what was priced": (
        "Brindle raised twice last year. In July Larkspur Capital led another $50 million at $3 billion.",
        "$3 billion",
        "Brindle",
    ),
    "a leader of a round does not become the subject": (
        (
            "Brindle raised again. In July Larkspur Capital and Vexel Partners led a $50 million Series C.\n\n"
            "Brindle sells pumps. In other words, the company has become twice as dear."
        ),
        "twice",
        "Brindle",
    ),
    "the founder of one company puts money into another": (
        (
            "Vexel's founder bets on Brindle\n\nBrindle has raised $50 million from Aldo Quist, the Vexel founder. "
            "The deal prices the company at $3 billion."
        ),
        "$3 billion",
        "Brindle",
    ),
    "a label of a line is no company": (
        "Brindle sells pumps.\n\nRisks\n\nCustomer Concentration: 77% of revenue from two plants.",
        "77%",
        "Brindle",
    ),
    "figures in brackets after names": (
        "Brindle signed contracts with Larkspur Labs (300 MW) and Vexel AI (500 MW).",
        "300 MW",
        "Larkspur Labs",
    ),
    "respectively, with another figure behind": (
        (
            "Brindle raised $2 billion; Quarrel Labs and Vexel AI raised $160 million and $70 million respectively, "
            "both at more than $1 billion."
        ),
        "$160 million",
        "Quarrel Labs",
    ),
    "a name written like iQuarrel begins a sentence": (
        "Brindle raised $30 million. iQuarrel raised $20 million. Vexel raised $10 million.",
        "$20 million",
        "iQuarrel",
    ),
    "a stake bought in a company prices that company": (
        "Larkspur Capital bought 21% of Brindle in 2030, at a valuation above $1 billion. Brindle sells pumps.",
        "$1 billion",
        "Brindle",
    ),
    "the article of a name that ends in Company": (
        "The Ashdown Pump Company ended March with 11 million subscribers.",
        "11 million",
        "The Ashdown Pump Company",
    ),
    "the compute contract of a customer named between figure and noun": (
        "Brindle has signed a $20 billion multi-year Vexel compute contract.  Vexel said it needs the compute capacity.",
        "$20 billion",
        "Vexel",
    ),
    "versus what was expected": (
        "Brindle beat Vexel last year, says Larkspur.\n\nBrindle reported revenue of $1.6 billion versus $1.5 billion expected.",
        "$1.5 billion",
        "Brindle",
    ),
    "they, in a new paragraph": (
        (
            "Brindle to list\n\nBrindle makes rockets. Corran Stack is its lander.\n\nCorran Stack, now old, is on its way."
            "\n\nAt the top of the range they'd raise $697 million."
        ),
        "$697 million",
        "Brindle",
    ),
}


@pytest.mark.parametrize(("text", "value", "entity"), TEXTS.values(), ids=TEXTS)
def test_figure_belongs_to(text: str, value: str, entity: str) -> None:
    found = {p.value_text: p.entity for p in extract(Document(text, "own.txt"), (), standard_registry())}
    assert found[value] == entity


def test_a_name_of_the_book_that_ends_in_s() -> None:
    text = "Quarrel's, its listed rival, says that profit was $15 million. Brindle sells pumps, and Brindle grew."
    book = (Entity("Quarrel's"), Entity("Brindle"))
    assert [p.entity for p in extract(Document(text, "own.txt"), book, standard_registry())] == ["Quarrel's"]


def test_a_name_that_rarely_owns_figures_weighs_less_by_half_at_most() -> None:
    layout = lay_out(
        "Brindle grows\n\nBrindle makes pumps. Brindle's revenue was $90 million last year, and Brindle's margin was 40%.\n\n"
        "The Corran plant was bought in May. The Corran booked orders of $7 million in June."
    )
    scene = open_scene(layout, find_names(layout, ()))
    assert scene.owning["Brindle"] > 0 > scene.owning["Corran"]
    weights = {"Brindle": 0.5, "Corran": 1.0, "market": 0.9}
    _not_of_bystanders(weights, SimpleNamespace(scene=scene))  # type: ignore[arg-type]
    assert weights == {"Brindle": 0.5, "Corran": pytest.approx(0.5), "market": 0.9}
    scene.main = "Corran"
    _not_of_bystanders(weights, SimpleNamespace(scene=scene))  # type: ignore[arg-type]
    assert weights["Corran"] == pytest.approx(0.5), "whom the text is about keeps its weight"
