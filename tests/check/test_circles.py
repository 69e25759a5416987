"""Circles of money."""

from hypothesis import given
from hypothesis import strategies as st

from crossbearing.check.circles import circles
from crossbearing.vocabulary.book import Relation


def relation(number: int, giver: str, kind: str, taker: str) -> Relation:
    return Relation(f"r{number}", giver, kind, taker)


def test_an_investor_that_supplies_closes_a_circle() -> None:
    found = circles([relation(1, "Cloud", "invests_in", "Lab"), relation(2, "Cloud", "supplies", "Lab")])
    assert [c.parties for c in found] == [("Cloud", "Lab")]
    assert set(found[0].relations) == {"r1", "r2"}


def test_competition_closes_none() -> None:
    assert circles([relation(1, "A", "competes_with", "B"), relation(2, "B", "competes_with", "A")]) == ()


def test_a_longer_circle_is_found_once() -> None:
    found = circles(
        [
            relation(1, "Chip", "invests_in", "Lab"),
            relation(2, "Lab", "buys_from", "Cloud"),
            relation(3, "Cloud", "buys_from", "Chip"),
        ]
    )
    assert [c.parties for c in found] == [("Chip", "Lab", "Cloud")]


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ABCD"),
            st.sampled_from(["invests_in", "supplies", "buys_from", "distributes"]),
            st.sampled_from("ABCD"),
        ),
        max_size=12,
    )
)
def test_every_circle_is_a_closed_path_of_distinct_parties(edges: list[tuple[str, str, str]]) -> None:
    relations = [relation(n, *e) for n, e in enumerate(edges)]
    found = circles(relations)
    assert len({c.parties for c in found}) == len(found)
    for circle in found:
        assert len(set(circle.parties)) == len(circle.parties) >= 2
        assert circle.parties[0] == min(circle.parties)
        assert set(circle.relations) <= {r.id for r in relations}
