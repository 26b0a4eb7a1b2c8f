"""How somebody wants to be told: taken down at the desk, and held to from then on."""

from datetime import datetime
from typing import Literal

from pydantic import Field
from sqlmodel import Session

from postal_tracker.access import Caller, Scope
from postal_tracker.core.notices import ToldBy, consent
from postal_tracker.forms import Form
from postal_tracker.outgoing.notices.dossiers import dossier_id
from postal_tracker.outgoing.notices.people import NOTHING
from postal_tracker.storage.tables import NoticeChoice


class NoticeChoiceForm(Form):
    """How a citizen wants to be told of what happens to a dossier."""

    wanted: bool = True
    """False: they want no notices at all."""
    channels: list[ToldBy] = Field(default_factory=list, max_length=3)
    """By what, in their order; empty: as the centre has it."""
    lang: Literal["vi", "en"] = "vi"
    """In which language."""


def choose(
    session: Session, code: str, form: NoticeChoiceForm, *, by: Caller, now: datetime
) -> None:
    """Take down how somebody wants to be told. Raises NotFound."""
    id_ = dossier_id(session, code, by.scope)
    row = session.get(NoticeChoice, id_) or NoticeChoice(dossier_id=id_, chosen_at=now, by="")
    order = ",".join(dict.fromkeys(form.channels))
    row.channels, row.lang = order if form.wanted else NOTHING, form.lang
    row.chosen_at, row.by = now, by.label
    row.consent = consent.CURRENT if form.wanted else 0
    session.add(row)
    session.flush()


def chosen(session: Session, code: str, *, scope: Scope) -> NoticeChoiceForm:
    """Return how somebody wants to be told, as far as they said. Raises NotFound."""
    row = session.get(NoticeChoice, dossier_id(session, code, scope))
    if row is None:
        return NoticeChoiceForm()
    if row.channels == NOTHING:
        return NoticeChoiceForm(wanted=False)
    channels = [ToldBy(one) for one in row.channels.split(",") if one]
    return NoticeChoiceForm(channels=channels, lang="en" if row.lang == "en" else "vi")
