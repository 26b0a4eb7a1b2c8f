"""People who have handed something in before."""

from sqlmodel import Session

from postal_tracker.desks import doubles, registration
from postal_tracker.forms import ApplicantForm, DossierForm, read_as

HERE = {"address": "Số 5 Trần Phú", "ward": "Phường Uông Bí", "province": "Tỉnh Quảng Ninh"}
HOA = {"name": "Nguyễn Thị Hoa", "phone": "0912345678", "id_number": "001085012345", **HERE}


def knows(centre, **other):
    """Let somebody have handed something in before."""
    form = DossierForm(procedure="DD-01", applicant=read_as(ApplicantForm, {**HOA, **other}))
    by, calendar, now = centre.lan, centre.house.calendar, centre.clock()

    def command(session: Session) -> str:
        return registration.register(
            session, form, by=by, calendar=calendar, now=now, on_doubles=doubles.keep
        )

    return centre.database.write_now(command)
