"""Provinces and wards since the reform of July 2025: 34 provinces, 3,321 wards, communes, zones.

They come from a data file of the package `vietnam-provinces` (decision 28). Where it is not
installed, or is laid out in another way, there are none, and people write what they know.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from postal_tracker.core.text import folded

_FILE = "vietnam_provinces/data/nested-divisions.json"


@cache
def wards_by_province() -> Mapping[str, Sequence[str]]:
    """Return the names of the wards of each province, by name; may be empty."""
    try:
        path = Path(str(distribution("vietnam-provinces").locate_file(_FILE)))
        return read_wards(path.read_text(encoding="utf-8"))
    except (PackageNotFoundError, OSError, ValueError, LookupError, TypeError):
        return {}


def read_wards(text: str) -> dict[str, list[str]]:
    """Read the package's file. Raises ValueError, LookupError, TypeError (another layout)."""
    return {
        _named(one): sorted((_plain(ward["name"]) for ward in one["wards"]), key=folded)
        for one in json.loads(text)
    }


def _named(province: Mapping[str, Any]) -> str:
    """Return a province's whole name: the edition for Python 3.11 leaves "Tỉnh" out."""
    name, kind = _plain(province["name"]), "Tỉnh "
    return kind + name if province["division_type"] == "tỉnh" and kind not in name else name


def _plain(name: str) -> str:
    """Return a name without the doubled blanks that one edition has."""
    return " ".join(name.split())
