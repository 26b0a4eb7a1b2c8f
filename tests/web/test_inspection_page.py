"""The inspection of duty as pages: for managers, each row with its evidence one click away."""

import pytest

PERIOD = "from=2026-11-01&to=2026-12-31"
PARTS = ("work", "late", "gaps", "corrections", "acts")


@pytest.fixture
def evidence(centre):
    """Return the code of a dossier with something to tell in each part, and its parcel's number."""
    code = centre.a_dossier(phone="0912345678")
    act = {"act": "result_ready"}
    timeline = centre.post(f"/dossiers/{code}/acts", act).json()["timeline"]
    strike = {"act": "strike_out", "entry": timeline[-1]["entry"], "note": "Bấm nhầm"}
    centre.post(f"/dossiers/{code}/acts", strike)
    number = centre.a_parcel(code)
    centre.clock.pass_(days=12)
    return code, number


@pytest.mark.parametrize("part", PARTS)
def test_each_part_leads_to_the_evidence(evidence, minh, part):
    code, number = evidence
    page = minh.opens(f"/desk/reports/inspection?part={part}&{PERIOD}")

    assert page.status_code == 200
    leads = {
        "work": "part=acts&amp;from=2026-11-01",
        "gaps": f"/desk/parcels/{number}",
    }.get(part, f"/desk/dossiers/{code}")
    assert leads in page.text


@pytest.mark.parametrize("part", PARTS)
def test_no_part_names_a_citizen(evidence, minh, part):
    assert evidence
    page = minh.opens(f"/desk/reports/inspection?part={part}&{PERIOD}").text

    assert [word for word in ("Bà Hoa", "345678", "Trần Phú") if word in page] == []


def test_only_managers_are_led_to_it(minh, lan):
    address = "/desk/reports/inspection"
    assert address in minh.opens("/desk/reports/overdue").text
    assert address not in lan.opens("/desk/reports/overdue").text
    assert lan.opens(address).status_code == 403
