"""What a figure that says little of itself takes from the figures before it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from crossbearing.gather.extract.cues import DERIVED, NOTHING, STRONG
from crossbearing.gather.extract.ellipsis import stands_alone
from crossbearing.gather.extract.layout import Layout, Sentence
from crossbearing.gather.extract.quantities import Mention
from crossbearing.gather.extract.readings import FAINT, MEASURES, Reading

THIN = 2.0
THAT = (["that"], ["this"], ["it"], ["which"], ["these"])
TALLIES = frozenset(("number", "figure", "total", "count", "tally"))
LIKE = 40.0  # two levels of one count are within this factor
SETTLED = 5.0  # a margin named in full has more


def carry(layout: Layout, readings: Sequence[Reading]) -> None:
    """A figure that says nothing of itself takes the metric of the figure before it in the paragraph."""
    last: dict[str, Reading] = {}
    priced: Reading | None = None
    earned: Reading | None = None
    worked: Reading | None = None
    worked_at: Reading | None = None
    for reading in readings:
        if reading.dropped:
            continue
        mention = reading.mention
        before = last.get(mention.kind)
        if mention.kind == "multiple" and mention.form != "factor":
            _price_multiple(layout, reading, priced, before)
        if mention.kind == "percent":
            _as_share(layout, reading, earned, worked)
        if "margin.operating" in reading.weights and reading.best[1] < SETTLED and _near(reading, worked):
            reading.add("margin.operating", 2.5)
        if worked_at is not None and _that_profit(layout, reading) and _near(reading, worked_at):
            reading.weights = {worked_at.best[0]: worked_at.best[1]}
        _same_profit(reading, worked_at)
        _priced_again(reading, before)
        if before is not None and not _labelled(layout, reading):
            _take_over(layout, reading, before)
        if reading.best[1] >= 2 and reading.best[0] not in (DERIVED, NOTHING):
            last[mention.kind] = reading
        if mention.kind == "money":
            worked = reading if reading.best[0] == "profit.operating" else None
            earned = reading if reading.best[0].startswith("revenue.r") else None
            priced = reading if reading.best[0].startswith("valuation.") else priced
            worked_at = reading if reading.best[0].startswith("profit.") else worked_at


def _as_share(layout: Layout, reading: Reading, earned: Reading | None, worked: Reading | None) -> None:
    """A share of the revenue before, or the operating profit before as a share of sales."""
    if _of_that(layout, reading.mention) and _near(reading, earned):
        reading.add("revenue.mix", 6.0)
    if _that_is(layout, reading) and _near(reading, worked):
        reading.add("margin.operating", SETTLED)


def _that_is(layout: Layout, reading: Reading) -> bool:
    """Such as "That is 18 per cent", "which is 18% of sales": the figure before as a share."""
    words = layout.words[reading.sentence.first : reading.mention.opens]
    return words in (["that", "is"], ["that", "was"], ["this", "is"], ["this", "was"]) or words[-2:] in (
        ["which", "is"],
        ["which", "was"],
    )


def _price_multiple(layout: Layout, reading: Reading, priced: Reading | None, before: Reading | None) -> None:
    """A multiple after a price is one of it; so is "Brindle is at 3x" after "Acme trades at 17 times sales"."""
    if _near(reading, priced):
        reading.add("valuation.multiple", 1.8)
    again = before is not None and before.best[0] == "valuation.multiple" and _near(reading, before)
    if again and layout.word(reading.mention.opens - 1) in ("at", "on"):
        reading.add("valuation.multiple", 2.5)


def _that_profit(layout: Layout, reading: Reading) -> bool:
    """Such as "That loss had been $9 million in spring"."""
    if reading.mention.kind != "money" or not reading.best[0].startswith("profit."):
        return False
    words = layout.words[max(reading.sentence.first, reading.mention.opens - 5) : reading.mention.opens]
    return any(a in ("that", "this") and b in ("loss", "profit", "deficit") for a, b in pairwise(words))


def _same_profit(reading: Reading, before: Reading | None) -> None:
    """A loss without a measure, after a net one in the same paragraph, is net: "Net profit was $9m. A year before it lost $4m"."""
    if before is None or before.best[0] not in MEASURES or reading.best[0] != "profit.unspecified":
        return
    if reading.sentence.paragraph == before.sentence.paragraph:
        reading.add(before.best[0], reading.best[1] + 0.5 - reading.weights.get(before.best[0], 0.0))


def _priced_again(reading: Reading, before: Reading | None) -> None:
    """Such as "Acme is worth $4 billion. Brindle is at $12 billion.": what stands at a sum is priced where prices are told."""
    if before is None or reading.mention.kind != "money" or not before.best[0].startswith("valuation."):
        return
    weak = reading.best[0] == "revenue.run_rate" and reading.best[1] <= THIN
    if weak and _near(reading, before):
        reading.add(before.best[0], THIN + 0.5)


def _labelled(layout: Layout, reading: Reading) -> bool:
    """Such as "Ships at sea: 418": a count with a label of its own that no cue explains."""
    mention = reading.mention
    opens = reading.sentence.first
    bare = mention.kind == "count" and not reading.weights and reading.when is None
    return bare and mention.opens - opens > 1 and ":" in layout.gap(mention.opens)


def _take_over(layout: Layout, reading: Reading, before: Reading) -> None:
    """Evidence for the metric of the figure before, less by distance and less where the reading has its own."""
    mention, (metric, weight) = reading.mention, before.best
    apart = reading.sentence.paragraph - before.sentence.paragraph
    if mention.kind == "money" and mention.value >= 1e6 and 1 < apart <= 4 and not reading.weights:
        reading.add(metric, 1.25)
    if apart > 1:
        return
    again = _it_was(layout, mention, reading.sentence)
    reading.follows = before if again and not reading.weights else None
    if layout.word(mention.stop) == "such" and _related(metric, reading):
        reading.weights = {metric: weight}
    pointing = again or _points_back(layout, mention, reading.sentence)
    if weight < 2 or (reading.best[1] >= STRONG and not pointing) or metric in (DERIVED, NOTHING):
        return
    far = layout.of_word[mention.first] - layout.of_word[before.mention.first]
    alike = 1 / LIKE <= mention.value / (before.mention.value or 1.0) <= LIKE
    bare = mention.kind == "count" and alike and stands_alone(layout, mention)
    share = 0.9 if pointing else 0.6 if bare else 0.45 if mention.kind != "count" else 0.0
    if not pointing and not bare and reading.best[1] >= FAINT:
        share *= 0.5
    reading.add(metric, min(weight, 5.0) * share * 0.75 ** max(0, far - 1 - 2 * apart) * 0.8**apart)


def _related(metric: str, reading: Reading) -> bool:
    """Whether a reading may be of the same family: "820 such customers"."""
    return metric.split(".", maxsplit=1)[0] in {name.split(".")[0] for name in reading.weights}


def _of_that(layout: Layout, mention: Mention) -> bool:
    """Such as "60% of that", "of which 81%", "Of this, 44%": a part of the figure before."""
    after = layout.words[mention.stop : mention.stop + 2]
    before = layout.words[max(0, mention.opens - 2) : mention.opens]
    return any(pair[:1] == ["of"] and pair[1:] in THAT for pair in (after, before))


def _near(reading: Reading, other: Reading | None) -> bool:
    return other is not None and reading.sentence.paragraph - other.sentence.paragraph <= 1


def _it_was(layout: Layout, mention: Mention, sentence: Sentence) -> bool:
    """Such as "It was 36 last year", "In May it was 8.4": a short clause in which "it" stands for the figure before."""
    window = layout.words[max(sentence.first, mention.opens - 2) : mention.opens]
    if window[-1:] == ["it"] and layout.owner[mention.opens - 1]:
        return mention.opens - sentence.first <= 4
    return mention.opens - sentence.first <= 5 and window in (["it", "was"], ["it", "is"], ["it", "stood"])


def _points_back(layout: Layout, mention: Mention, sentence: Sentence) -> bool:
    """Such as "that number was 500", "the figure is now": a noun that stands for the figure before."""
    window = layout.words[max(sentence.first, mention.first - 8) : mention.first]
    return not TALLIES.isdisjoint(window)
