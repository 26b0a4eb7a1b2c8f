"""Who calls the hotline, and about what; who ticks a survey: for tests of desk and pages."""

from postal_tracker.access import Caller, Role
from postal_tracker.desks.surveys import RoundForm, begin_round, enter_sheet

ASKED = {"kind": "question", "text": "Hồ sơ của tôi sao lâu vậy?"}


def opened(centre, code, role="desk", **told):
    answer = centre.post("/feedback", {**ASKED, "code": code, **told}, role=role)
    assert answer.status_code == 201, answer.text
    return answer.json()["number"]


def delivered(centre, source="courier", **person):
    """Return a dossier whose result the post says it has delivered, and its parcel."""
    code = centre.a_dossier(return_by_post=True, **person)
    centre.post(f"/dossiers/{code}/acts", {"act": "result_ready"})
    number = centre.a_parcel(code, direction="to_citizen")
    for milestone in ("accepted", "out_for_delivery", "delivered"):
        centre.clock.pass_(hours=1)
        centre.tell(centre.an_event(number, milestone), role=source)
    return code, number


def flags(centre, code):
    return centre.get(f"/dossiers/{code}").json()["flags"]


def surveyed(centre):
    """Let a survey on paper have been answered by one; return its round."""
    by, known = Caller("staff:1", Role.DESK, 1), centre.house.surveys
    now, ticked = centre.clock(), {f"f{n}": "4534" for n in range(1, 6)}

    def begin(session):
        code = begin_round(
            session, RoundForm(population=100, sheets=3), known=known, by=by, now=now
        )
        enter_sheet(session, code, "1", ticked, known=known, by=by)
        return code

    return centre.database.write_now(begin)
