"""The stored results of the calibration study, as the report and the documentation show them."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

STORED = "study.json"


@lru_cache(maxsize=1)
def stored() -> dict[str, Any] | None:
    """The results that ship with the package, or None where there are none."""
    path = files("crossbearing.score") / STORED
    if not path.is_file():
        return None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
