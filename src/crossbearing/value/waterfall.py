"""Who gets what of an exit: preferences, participation and listing ratchets through a small cap table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crossbearing.problems import Refusal


@dataclass(frozen=True, slots=True)
class ShareClass:
    """One class of shares.

    Attributes:
        name: Of the class.
        shares: As-converted count.
        invested: Money paid for it; zero for common.
        preference: Liquidation preference as a multiple of the money paid; zero for common.
        participation: Total a participating class may take, as a multiple of the money paid; zero for none, infinite for
            full participation.
        ratchet: Value its holders are promised at a listing, as a multiple of the money paid; zero for none.
        rank: Seniority: a higher rank is paid before a lower one, equals share by preference.
    """

    name: str
    shares: float
    invested: float = 0.0
    preference: float = 0.0
    participation: float = 0.0
    ratchet: float = 0.0
    rank: int = 0

    @property
    def claim(self) -> float:
        """Money due before common."""
        return self.preference * self.invested


def liquidation(classes: Sequence[ShareClass], proceeds: Any) -> NDArray[np.float64]:
    """Proceeds of a sale by class. Each class takes the better of its preference and conversion.

    Payouts of all classes rise with the amount `p` a common share gets: a non-participating class gets max(preference,
    n p), a participating one min(preference + n p, cap) or n p if more. So the equilibrium is the one `p` at which they
    add up to the proceeds, found on the kinks of that line. Below the sum of preferences common gets nothing and the
    preferences are paid by rank.

    Args:
        classes: The cap table; at least one class without a preference.
        proceeds: Money to share out, net of debt: a number or an array.

    Returns:
        Array (class, draw) or (class,); it adds up to the proceeds.

    Raises:
        Refusal: Negative proceeds, or a cap table without common or with impossible figures.
    """
    _check(classes)
    money = np.asarray(proceeds, float)
    if (money < 0).any():
        raise Refusal(
            "equity is negative",
            "debt and debt-like claims exceed the value: there is nothing to share out",
            "check the value, the cash and the debt",
        )
    return _share_out(classes, money, [c.claim for c in classes], [c.participation for c in classes])


def listing(classes: Sequence[ShareClass], equity: Any) -> NDArray[np.float64]:
    """Equity before new money by class at a listing: preferred converts, and a ratchet is made good in new shares.

    A ratchet of r promises shares worth r times the money paid at the listing price, so its class takes max(n p, r x
    invested); the shares this takes come out of everybody else's part.

    Raises:
        Refusal: Negative equity, or ratchets that promise more than there is.
    """
    _check(classes)
    money = np.asarray(equity, float)
    floors = [c.ratchet * c.invested for c in classes]
    if (money < 0).any():
        raise Refusal(
            "equity is negative", "debt and debt-like claims exceed the value", "check value, cash and debt"
        )
    if sum(floors) > 0 and (money <= sum(floors)).any():
        raise Refusal(
            "the ratchets promise more than the whole equity",
            f"they come to {sum(floors):,.0f}",
            "no such listing is possible: the terms would be renegotiated",
        )
    return _share_out(classes, money, floors, [0.0] * len(classes))


def ratchet_shares(classes: Sequence[ShareClass], equity: Any) -> dict[str, Any]:
    """New shares each ratchet brings at a listing of that equity, by class; zero where the promise is met without."""
    payouts = listing(classes, equity)
    common = next(i for i, c in enumerate(classes) if not c.claim and not c.ratchet)
    price = payouts[common] / classes[common].shares
    return {c.name: paid / price - c.shares for c, paid in zip(classes, payouts, strict=True) if c.ratchet}


def _payout(c: ShareClass, claim: float, cap: float, p: NDArray[np.float64]) -> NDArray[np.float64]:
    """What a class gets when a common share gets `p` and every preference is met."""
    plain = c.shares * p
    if cap <= 0:
        return np.maximum(claim, plain)
    if np.isinf(cap):
        return claim + plain
    return np.maximum(np.minimum(claim + plain, max(cap * c.invested, claim)), plain)


def _kinks(
    classes: Sequence[ShareClass], claims: Sequence[float], caps: Sequence[float]
) -> NDArray[np.float64]:
    """Amounts a common share at which some class changes its mind."""
    points = {0.0}
    for c, claim, cap in zip(classes, claims, caps, strict=True):
        if cap <= 0:
            points.add(claim / c.shares)
        elif not np.isinf(cap):
            top = max(cap * c.invested, claim)
            points |= {(top - claim) / c.shares, top / c.shares}
    return np.array(sorted(points))


def _share_out(
    classes: Sequence[ShareClass], money: NDArray[np.float64], claims: Sequence[float], caps: Sequence[float]
) -> NDArray[np.float64]:
    kinks = _kinks(classes, claims, caps)
    far = kinks[-1] + (money.max(initial=0.0) + 1.0) / min(c.shares for c in classes)
    kinks = np.append(kinks, far)
    totals = sum(_payout(c, claim, cap, kinks) for c, claim, cap in zip(classes, claims, caps, strict=True))
    p = np.interp(money, np.asarray(totals), kinks)
    paid = np.stack([_payout(c, claim, cap, p) for c, claim, cap in zip(classes, claims, caps, strict=True)])
    short = money < sum(claims)
    return np.asarray(np.where(short, _by_rank(classes, claims, money), paid))


def _by_rank(
    classes: Sequence[ShareClass], claims: Sequence[float], money: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Preferences paid by seniority out of too little money; equals share in proportion."""
    left = money.copy()
    paid = [np.zeros_like(money) for _ in classes]
    for rank in sorted({c.rank for c in classes}, reverse=True):
        members = [i for i, c in enumerate(classes) if c.rank == rank and claims[i] > 0]
        due = sum(claims[i] for i in members)
        if not due:
            continue
        part = np.minimum(left, due)
        for i in members:
            paid[i] = part * claims[i] / due
        left = left - part
    return np.stack(paid)


def _check(classes: Sequence[ShareClass]) -> None:
    if not any(not c.claim and not c.ratchet for c in classes):
        raise Refusal(
            "the cap table has no common shares", "somebody must own what is left", "add the common class"
        )
    for c in classes:
        if c.shares <= 0 or c.invested < 0 or c.preference < 0 or c.ratchet < 0:
            raise Refusal(
                f"class {c.name} has impossible figures",
                "shares are positive, money and terms not negative",
                "",
            )
        if (c.claim or c.ratchet) and not c.invested:
            raise Refusal(
                f"class {c.name} has a preference on no money", "a preference is a multiple of money paid", ""
            )
