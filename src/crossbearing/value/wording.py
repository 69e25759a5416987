"""Figures of the valuation in words: multiples and percentages keep their decimals, because readers compare digits."""

from __future__ import annotations

from crossbearing.vocabulary.words import say

_RATES = {
    "x": (1, "x", ""),
    "return": (100, "%", "+"),
    "probability": (100, "%", ""),
    "ratio": (100, "%", ""),
}
_EACH = ("head", "user")
_PLAIN = {"log": ("+.3f", ""), "years": (".2f", " years"), "days": (".0f", " days")}


def show(value: float, unit: str, decimals: int = 1) -> str:
    """A figure in words.

    Args:
        value: In base units.
        unit: Base unit; also `return` (a signed percentage) and `probability`.
        decimals: Of multiples and percentages.
    """
    if unit in _RATES:
        factor, tail, sign = _RATES[unit]
        rounded = round(factor * value, decimals) + 0.0  # no minus zero
        text = f"{rounded:{sign if rounded else ''},.{decimals}f}{tail}"
        return text.replace("-", "−")
    if unit in _PLAIN:
        return f"{value:{_PLAIN[unit][0]}}{_PLAIN[unit][1]}".replace("-", "−")
    if unit[3:4] == "/" and unit[:3].isupper() and unit.split("/")[1] in _EACH:
        return say(value, unit[:3]) + unit[3:]
    return say(value, unit)
