"""What is told of one reading."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from adapters.event import Milestone
from postal_tracker.access import Caller
from postal_tracker.core.bilingual_terms import MILESTONES, STAGES, Pair
from postal_tracker.core.codes import wedge
from postal_tracker.core.journey import Stage
from postal_tracker.core.problems import Problem
from postal_tracker.desks import scanning
from postal_tracker.desks.scanning import ScanView
from postal_tracker.forms import ScanForm, field_invalid, read_as


class Tone(StrEnum):
    """How a reading is told: by colour, sign, word and sound."""

    RIGHT = "right"
    DOUBLE = "double"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Told:
    """What a reading came to. What was read is not in it: people scan identity cards."""

    tone: Tone
    vi: str
    en: str
    kind: str = ""
    """What it is: `dossier`, `parcel`, `handover`; empty of what is not in the record."""
    code: str = ""
    entries: list[int] = field(default_factory=list)
    """The ledger's entries that were made by it: `undo` takes them back."""

    def as_answer(self) -> dict[str, Any]:
        """Return it as it is kept with an idempotency key."""
        return asdict(self)


def told_again(answer: dict[str, Any]) -> Told:
    """Return what was told when the same reading came before."""
    kept = {name: value for name, value in answer.items() if name != "replayed"}
    return Told(**{**kept, "tone": Tone(kept["tone"])})


def refused(problem: Problem, kind: str = "", code: str = "") -> Told:
    """Return a problem as the answer to one reading."""
    first = problem.faults[0] if problem.faults else problem
    return Told(Tone.WRONG, first.vi, first.en, kind, code)


def read_one(session: Session, text: str, by: Caller) -> ScanView:
    """Return what a reading is. Raises Invalid (nothing), Conflict (a keyboard changed it)."""
    seen = scanning.read(session, read_as(ScanForm, {"code": text}), by=by)
    if seen.choices or seen.repaired:
        scanning.refuse_impossible(seen, "")
    if seen.kind == "unknown":
        raise field_invalid("code", *(wedge.SWITCH if wedge.is_changed(text) else _NOTHING))
    return seen


_NOTHING = (
    "Không tìm thấy gì với mã này. Vui lòng quét lại.",
    "Nothing is found for this code. Scan it again.",
)


def told_of(tone: Tone, seen: ScanView, pair: Pair) -> Told:
    """Return what is told of something in the record, in Vietnamese and English."""
    return Told(tone, *pair, seen.kind, seen.code)


def standing_of(seen: ScanView) -> Pair:
    """Say where it stands."""
    if seen.kind == "dossier":
        return STAGES[Stage(seen.stage or "")]
    if seen.kind == "parcel":
        return MILESTONES[Milestone(seen.stage or "")]
    return _LIST_SIGNED if seen.stage == "signed" else _LIST_OPEN


_LIST_SIGNED = ("Bảng kê đã ký nhận", "A list, signed")
_LIST_OPEN = ("Bảng kê chưa ký nhận", "A list, not signed yet")
