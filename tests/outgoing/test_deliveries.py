"""A portal is told of each change at least once, signed, in the order of each dossier."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from postal_tracker.outgoing import deliveries, sending
from postal_tracker.outgoing.relay import relay
from postal_tracker.storage.tables import Office, Webhook
from tests.hotline import opened


def test_a_portal_is_told_of_each_change_signed_and_without_names(subscribed):
    centre = subscribed.centre
    code = centre.a_dossier(name="Bà Nguyễn Thị Lựu", phone="0912345678")
    number = centre.a_parcel(code)
    centre.tell(centre.an_event(number, "accepted"))
    subscribed.work()
    fed = centre.get("/changes", role="manager").json()["items"]

    assert subscribed.receiver.forged == 0
    assert subscribed.receiver.stages() == [
        (code, "with_office"),
        (code, "sealed"),
        (code, "to_authority"),
    ]
    assert [id_ for id_, _ in subscribed.receiver.taken] == [item["id"] for item in fed]
    [_, content] = subscribed.receiver.taken[0]
    assert set(content) == {"type", "timestamp", "data"}
    assert set(content["data"]) == {"id", "dossier", "stage"}
    assert subscribed.states() == ["delivered"] * 3


def test_what_was_not_taken_comes_again_under_the_same_id(subscribed):
    subscribed.receiver.answers = lambda n: (500, {}) if n < 3 else (204, {})
    subscribed.centre.a_dossier()
    subscribed.work()
    assert subscribed.states() == ["failed"]
    subscribed.pass_(seconds=4)
    assert len(subscribed.receiver.calls) == 1
    subscribed.pass_(seconds=2)
    assert len(subscribed.receiver.calls) == 2
    subscribed.pass_(minutes=6)

    assert len({id_ for id_, _ in subscribed.receiver.calls}) == 1
    [told] = subscribed.log()
    assert (told["state"], told["attempts"], told["last_status"]) == ("delivered", 3, 204)
    assert subscribed.hook()["failing_since"] is None


def test_a_later_change_of_a_dossier_waits_for_the_earlier_and_others_do_not(subscribed):
    first_is_refused = {1: (500, {})}
    subscribed.receiver.answers = lambda n: first_is_refused.get(n, (204, {}))
    centre = subscribed.centre
    code = centre.a_dossier()
    subscribed.work()
    centre.a_parcel(code)
    other = centre.a_dossier()
    subscribed.work()
    assert subscribed.receiver.stages() == [(other, "with_office")]
    subscribed.pass_(seconds=6)

    stages = [(code, "with_office"), (code, "sealed")]
    assert [told for told in subscribed.receiver.stages() if told[0] == code] == stages


def test_over_more_than_a_day_it_is_tried_eight_times_then_given_up(subscribed):
    subscribed.receiver.answers = lambda _n: (500, {})
    centre = subscribed.centre
    code = centre.a_dossier()
    centre.a_parcel(code)
    began = centre.clock()
    for wait in deliveries.WAITS:
        subscribed.work()
        subscribed.centre.clock.pass_(seconds=1.1 * wait.total_seconds())
    subscribed.work()

    assert centre.clock() - began > timedelta(days=1)
    first, later = subscribed.log()
    assert (first["state"], first["attempts"], first["next_at"]) == ("given_up", 8, None)
    assert later["attempts"] == 1
    assert subscribed.hook()["state"] == "active"


def test_after_five_days_without_success_it_is_disabled_and_can_be_replayed(subscribed):
    subscribed.receiver.answers = lambda _n: (500, {})
    centre, began = subscribed.centre, subscribed.centre.clock()
    codes = [centre.a_dossier(), centre.a_dossier()]
    subscribed.work()
    centre.clock.pass_(days=4)
    for wait in deliveries.WAITS:
        subscribed.work()
        subscribed.pass_(seconds=1.1 * wait.total_seconds())
    hook = subscribed.hook()
    assert (hook["state"], hook["disabled_why"]) == ("disabled", "failing")
    assert set(subscribed.states()) == {"given_up"}

    subscribed.receiver.answers = lambda _n: (204, {})
    address = f"/webhooks/{subscribed.id}"
    period = {"since": began.isoformat()}
    assert centre.post(f"{address}/replay", period, role="admin").status_code == 409
    assert subscribed.change(active=True).status_code == 200
    answer = centre.post(f"{address}/replay", period, role="admin")
    subscribed.work()

    assert answer.json() == {"queued": len(codes)}
    assert sorted(subscribed.receiver.stages()) == [(code, "with_office") for code in codes]


def test_who_is_gone_is_called_no_more(subscribed):
    subscribed.receiver.answers = lambda _n: (410, {})
    subscribed.centre.a_dossier()
    subscribed.work()
    subscribed.centre.a_dossier()
    subscribed.pass_(days=1)

    assert len(subscribed.receiver.calls) == 1
    assert subscribed.hook()["disabled_why"] == "gone"


@pytest.mark.parametrize("status", [429, 503])
def test_who_asks_for_patience_is_given_it(subscribed, status):
    patience = (status, {"retry-after": "600"})
    subscribed.receiver.answers = lambda n: patience if n < 2 else (204, {})
    subscribed.centre.a_dossier()
    subscribed.work()
    subscribed.pass_(seconds=599)
    assert len(subscribed.receiver.calls) == 1
    subscribed.pass_(seconds=2)

    assert subscribed.states() == ["delivered"]


def test_a_redirect_is_not_followed(subscribed):
    inside = {"location": "http://169.254.169.254/latest/meta-data/"}
    subscribed.receiver.answers = lambda _n: (302, inside)
    subscribed.centre.a_dossier()
    subscribed.work()
    [told] = subscribed.log()

    assert (told["state"], told["last_status"]) == ("failed", 302)
    assert len(subscribed.receiver.calls) == 1


def test_who_is_too_slow_is_told_again(subscribed, monkeypatch):
    monkeypatch.setattr(sending, "ANSWER_WITHIN_SECONDS", 0.3)
    subscribed.receiver.slow_seconds = 0.6
    subscribed.centre.a_dossier()
    subscribed.work()
    [told] = subscribed.log()

    assert (told["state"], told["last_fault"], told["last_status"]) == ("failed", "timeout", None)


def test_a_place_that_is_no_longer_allowed_is_not_called(subscribed):
    subscribed.centre.settings.webhooks_allow = ""
    subscribed.centre.a_dossier()
    subscribed.work()

    assert subscribed.log()[0]["last_fault"] == "not_public"
    assert subscribed.receiver.calls == []


def test_what_is_under_way_when_the_service_dies_is_tried_after_the_lease(subscribed):
    centre = subscribed.centre
    centre.a_dossier()
    centre.database.write_now(lambda s: relay(s, now=centre.clock()))
    claimed = centre.database.write_now(
        lambda s: deliveries.claim(s, subscribed.id, now=centre.clock())
    )
    subscribed.work()
    assert (len(claimed), subscribed.receiver.calls) == (1, [])
    subscribed.pass_(seconds=31)

    assert subscribed.states() == ["delivered"]


def test_one_delivery_is_told_again_under_its_id(subscribed):
    subscribed.centre.a_dossier()
    subscribed.work()
    [told] = subscribed.log()
    address = f"/webhooks/{subscribed.id}/deliveries/{told['id']}/redeliver"
    answer = subscribed.centre.post(address, role="admin")
    subscribed.work()

    assert answer.status_code == 202
    assert [id_ for id_, _ in subscribed.receiver.taken] == [told["event"]] * 2


def test_a_test_reaches_the_receiver(subscribed):
    answer = subscribed.centre.post(f"/webhooks/{subscribed.id}/test", role="admin")
    subscribed.work()
    [[id_, content]] = subscribed.receiver.taken

    assert content["type"] == "webhook.test"
    assert id_ == answer.json()["event"] == content["data"]["id"]


def test_a_webhook_of_an_office_is_told_of_that_offices_dossiers_alone(subscribed):
    code = subscribed.centre.a_dossier()
    subscribed.work()
    subscribed.centre.database.write_now(move_to_another_office)
    subscribed.centre.a_dossier()
    subscribed.work()

    assert subscribed.receiver.stages() == [(code, "with_office")]


def move_to_another_office(session):
    """Let all webhooks be of an office that has no dossiers."""
    office = Office(code="H49.99", name_vi="Điểm khác")
    session.add(office)
    session.flush()
    session.connection().execute(update(Webhook).values(office_id=office.id))


def test_a_portal_is_told_of_feedback_if_it_wants_to_be_and_of_its_number_alone(subscribed):
    centre, code = subscribed.centre, subscribed.centre.a_dossier()
    opened(centre, code, text="Bà Hoa chưa nhận được")
    subscribed.work()
    assert [c["type"] for _, c in subscribed.receiver.taken] == ["dossier.stage_changed"]

    assert subscribed.change(types=["feedback.opened"]).json()["types"] == ["feedback.opened"]
    number = opened(centre, code)
    centre.a_parcel(code)
    subscribed.work()
    _, content = subscribed.receiver.taken[-1]
    [told] = [one for one in subscribed.log() if one["type"] == "feedback.opened"]
    wanted = {"id": told["event"], "dossier": code, "feedback": number}
    assert (content["type"], content["data"]) == ("feedback.opened", wanted)
    assert len(subscribed.receiver.taken) == 2
    fed = centre.get("/changes", role="manager").json()["items"]
    assert [one["type"] for one in fed].count("feedback.opened") == 2
    assert next(one["id"] for one in fed if one["feedback"] == number) == told["event"]


def test_a_deleted_webhook_goes_at_night_with_its_deliveries(subscribed):
    centre = subscribed.centre
    centre.a_dossier()
    subscribed.work()
    assert subscribed.call("DELETE").status_code == 204
    assert centre.get(f"/webhooks/{subscribed.id}", role="admin").status_code == 404
    forgotten = [
        centre.database.write_now(
            lambda s: deliveries.forget_old(s, 10, kept_for=timedelta(days=30), now=centre.clock())
        )
        for _ in range(2)
    ]

    assert forgotten == [1, 0]
    assert centre.database.read_now(lambda s: s.get(Webhook, subscribed.id)) is None
