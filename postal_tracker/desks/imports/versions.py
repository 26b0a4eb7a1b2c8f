"""Versions of a procedure: what a new one puts an end to holds for dossiers received before it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from postal_tracker.storage.tables import Procedure, ProcedureVersion

_IN_LAW = ("name_vi", "name_en", "authority_id", "limit_number", "limit_unit", "post_counts")
"""What a receipt promises: of these a dossier must have what held on its day."""


def keep_version(
    session: Session, before: Procedure, values: Mapping[str, Any], columns: set[str]
) -> None:
    """Keep what held until the day before, if a list says from when something else holds.

    A list that gives no later day corrects what holds: that was never otherwise.
    """
    begins = values["valid_from"]
    is_later = begins and (before.valid_from is None or begins > before.valid_from)
    changed = [f for f in _IN_LAW if f in columns and getattr(before, f) != values[f]]
    if not is_later or not changed:
        return
    last = begins - timedelta(days=1)
    ends = min(before.valid_to, last) if before.valid_to else last
    kept = {field: getattr(before, field) for field in (*_IN_LAW, "valid_from")}
    session.merge(ProcedureVersion(procedure_id=before.id, valid_to=ends, **kept))
