"""What a citizen's page shows beside the dossier: what was handed in with it, and its parcel.

Only for whoever has proved himself for one of them: the same person's, by name and telephone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlmodel import Session, col

from postal_tracker.core.bilingual_terms import Lang, pick
from postal_tracker.core.dates import midnight
from postal_tracker.core.journey import Stage
from postal_tracker.core.working_days import local_day
from postal_tracker.storage.prepared import Prepared
from postal_tracker.storage.tables import Applicant, Dossier, Enclosure, Parcel, RatedDossier
from postal_tracker.views.citizen import stands
from postal_tracker.views.lookup import DOSSIERS, feedback_token, link_token, rating_token


@dataclass(frozen=True, slots=True)
class BesideView:
    """Another dossier that the same person handed in at the same desk on the same day.

    None of which the receipt's link was revoked: whoever was shut out of that one may have this
    one's receipt, too.
    """

    code: str
    procedure_name: str
    stage_text: str
    token: str
    """What opens its page, as the QR code of its own receipt does."""


@dataclass(frozen=True, slots=True)
class AroundView:
    """What a citizen's page shows beside the dossier itself."""

    beside: list[BesideView]
    parcel: tuple[str, str] | None
    """Carrier and number of the parcel that it travels in."""
    rating: str
    """What the address ends with under which it is rated; empty before it is over, and after."""
    feedback: str
    """What the address ends with under which something is asked or said of it."""


GIVEN_OUT = (Stage.DELIVERED, Stage.COLLECTED)
"""Whoever has the result can say how it went."""

_MOST_BESIDE = 20

_OWN = Prepared(
    select(
        *(col(Dossier.id), col(Dossier.office_id), col(Dossier.received_at)),
        *(col(Dossier.lookup_code), col(Dossier.link_number), col(Dossier.stage)),
        col(Dossier.since),
        *(col(Applicant.phone), col(Applicant.name_folded)),
        *(col(Parcel.carrier), col(Parcel.tracking_number)),
    )
    .join(Applicant, col(Applicant.dossier_id) == col(Dossier.id))
    .outerjoin(Enclosure, col(Enclosure.dossier_id) == col(Dossier.id))
    .outerjoin(Parcel, and_(col(Parcel.id) == col(Enclosure.parcel_id), col(Parcel.open)))
    .outerjoin(RatedDossier, col(RatedDossier.dossier_id) == col(Dossier.id))
    .add_columns(col(RatedDossier.dossier_id).label("rated"))
    .where(col(Dossier.code) == bindparam("b_code"))
    .order_by(col(Parcel.id).is_(None), col(Parcel.id).desc())
    .limit(1)
)
_BESIDE = Prepared(
    DOSSIERS.where(
        col(Applicant.phone) == bindparam("b_phone"),
        col(Applicant.name_folded) == bindparam("b_name"),
        col(Dossier.office_id) == bindparam("b_office"),
        col(Dossier.received_at) >= bindparam("b_from"),
        col(Dossier.received_at) < bindparam("b_until"),
        col(Dossier.id) != bindparam("b_id"),
        col(Dossier.link_number) == 0,
    )
    .order_by(col(Dossier.id))
    .limit(_MOST_BESIDE)
)


def around(
    session: Session, code: str, *, secret: str, ended_after: datetime, lang: Lang
) -> AroundView:
    """Return what belongs to a dossier whose citizen has proved himself. `secret` signs links.

    What ended before `ended_after` is not rated any more.
    """
    connection = session.connection()
    own = _OWN.first(connection, {"b_code": code})
    if own is None:
        return AroundView([], None, "", "")
    begins = midnight(local_day(own.received_at))
    same = {
        **{"b_phone": own.phone, "b_name": own.name_folded, "b_office": own.office_id},
        **{"b_from": begins, "b_until": begins + timedelta(days=1), "b_id": own.id},
    }
    rows = _BESIDE.all(connection, same) if own.phone else []
    beside = [_beside(row, secret, lang) for row in rows]
    parcel = (own.carrier, own.tracking_number) if own.carrier else None
    can_rate = own.stage in GIVEN_OUT and own.rated is None and own.since >= ended_after
    token = rating_token(own.lookup_code, secret, own.link_number) if can_rate else ""
    say = feedback_token(own.lookup_code, secret, own.link_number)
    return AroundView(beside, parcel, token, say)


def _beside(row: Any, secret: str, lang: Lang) -> BesideView:
    return BesideView(
        row.code,
        pick((row.procedure_vi, row.procedure_en), lang),
        stands(row, lang),
        link_token(row.lookup_code, secret, row.link_number),
    )
