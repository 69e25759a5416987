"""Money in and out of a holding, on numbers and on arrays of draws: proceeds, outlays, rate of return, break-even."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from crossbearing.value.returns import internal_rate
from crossbearing.value.structure import HOLDING, Structure, back, rofr_factor, through

FIRST = 4  # outcome, entry, dilution and hold stand before the terms


@dataclass(frozen=True, slots=True)
class Holding:
    """How money passes through a structure; each method takes outcome, entry, dilution, hold, holding and layer terms.

    Attributes:
        terms: How many holding terms there are: none for a direct holding, else those of `HOLDING`.
    """

    terms: int

    @classmethod
    def of(cls, structure: Structure) -> Holding:
        """The holding of a structure."""
        assert len(structure.holding) in (0, len(HOLDING))
        return cls(len(structure.holding))

    def net(self, *a: Any) -> Any:
        """Proceeds for each unit of money paid in, if the transfer stands."""
        exit_value, entry, dilution, years = a[:FIRST]
        held, flat = a[FIRST : FIRST + self.terms], a[FIRST + self.terms :]
        multiple = through(exit_value / entry * (1.0 - dilution), years, *flat)
        return multiple / rofr_factor(held[1], held[2]) if self.terms else multiple

    def expected(self, *a: Any) -> Any:
        """Proceeds with the risk that the transfer is void."""
        if not self.terms:
            return self.net(*a)
        void, recovery = a[FIRST + 3], a[FIRST + 4]
        return (1.0 - void) * self.net(*a) + void * recovery

    def bills(self, *a: Any) -> list[tuple[float, Any]]:
        """Yearly bills before the exit: (years, part of the money paid in); a is as for `net`, or without the outcome."""
        if not self.terms:
            return []
        shift = FIRST - 1
        years, bill = float(np.max(a[shift - 1])), a[shift + 5]
        return [(float(k), bill) for k in range(1, int(np.ceil(years)))]

    def outlay(self, *a: Any) -> Any:
        """All money paid, without interest, for each unit paid in."""
        return 1.0 + sum((bill for _, bill in self.bills(*a[1:])), 0.0)

    def net_return(self, *a: Any) -> Any:
        """Proceeds over all money paid, less one, if the transfer stands."""
        return self.net(*a) / self.outlay(*a) - 1.0

    def expected_return(self, *a: Any) -> Any:
        """Expected proceeds over all money paid, less one."""
        return self.expected(*a) / self.outlay(*a) - 1.0

    def rate_of_return(self, *a: Any) -> Any:
        """Internal rate of return a year of the expected flows; -100 % where nothing comes back."""
        proceeds = np.asarray(self.expected(*a), float)
        paid = [(0.0, -1.0), *((t, -bill) for t, bill in self.bills(*a[1:]))]
        some = np.maximum(proceeds, 1e-300)
        return np.where(proceeds > 0, internal_rate([*paid, (float(np.max(a[3])), some)]), -1.0)

    def needed(self, hurdle: Any, *a: Any) -> Any:
        """Proceeds at which the money paid earns a hurdle a year; a is as for `net`, without the outcome."""
        years = a[2]
        grown = sum((bill * (1.0 + hurdle) ** (years - t) for t, bill in self.bills(*a)), 0.0)
        return (1.0 + hurdle) ** years + grown

    def break_even(self, hurdle: Any, *a: Any) -> Any:
        """Outcome at which the expected proceeds are what is needed; a is as for `net`, without the outcome."""
        entry, dilution, years = a[:3]
        held, flat = a[3 : 3 + self.terms], a[3 + self.terms :]
        proceeds = self.needed(hurdle, *a)
        if self.terms:
            proceeds = (proceeds - held[3] * held[4]) / (1.0 - held[3]) * rofr_factor(held[1], held[2])
        return np.asarray(back(proceeds, years, *flat)) * entry / (1.0 - dilution)
