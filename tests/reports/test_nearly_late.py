"""What will be late soon is listed while there is time to do something about it."""


def listed(centre):
    return [
        (row["code"], row["due_on"], row["working_days_left"])
        for row in centre.get("/reports/nearly-late").json()["items"]
    ]


def test_it_comes_two_working_days_ahead_and_goes_when_it_is_late(any_centre):
    """Received on Monday 23 November, due on Tuesday 1 December."""
    code = any_centre.a_dossier()
    assert listed(any_centre) == []
    any_centre.clock.pass_(days=4)  # Friday: two working days are left
    assert listed(any_centre) == [(code, "2026-12-01", 2)]
    any_centre.clock.pass_(days=3)
    assert listed(any_centre) == [(code, "2026-12-01", 1)]
    any_centre.clock.pass_(days=1)
    assert listed(any_centre) == [(code, "2026-12-01", 0)]
    any_centre.clock.pass_(days=1)

    assert listed(any_centre) == []


def test_what_has_its_result_or_waits_for_the_citizen_is_not_on_it(any_centre):
    ready, asked, owed = (any_centre.a_dossier() for _ in range(3))
    any_centre.clock.pass_(days=4)
    any_centre.post(f"/dossiers/{ready}/acts", {"act": "result_ready"})
    bill = {"act": "request_payment", "amount_vnd": 135_000, "what": "Lệ phí"}
    any_centre.post(f"/dossiers/{asked}/acts", bill)

    assert [code for code, *_ in listed(any_centre)] == [owed]
