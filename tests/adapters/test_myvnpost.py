"""MyVNPost Connect over real HTTP, and the public-administration post's codes."""

import asyncio
import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from starlette.responses import JSONResponse, RedirectResponse, Response

from adapters.carrier import Unreachable, Unreadable
from adapters.event import Milestone, Source
from adapters.registry import CarrierSettings, build
from adapters.vnpost.statuses import NO_NEWS
from tests.adapters.at_work import asked
from tests.standins.myvnpost import MyVnpostStandIn
from tests.standins.standin import PASSWORD, Scan, served

MONDAY = datetime(2026, 3, 2, 1, 15, tzinfo=UTC)
PARCEL = MyVnpostStandIn().number(7)
WAY = ("my:1", "my:7", "my:10", "my:11", "my:12", "my:14")
SAMPLES = Path(__file__).parents[1] / "samples"
TABLE = (SAMPLES / "vnpost" / "statuses.csv").read_text(encoding="utf-8")
MILESTONES = dict(csv.reader(TABLE.splitlines()))
CODES = [code for code in MILESTONES if code.startswith("my:")]


def on_its_way(standin, *codes):
    for n, code in enumerate(codes or WAY):
        standin.told(PARCEL, Scan(code, MONDAY + timedelta(hours=n)))
    return standin


def test_a_parcel_is_asked_about_after_one_log_in_and_told_step_by_step():
    standin = on_its_way(MyVnpostStandIn())
    with served(standin) as base_url:
        carrier = standin.carrier(base_url)
        first, again = asked(carrier, PARCEL), asked(carrier, PARCEL)

    assert [e.carrier_code for e in first] == list(WAY)
    assert [e.happened_at for e in first] == [MONDAY + timedelta(hours=n) for n in range(len(WAY))]
    assert again == first
    assert standin.log_ins == 1
    assert PASSWORD not in repr(carrier)


