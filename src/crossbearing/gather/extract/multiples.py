"""Whether a multiple is a price over sales ("30 times sales") or a ratio that a text works out ("three times last year's figure")."""

from __future__ import annotations

from crossbearing.gather.extract.around import STRONG, scale, words_after, words_before
from crossbearing.gather.extract.layout import Layout
from crossbearing.gather.extract.lexicon import lexicon
from crossbearing.gather.extract.readings import Reading

PRICE = "valuation.multiple"
RATIO = "arithmetic"


def of_price(layout: Layout, reading: Reading) -> None:
    """Settles a multiple in digits or words by the noun it multiplies."""
    table = lexicon("builds")
    if reading.mention.form == "factor":
        return
    after, before = words_after(layout, reading, 6), words_before(layout, reading, 3)
    here = layout.breaks[reading.mention.first]
    after = [w for at, w in enumerate(after, reading.mention.stop) if layout.breaks[at] == here]
    if before[-1:] and before[-1] in table["priced_at"]:
        return
    earned = next((at for at, word in enumerate(after) if word in table["earned"]), -1)
    compared = next((at for at, word in enumerate(after) if word in table["comparing"]), -1)
    if earned >= 0 and (compared < 0 or earned < compared) and not {"more", "what"} & set(after[:earned]):
        return
    if compared >= 0 and after[compared] in ("as", "what", "that") and compared > 0:
        compared = -1
    grown = not table["growing"].isdisjoint(before)
    spanned = after[:1] == ["in"] and not {"months", "years", "year", "weeks"}.isdisjoint(after)
    if compared >= 0 or grown or spanned:
        reading.add(RATIO, STRONG)
        scale(reading, PRICE, 0.3)
