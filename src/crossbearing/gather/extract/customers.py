"""A company named as a part of somebody's revenue is a customer: "Acme was 40% of revenue", "that merchant is 14% of sales"."""

from __future__ import annotations

from collections.abc import Sequence

from crossbearing.gather.extract.around import STRONG, scale, words_after
from crossbearing.gather.extract.layout import Layout, Sentence
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.readings import REVENUES, Reading
from crossbearing.gather.extract.scene import Actor, Scene

REACH = 6


def name_customers(
    layout: Layout, sentence: Sentence, cast: Sequence[Actor], scene: Scene, readings: Sequence[Reading]
) -> None:
    """Settles shares of revenue whose subject is another company than the one the text is about, or a customer without a name."""
    for reading in readings:
        if reading.mention.kind != "percent" or not _of_revenue(layout, reading):
            continue
        at = _verb(layout, sentence, reading)
        if at < 0:
            continue
        subjects = [a for a in cast if a.named and a.stop == at and a.kind == "company" and not a.owner]
        other = bool(subjects) and scene.opened and subjects[-1].entity != scene.main
        lead = layout.words[sentence.first : at]
        client = bool(lead) and lead[-1] in lexicon("builds")["clients"] and len(lead) <= REACH
        client &= {"no", "from", "to", "for"}.isdisjoint(lead)
        if not (other or client):
            continue
        reading.add("customers.revenue_concentration", STRONG + 2)
        scale(reading, "revenue.mix", 0.3)
        if other:
            reading.owner = scene.main
            scene.focus, scene.focus_kind = scene.main, scene.main_kind


def _of_revenue(layout: Layout, reading: Reading) -> bool:
    """Whether "of revenue" follows, with at most two words between: "of its contracted revenue"."""
    words = words_after(layout, reading, 5)
    if words[:1] == ["customer"]:
        return True
    return words[:1] == ["of"] and not set(REVENUES).isdisjoint(words[1:4])


def _verb(layout: Layout, sentence: Sentence, reading: Reading) -> int:
    """Place of the verb of making up before a share: "was", "represents", "accounted for"; -1 where there is none."""
    verbs = lexicon("builds")["making_up"]
    for at in range(reading.mention.opens - 1, max(sentence.first, reading.mention.opens - REACH), -1):
        if layout.words[at] in verbs:
            return at
        if layout.breaks[at] != layout.breaks[reading.mention.first]:
            return -1
    return -1