@pytest.mark.parametrize("refusal", [401, 403])
@pytest.mark.parametrize("lasts", [1, 2, 3])
def test_a_log_in_that_runs_out_in_mid_round_is_renewed(refusal, lasts):
    standin = on_its_way(MyVnpostStandIn())
    standin.token_lasts, standin.refuses = lasts, refusal
    with served(standin) as base_url:
        carrier = standin.carrier(base_url)
        rounds = [asked(carrier, PARCEL) for _ in range(4)]

    assert {len(told) for told in rounds} == {len(WAY)}
    assert standin.log_ins == -(-8 // lasts)


def test_a_service_that_refuses_every_token_is_not_asked_in_a_loop():
    standin = on_its_way(MyVnpostStandIn())
    standin.bad_days = [Response(status_code=401) for _ in range(9)]
    with served(standin) as base_url, pytest.raises(Unreachable):
        asked(standin.carrier(base_url), PARCEL)
    assert (standin.log_ins, len(standin.asked)) == (1, 1)


def test_wrong_credentials_are_said_without_repeating_them():
    standin = MyVnpostStandIn()
    with served(standin) as base_url:
        wrong = CarrierSettings(base_url, username="x", password="of-last-year", customer_code="C")
        carrier = build({"vnpost": wrong})["vnpost"]
        with pytest.raises(Unreachable, match="log-in") as fault:
            asked(carrier, PARCEL)
    assert "of-last-year" not in str(fault.value)


@pytest.mark.parametrize(
    "bad_day",
    [
        Response(status_code=429, headers={"retry-after": "60"}),
        RedirectResponse("http://127.0.0.1:9/elsewhere"),
        Response(b"[" + b"{}," * 600_000 + b"{}]"),
    ],
    ids=["too many questions", "a redirect", "an answer without end"],
)
def test_it_is_left_alone_not_followed_and_not_read_without_end(bad_day):
    standin = on_its_way(MyVnpostStandIn())
    standin.bad_days = [bad_day]
    with served(standin) as base_url, pytest.raises(Unreachable):
        asked(standin.carrier(base_url), PARCEL)
    assert len(standin.asked) == 1


def orders(*rows):
    return JSONResponse([{"results": list(rows)}])


def test_only_the_row_that_is_ours_is_believed():
    standin = on_its_way(MyVnpostStandIn())
    ours = standin.row(PARCEL, standin.scans[PARCEL][-1])
    strangers = {**ours, "senderCode": "C000000002", "status": 14}
    anothers = {**ours, "itemCode": standin.number(8)}
    with served(standin) as base_url:
        carrier = standin.carrier(base_url)
        standin.bad_days = [orders(strangers, anothers)]
        assert asked(carrier, PARCEL) == []
        standin.bad_days = [orders(strangers, ours, anothers)]
        assert len(asked(carrier, PARCEL)) == len(WAY)
        standin.bad_days = [orders(ours, ours)]
        with pytest.raises(Unreadable, match="several"):
            asked(carrier, PARCEL)


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_read_by_hook_order_and_history_alike(code):
    standin = on_its_way(MyVnpostStandIn(), code)
    hook = standin.hook(PARCEL, standin.scans[PARCEL][0])
    with served(standin) as base_url:
        (answered,) = asked(standin.carrier(base_url), PARCEL)
    (posted,) = standin.carrier().read_message(hook.body)

    assert posted.milestone == answered.milestone == MILESTONES[code]
    assert posted.carrier_code == code


@pytest.mark.parametrize("code", sorted(NO_NEWS))
def test_news_of_money_is_no_news_of_the_parcel(code):
    standin = MyVnpostStandIn()
    assert standin.carrier().read_message(standin.hook(PARCEL, Scan(code, MONDAY)).body) == []


def test_a_name_nobody_knows_and_a_number_nobody_knows_are_unrecognised():
    standin = on_its_way(MyVnpostStandIn())
    steps = [{"createdDate": "02/03/2026 08:15:00", "statusName": "Gửi lên mặt trăng"}]
    present = orders({**standin.row(PARCEL, Scan("my:77", MONDAY))})
    standin.bad_days = [present, JSONResponse({"data": [{"statusHistory": steps}]})]
    with served(standin) as base_url:
        told = asked(standin.carrier(base_url), PARCEL)

    assert [e.milestone for e in told] == [Milestone.UNRECOGNISED] * 2
    assert [e.carrier_code for e in told] == ["my:Gửi lên mặt trăng", "my:77"]


@pytest.mark.parametrize(
    "when",
    ["02/03/2026 08:15:00", "02-03-2026 08:15:00", "2026-03-02 08:15:00", "2026-03-02T08:15:00"],
)
def test_every_form_of_a_time_is_vietnams(when):
    standin = MyVnpostStandIn()
    row = standin.row(PARCEL, Scan("my:14", MONDAY)) | {"updatedDate": when}
    (told,) = standin.carrier().read_message(standin.batch(row).body)
    assert told.happened_at == MONDAY


def test_a_bad_row_of_a_batch_spoils_no_other():
    standin = MyVnpostStandIn()
    rows = [standin.row(standin.number(n), Scan("my:10", MONDAY)) for n in (1, 2, 3)]
    hook = standin.batch(rows[0], {"itemCode": None}, *rows[1:])
    with pytest.raises(Unreadable) as fault:
        standin.carrier().read_message(hook.body)
    assert [e.tracking_number for e in fault.value.events] == [standin.number(n) for n in (1, 2, 3)]


def test_nothing_of_a_batch_is_proven():
    standin = MyVnpostStandIn()
    hook = standin.hook(PARCEL, Scan("my:14", MONDAY))
    assert standin.carrier().verify(hook.headers, {}, hook.body) is Source.UNSIGNED


# The public-administration post


def hcc(**meanings):
    return build({"vnpost": CarrierSettings(meanings=meanings)})["vnpost"]


@pytest.mark.parametrize("is_list", [True, False])
def test_a_code_of_the_public_administration_post_means_what_the_operator_wrote(is_list):
    row = {"OrderNumber": PARCEL, "StatusCode": "DA_PHAT", "StatusDate": "02/03/2026 08:15:00"}
    body = json.dumps({"data": [row]} if is_list else row).encode()

    (unknown,) = hcc().read_message(body)
    (known,) = hcc(DA_PHAT=Milestone.DELIVERED).read_message(body)
    assert (unknown.milestone, known.milestone) == (Milestone.UNRECOGNISED, Milestone.DELIVERED)
    assert unknown.event_id == known.event_id
    assert known.carrier_code == "hcc:DA_PHAT"


def test_many_questions_at_once_log_in_and_are_all_answered():
    standin = on_its_way(MyVnpostStandIn())
    with served(standin) as base_url:
        carrier = standin.carrier(base_url)

        async def asking():
            async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
                return await asyncio.gather(*(carrier.ask(client, [PARCEL]) for _ in range(8)))

        told = asyncio.run(asking())
    assert {len(events) for events in told} == {len(WAY)}
    assert standin.log_ins == 1
