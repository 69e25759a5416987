"""Reading the user's own files of terms (vehicle, listing): every figure with its line, nothing defaulted, nothing ignored."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from crossbearing.problems import UsageError
from crossbearing.value.term import Term, judged, missing
from crossbearing.vocabulary.assumption import parse_judgment
from crossbearing.vocabulary.cell import CellError


@dataclass(frozen=True, slots=True)
class TermsFile:
    """A TOML file of terms.

    Attributes:
        path: Where it was read from.
        text: Its text, for line numbers.
        tables: Its content.
        seed: Seed of the random numbers.
    """

    path: Path
    text: str
    tables: Mapping[str, Any]
    seed: int = 0

    def fault(self, key: str, what: str, why: str = "", mend: str = "", nth: int = 0) -> UsageError:
        """An error at the line on which a key stands for the nth time."""
        return UsageError(f"{self.place(key, nth)}: {what}", why, mend)

    def place(self, key: str, nth: int = 0) -> str:
        """`file:line:column` of a key, or the file where the key is absent."""
        found = list(re.finditer(rf"(?m)^[ \t\[]*{re.escape(key)}\b", self.text))
        if not found:
            return str(self.path.name)
        at = found[min(nth, len(found) - 1)].start()
        line = self.text.count("\n", 0, at) + 1
        return f"{self.path.name}:{line}:1"

    def only(self, table: Mapping[str, Any], allowed: tuple[str, ...], where: str) -> None:
        """Refuse keys that mean nothing here, so that a misspelt fee is not a forgotten one.

        Raises:
            UsageError: A key is unknown.
        """
        for key in table:
            if key not in allowed:
                raise self.fault(
                    key,
                    f"unknown entry {key!r} in [{where}]",
                    "a misspelt term would be left out of the sum",
                    f"entries are {', '.join(allowed)}",
                )

    def figure(
        self, table: Mapping[str, Any], key: str, label: str, unit: str, *, where: str, nth: int = 0
    ) -> Term:
        """A figure or range of the file as an operand; what is absent is needed, not zero.

        Raises:
            UsageError: Not a figure, or a share outside 0 to 1.
        """
        name = f"{where}.{key}"
        if key not in table:
            return missing(name, label, unit, f"{key} in [{where}] of {self.path.name}")
        raw = table[key]
        text = f"{raw}" if isinstance(raw, (int, float)) and not isinstance(raw, bool) else raw
        if not isinstance(text, str):
            raise self.fault(key, f"{key} is no figure", "", 'write a figure such as "5%" or "3% to 6%"', nth)
        try:
            judgment = parse_judgment(text, "logitnormal" if unit == "ratio" else "lognormal")
        except CellError as fault:
            raise self.fault(key, fault.what, fault.why, fault.mend, nth) from fault
        if unit == "ratio" and not 0 <= judgment.low <= judgment.high <= 1:
            raise self.fault(
                key, f"{key} = {text} is no share", "a share lies between 0 and 1", 'write "5%"', nth
            )
        if judgment.low < 0:
            raise self.fault(key, f"{key} = {text} is negative", "", "write a positive figure", nth)
        return judged(name, label, unit, judgment, f"{self.path.name} {name}", seed=self.seed)

    def day(self, table: Mapping[str, Any], key: str, where: str) -> date:
        """A date of the file.

        Raises:
            UsageError: Absent or no date.
        """
        found = table.get(key)
        if not isinstance(found, date):
            raise self.fault(
                key, f"[{where}] needs {key} as a date", "", f"write {key} = 2026-10-15, without quotes"
            )
        return found


def read_terms(path: Path, seed: int = 0) -> TermsFile:
    """A file of terms.

    Raises:
        UsageError: The file is not there, is not UTF-8, or is not TOML.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return TermsFile(path, text, tomllib.loads(text), seed)
    except OSError as fault:
        raise UsageError(
            f"cannot read {path}", str(fault.strerror or fault), "name a file of terms"
        ) from fault
    except UnicodeDecodeError as fault:
        raise UsageError(f"{path.name} is not UTF-8", str(fault), "save it as UTF-8") from fault
    except tomllib.TOMLDecodeError as fault:
        place = re.search(r"line (\d+), column (\d+)", str(fault))
        where = f"{path.name}:{place[1]}:{place[2]}" if place else path.name
        raise UsageError(f"{where}: not TOML: {fault}", "", 'quote percentages: carry = "20%"') from fault
