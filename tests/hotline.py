"""Who calls the hotline, and about what: for the desk's tests and the pages'."""

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
