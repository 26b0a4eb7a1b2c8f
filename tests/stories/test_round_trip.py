"""Whole lives of dossiers, from the desk and back to the citizen, through HTTP only."""


def test_smoke(any_centre):
    c = any_centre
    made = c.post("/dossiers", {"procedure": "GPLX-01", "applicant": {"name": "Bà Hoa", "phone": "0912345678"}})
    assert made.status_code == 201, made.text
    code = made.json()["code"]
    p = c.post("/parcels", {"carrier": "rehearsal", "direction": "to_authority", "dossiers": [code]})
    assert p.status_code == 201, p.text
    n = p.json()["tracking_number"]
    h = c.post("/handovers", {"carrier": "rehearsal", "parcels": [n]}).json()
    s = c.post(f"/handovers/{h['number']}/sign", {"signed_by": "Tuấn"})
    assert s.status_code == 200, s.text
    c.clock.pass_(hours=1)
    assert c.tell(c.an_event(n, "accepted", place="BC Uông Bí"), c.an_event(n, "delivered")) == [{"id": "e1", "status": "recorded", "problem": None}, {"id": "e2", "status": "recorded", "problem": None}]
    d = c.get(f"/dossiers/{code}").json()
    assert d["stage"] == "at_authority", d
    t = c.post("/track", {"code": d["lookup_code"], "phone_last4": "5678"}, role="")
    assert t.status_code == 200, t.text
    print(t.json())
    assert c.differences() == []
    print(c.get("/dossiers?q=hoa").json())
    assert c.get("/openapi.json".replace("/api/v1","")) is not None
