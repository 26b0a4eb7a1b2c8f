"""What Vietnam Post posts is a claim until it was polled, whichever of its families it comes in."""

import json
from datetime import timedelta

import pytest
from pydantic import SecretStr

from postal_tracker.carriers.configured import Carriers
from postal_tracker.settings import CarrierSettings
from tests.carriers.exchanging import poll
from tests.centre import HOOK_SECRET
from tests.standins.myvnpost import CUSTOMER, MyVnpostStandIn
from tests.standins.standin import PASSWORD, USERNAME, Scan, served


def works_with_vnpost(centre, base_url="", **more):
    settings = CarrierSettings(
        base_url=base_url,
        hook_secret=SecretStr(HOOK_SECRET),
        username=USERNAME,
        password=SecretStr(PASSWORD),
        customer_code=CUSTOMER,
        rate_per_second=1000,
    )
    centre.settings.carriers = {"vnpost": settings}
    for name, value in more.items():
        setattr(centre.settings, name, value)
    centre.house.carriers = Carriers(centre.settings)


def a_sealed(centre, number):
    code = centre.a_dossier()
    centre.a_parcel(code, carrier="vnpost", tracking_number=number)
    centre.clock.pass_(hours=3)
    return code


def post(centre, body):
    answer = centre.client.post(f"/hooks/vnpost/{HOOK_SECRET}", content=body)
    assert answer.status_code == 200, answer.text
    return answer


def seen(centre, code):
    told = centre.get(f"/dossiers/{code}").json()
    return told["stage"], told["flags"]


def test_delivered_by_the_first_list_of_ems_is_a_claim(any_centre):
    standin = MyVnpostStandIn()
    works_with_vnpost(any_centre)
    code = a_sealed(any_centre, standin.number(1))
    local = any_centre.clock() + timedelta(hours=7)
    told = {
        "tracking_code": standin.number(1),
        "status_code": 7,
        "status_name": "Phát thành công",
        "locate": "Ba Đình",
        "datetime": local.strftime("%d/%m/%Y %H:%M:%S"),
    }
    for body in (told, {**told, "status_code": "7"}):
        assert post(any_centre, json.dumps(body)).json()["code"] == "success"

    assert seen(any_centre, code) == ("to_authority", ["delivery_claimed"])


def test_no_record_of_a_batch_is_delivered_until_it_was_polled(any_centre):
    standin = MyVnpostStandIn()
    with served(standin) as base_url:
        works_with_vnpost(any_centre, base_url)
        first, forged = (a_sealed(any_centre, standin.number(n)) for n in (1, 2))
        standin.told(standin.number(1), Scan("my:14", any_centre.clock()))
        standin.told(standin.number(2), Scan("my:10", any_centre.clock()))
        rows = [standin.row(standin.number(n), Scan("my:14", any_centre.clock())) for n in (1, 2)]
        post(any_centre, standin.batch(*rows).body)
        claimed = ("to_authority", ["delivery_claimed"])
        assert seen(any_centre, first) == seen(any_centre, forged) == claimed

        standin.token_lasts = 3  # the log-in runs out in mid-round
        any_centre.clock.pass_(hours=1)
        assert poll(any_centre, "vnpost") == 2
    assert seen(any_centre, first) == ("at_authority", [])
    assert seen(any_centre, forged)[0] == "to_authority"
    assert standin.log_ins == 2
    assert any_centre.differences() == []


@pytest.mark.parametrize(
    "sent", ["26/11/2026 09:00:00", "01/01/2020 00:00:00", "31/12/2099 23:59:59"]
)
def test_a_batch_that_is_sent_again_changes_nothing(any_centre, sent):
    standin = MyVnpostStandIn()
    works_with_vnpost(any_centre)
    code = a_sealed(any_centre, standin.number(1))
    row = standin.row(standin.number(1), Scan("my:10", any_centre.clock()))
    post(any_centre, standin.batch(row).body)
    before = any_centre.get(f"/parcels/{standin.number(1)}").json()["events"]
    for _ in "123":
        any_centre.clock.pass_(days=2)
        post(any_centre, standin.batch(row, sent=sent).body)

    assert any_centre.get(f"/parcels/{standin.number(1)}").json()["events"] == before
    assert seen(any_centre, code) == ("to_authority", [])
    assert any_centre.differences() == []


def test_a_code_of_the_public_administration_post_is_read_once_the_table_has_it(
    any_centre, tmp_path
):
    standin = MyVnpostStandIn()
    works_with_vnpost(any_centre)
    number = standin.number(1)
    code = a_sealed(any_centre, number)
    at = (any_centre.clock() + timedelta(hours=7)).strftime("%d/%m/%Y %H:%M:%S")

    def told(status):
        return json.dumps({"OrderNumber": number, "StatusCode": status, "StatusDate": at})

    post(any_centre, told("CHO_PHAT"))
    assert any_centre.get(f"/parcels/{number}").json()["events"][-1]["milestone"] == "unrecognised"

    table = tmp_path / "hcc.csv"
    table.write_text("code,milestone\nDA_NHAN,accepted\nDANG_DI,in_transit\n", encoding="utf-8")
    works_with_vnpost(any_centre, hcc_statuses_file=table)
    post(any_centre, told("DANG_DI"))
    events = any_centre.get(f"/parcels/{number}").json()["events"]
    assert "in_transit" in {event["milestone"] for event in events}
    assert seen(any_centre, code)[0] == "to_authority"


@pytest.mark.parametrize("row", ["DA_NHAN", "DA_NHAN,posted", "DA_NHAN,accepted,x"])
def test_a_table_that_cannot_be_read_is_told_with_its_line(centre, tmp_path, row):
    table = tmp_path / "hcc.csv"
    table.write_text(f"code,milestone\nA,accepted\n{row}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"hcc\.csv, line 3"):
        works_with_vnpost(centre, hcc_statuses_file=table)
