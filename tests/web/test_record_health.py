"""An administrator sees whether the record is well kept, and what to do."""

from datetime import timedelta

from postal_tracker.access import audit
from postal_tracker.access.audit import Audited, Note
from postal_tracker.background import workers
from postal_tracker.storage.tables import CarrierState
from tests.web.conftest import Visitor, employ

HEALTH = "/desk/admin/health"


def tones(centre):
    told = centre.get("/record/health", role="admin").json()
    return {line["name"]: line["tone"] for line in told["items"]}


def done(centre, *details, what=Audited.COMMAND):
    """Write down what the commands write down."""
    notes = [Note(what, centre.clock(), who="command", detail=detail) for detail in details]
    centre.database.write_now(lambda s: audit.record(s, notes))


def cared_for(centre):
    done(centre, "backup", what=Audited.EXPORTED)
    done(centre, "replay --check: 0 differences", "verify: ok")
    alive = centre.clock()
    centre.database.write_now(lambda s: workers.note_alive(s, "main", now=alive))
    centre.house.sequencer("one").append_now()


def test_a_record_that_nobody_cared_for_says_what_to_do(any_centre):
    employ(any_centre, "quan")
    any_centre.a_dossier()
    any_centre.clock.pass_(minutes=10)
    told = tones(any_centre)
    quan = Visitor(any_centre)
    quan.signs_in("quan")
    page = quan.opens(HEALTH).text

    bad = {name for name, tone in told.items() if tone == "bad"}
    assert bad == {"backup", "workers", "log"}
    assert (told["verify"], told["replay"]) == ("soon", "soon")
    assert "<h1>3 việc cần xử lý ngay</h1>" in page
    assert "postal-tracker backup" in page
    assert told.keys() >= {"size", "migrations", "jobs", "carriers", "messages"}


def test_a_record_that_is_cared_for_is_well_until_it_is_forgotten(any_centre, tmp_path):
    any_centre.settings.log_key_file = tmp_path / "log-key"
    any_centre.a_dossier()
    cared_for(any_centre)
    told = tones(any_centre)
    assert set(told.values()) == {"good"}, told
    any_centre.clock.pass_(days=2)
    assert tones(any_centre)["backup"] == "soon"
    any_centre.clock.pass_(days=7)
    assert (tones(any_centre)["backup"], tones(any_centre)["verify"]) == ("bad", "soon")


def test_what_a_command_found_is_shown_until_it_finds_all_well(centre):
    done(centre, "verify: log, replay")
    centre.clock.pass_(minutes=1)
    told = centre.get("/record/health", role="admin").json()["items"]
    assert [line["finding"] for line in told if line["name"] == "verify"] == ["log, replay"]
    assert (tones(centre)["verify"], tones(centre)["replay"]) == ("bad", "bad")
    done(centre, "replay --check: 3 differences")
    assert tones(centre)["replay"] == "bad"
    centre.clock.pass_(minutes=1)
    done(centre, "verify: ok")
    assert (tones(centre)["verify"], tones(centre)["replay"]) == ("good", "good")


def test_an_unread_message_and_a_carrier_left_alone_are_told(centre):
    centre.hook(b"{rubbish")
    assert tones(centre)["messages"] == "good"
    centre.clock.pass_(minutes=16)
    assert tones(centre)["messages"] == "soon"
    centre.clock.pass_(days=1)
    assert tones(centre)["messages"] == "bad"
    rests = centre.clock() + timedelta(hours=1)
    state = CarrierState(carrier="ghn", rests_until=rests)
    centre.database.write_now(lambda s: s.add(state))
    assert tones(centre)["carriers"] == "soon"
