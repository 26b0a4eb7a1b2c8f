"""Claim and proof are kept apart: what was certainly not taken is tried again, and nothing else."""

import pytest

from tests.outgoing.notices import gateways, mailing


def test_a_server_that_has_no_time_is_given_the_mail_again(telling):
    telling.mail.answers = lambda n: "451 later" if n == 1 else "250 OK"
    code = telling.a_dossier()
    telling.work()
    assert telling.states(code) == [("received", "queued")]

    telling.pass_(seconds=12)
    assert telling.states(code) == [("received", "sent")]
    assert len(telling.mail.taken) == 1
    assert [a["fault"] for a in telling.notices(code)[0]["attempts"]] == ["throttled", ""]


def test_a_server_that_is_away_is_tried_for_hours_and_then_it_is_given_up(telling):
    telling.mail.answers = lambda _n: "451 later"
    code = telling.a_dossier()
    telling.work()
    for minutes in (1, 2, 6, 35, 150, 150):
        telling.pass_(minutes=minutes)

    [notice] = telling.notices(code)
    assert (notice["state"], notice["fault"]) == ("failed", "throttled")
    assert telling.mail.tries == 6
    assert telling.mail.taken == []


def test_an_address_that_is_refused_is_not_tried_again(telling):
    telling.mail.recipients = lambda _to: "550 no such person"
    code = telling.a_dossier()
    telling.work()
    telling.pass_(hours=3)

    [notice] = telling.notices(code)
    assert (notice["state"], notice["fault"]) == ("failed", "wrong_address")
    assert len(notice["attempts"]) == 1


def test_a_mail_of_which_the_answer_never_came_is_uncertain_and_never_repeated(telling):
    telling.mail.answers = lambda _n: mailing.BREAKS_OFF
    code = telling.a_dossier()
    telling.work()
    telling.pass_(hours=5)

    assert len(telling.mail.taken) == 1
    [notice] = telling.notices(code)
    assert (notice["state"], notice["next_at"]) == ("uncertain", None)

    telling.mail.answers = lambda _n: "250 OK"
    assert telling.again(code).status_code == 202
    telling.work()
    assert [a["state"] for a in telling.notices(code)[0]["attempts"]] == ["uncertain", "sent"]


@pytest.mark.parametrize(
    ("became", "state", "calls"),
    [("sent", "sent", 1), ("delivered", "delivered", 1), ("", "sent", 2)],
    ids=["it was taken", "it was delivered", "it was never taken"],
)
def test_a_gateway_is_asked_about_what_is_uncertain(telling, became, state, calls):
    telling.by("sms")
    telling.sms.answers = lambda n: gateways.BREAKS_OFF if n == 1 else 200
    code = telling.a_dossier()
    telling.work()
    assert telling.states(code) == [("received", "uncertain")]

    telling.sms.forgets = not became
    telling.sms.statuses = dict.fromkeys(telling.sms.statuses, became)
    telling.pass_(seconds=40)
    telling.sms.forgets = False
    telling.pass_(seconds=40)
    assert telling.states(code) == [("received", state)]
    assert telling.sms.calls == calls


def test_an_sms_is_one_of_160_characters_without_marks(telling):
    telling.by("sms")
    telling.a_dossier()
    telling.work()

    [sms] = telling.sms.taken
    assert sms["to"] == "+84912345678"
    assert sms["text"].isascii()
    assert len(sms["text"]) <= 160


def test_whoever_has_no_zalo_is_told_by_sms(telling):
    telling.by("zalo", "sms")
    telling.zalo.zalo_error = -118
    code = telling.a_dossier()
    telling.work()

    [notice] = telling.notices(code)
    assert [(a["channel"], a["state"]) for a in notice["attempts"]] == [
        ("zalo", "failed"),
        ("sms", "sent"),
    ]
    assert len(telling.sms.taken) == 1


def test_zalo_is_sent_the_approved_template_and_its_tokens_are_used_once(telling):
    telling.by("zalo")
    telling.a_dossier()
    telling.work()
    telling.pass_(hours=26)
    telling.a_dossier(phone="0912345679")
    telling.work()

    assert [m["template_id"] for m in telling.zalo.taken] == ["t-received"] * 2
    assert telling.zalo.taken[0]["phone"] == "84912345678"
    assert telling.zalo.refreshes == 2
    assert telling.zalo.tokens == ["first", "refresh-1", "refresh-2"]


def test_a_report_proves_that_a_message_was_delivered_or_has_the_next_channel_tell(telling):
    telling.by("sms", "email")
    first, second = telling.a_dossier(), telling.a_dossier(phone="0912345679")
    telling.work()
    ids = [sms["id"] for sms in sorted(telling.sms.taken, key=lambda sms: sms["to"])]
    for id_, status in zip(ids, ("delivered", "failed"), strict=True):
        assert telling.report("sms", {"id": id_, "status": status}) == 200
    assert telling.report("sms", {"id": ids[0], "status": "failed"}) == 200
    assert telling.report("sms", {"id": ids[0]}, secret="guessed-guessed-guessed") == 401
    telling.work()

    assert telling.states(first) == [("received", "delivered")]
    assert telling.states(second) == [("received", "sent")]
    assert [mail["to"] for mail in telling.mail.taken] == ["hoa@example.vn"]


def test_a_channel_that_fails_for_many_is_paused_and_others_tell_meanwhile(telling):
    telling.by("sms", "email")
    telling.sms.answers = lambda _n: 503
    codes = [telling.a_dossier(phone=f"09123456{n}") for n in range(10, 25)]
    for _ in range(12):
        telling.pass_(seconds=10)

    assert telling.sms.calls <= 30
    assert {state for code in codes for _, state in telling.states(code)} == {"sent"}
    assert len(telling.mail.taken) == 15
