"""A date in a year whose days off are not announced is called an estimate, wherever it is shown."""

TOLD = "dự kiến"


def two_of(centre):
    """Received on 23 and on 28 December 2026: due in this year, and in the next."""
    centre.clock.pass_(days=30)
    first = centre.a_dossier()
    centre.clock.pass_(days=5)
    return first, centre.a_dossier(name="Ông Ba", phone="0912345679")


def test_programs_are_told_which_date_is_an_estimate(any_centre):
    two = two_of(any_centre)
    seen = [any_centre.get(f"/dossiers/{code}").json() for code in two]

    assert [(one["due_on"], one["due_estimated"]) for one in seen] == [
        ("2026-12-30", False),
        ("2027-01-05", True),
    ]


def test_pages_say_so_until_the_result_is_there(centre, visitor):
    two = two_of(centre)
    lan = visitor("lan")
    this_year, next_year = (lan.opens(f"/desk/dossiers/{code}").text for code in two)
    assert TOLD not in this_year
    assert "dự kiến: lịch nghỉ lễ năm đó chưa được công bố" in next_year
    assert lan.opens("/desk/dossiers").text.count(TOLD) == 1
    assert "(an estimate: " in lan.opens(f"/desk/dossiers/{two[1]}?lang=en").text

    centre.post(f"/dossiers/{two[1]}/acts", {"act": "result_ready"})
    assert TOLD not in lan.opens(f"/desk/dossiers/{two[1]}").text


def test_a_citizen_is_told_so(any_centre):
    two = two_of(any_centre)
    told = []
    for code, digits in zip(two, ("5678", "5679"), strict=True):
        lookup = any_centre.get(f"/dossiers/{code}").json()["lookup_code"]
        form = {"code": lookup, "phone_last4": digits}
        page = any_centre.client.post("/", data=form, headers={"accept-language": "vi"})
        assert "Ngày hẹn trả kết quả" in page.text
        told.append(TOLD in page.text)
    assert told == [False, True]
