"""Whole lives of dossiers, from the desk and back to the citizen, through HTTP only."""


def test_a_dossier_goes_by_post_and_its_citizen_sees_where_it_is(any_centre):
    centre = any_centre
    applicant = {"name": "Bà Hoa", "phone": "0912345678"}
    made = centre.post("/dossiers", {"procedure": "GPLX-01", "applicant": applicant})
    assert made.status_code == 201, made.text
    code = made.json()["code"]
    parcel = {"carrier": "rehearsal", "direction": "to_authority", "dossiers": [code]}
    sealed = centre.post("/parcels", parcel)
    assert sealed.status_code == 201, sealed.text
    number = sealed.json()["tracking_number"]
    listed = centre.post("/handovers", {"carrier": "rehearsal", "parcels": [number]}).json()
    signed = centre.post(f"/handovers/{listed['number']}/sign", {"signed_by": "Tuấn"})
    assert signed.status_code == 200, signed.text

    centre.clock.pass_(hours=1)
    told = centre.tell(
        centre.an_event(number, "accepted", place="BC Uông Bí"),
        centre.an_event(number, "delivered"),
    )

    assert [result["status"] for result in told] == ["recorded", "recorded"]
    dossier = centre.get(f"/dossiers/{code}").json()
    assert dossier["stage"] == "at_authority"
    proof = {"code": dossier["lookup_code"], "phone_last4": "5678"}
    seen = centre.post("/track", proof, role="")
    assert seen.status_code == 200, seen.text
    assert seen.json()["stage"] == "at_authority"
    assert "Hoa" not in seen.text
    assert centre.differences() == []
