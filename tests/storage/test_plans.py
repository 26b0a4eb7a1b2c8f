"""Whatever is asked or done: no large table is read through for it, on either database."""

import re
from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import col, select

from postal_tracker.background.tasks import Tasks
from postal_tracker.carriers import announcing, promises
from postal_tracker.carriers.polling.leases import LEASE, lease
from postal_tracker.ledger import tallies
from postal_tracker.storage.tables import LedgerEntry, LogLeaf
from tests.growing import grow
from tests.hotline import opened
from tests.outgoing.notices.conftest import Telling
from tests.outgoing.notices.gateways import gateway
from tests.outgoing.notices.mailing import mailing
from tests.plans import hearing, read_through
from tests.web.conftest import Visitor, employ
from tests.web.examples import recorded

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

HOUR = timedelta(hours=1)

DOSSIERS = 20_000
"""So many that PostgreSQL sees a difference."""

MAY_SCAN = (
    # Reads an index from one end, and stops after a few rows; a count after a thousand.
    ("", r"FROM dossier JOIN ((?!WHERE).)* ORDER BY dossier\.id( DESC)? LIMIT"),
    ("", r"FROM dossier .* WHERE dossier\.id < \S+ ORDER BY dossier\.id DESC LIMIT"),
    ("", r"WHERE NOT \(?dossier\.open .* ORDER BY dossier\.id DESC LIMIT"),
    ("", r"^SELECT count\(\*\) AS count_1 FROM \(SELECT dossier\.id AS id FROM dossier LIMIT"),
    ("", r"^SELECT count\(\*\) .* FROM dossier WHERE NOT \(dossier\.open .* LIMIT"),
    ("", r"max\(ledger_entry\.id\) AS max_1 FROM ledger_entry$"),
    ("", r"FROM parcel ORDER BY parcel\.id DESC LIMIT"),
    ("", r"FROM feedback JOIN ((?!WHERE).)* ORDER BY feedback\.id DESC LIMIT"),
    (
        "",
        r"^SELECT ledger_entry\.recorded_at FROM ledger_entry ORDER BY ledger_entry\.id DESC LIMIT",
    ),
    ("", r"FROM ledger_entry LEFT OUTER JOIN log_leaf .* ORDER BY ledger_entry\.id DESC LIMIT"),
    # Out of everybody's reach: nothing is read.
    ("", r"WHERE (.* AND )?(0 = 1|false)( |$)"),
    ("", r"IN \(SELECT (outbox|carrier_message)\.id FROM \w+ ORDER BY \w+\.id LIMIT"),
    # An index that holds those without a number alone, which are few.
    ("", r"FROM outbox WHERE outbox\.number IS NULL ORDER BY outbox\.id LIMIT"),
    # An index that holds parcels alone that the post has had for a minute.
    ("", r"FROM parcel WHERE parcel\.open .*promised_at IS NULL .* ORDER BY parcel\.id DESC"),
    # PostgreSQL takes the newest one by one where it knows that most of them fit; SQLite does not.
    ("postgresql", r"FROM dossier JOIN .* ORDER BY dossier\.id( DESC)? LIMIT"),
    # Of the few messages that the test has; of many it looks up each.
    ("postgresql", r"FROM carrier_message WHERE carrier_message\.id IN \(SELECT value FROM unnest"),
    # The steps of all, which are one in five rows here: of many it looks up each dossier's.
    ("postgresql", r"FROM dossier LEFT OUTER JOIN deadline_step"),
    ("postgresql", r"FROM deadline_step JOIN dossier .* ORDER BY deadline_step\.dossier_id"),
    # Parcels beside those that may have a gap: of many it looks up each.
    ("postgresql", r"FROM \(SELECT ledger_entry\.parcel_id .* UNION ALL .* JOIN parcel"),
    # SQLite plans to look for what refers to new rows, and does not unless some are missing.
    ("sqlite", r"INSERT INTO (ledger_entry|dossier) .* FROM json_each"),
)
"""On which database (empty: both), and what is asked."""


def may_scan(dialect, statement):
    # What is within everybody's reach is asked for with a condition that is none.
    flat = re.sub(r" WHERE (1 = 1|true)(?= |$)", "", " ".join(statement.split()))
    return any(of in ("", dialect) and re.search(pattern, flat) for of, pattern in MAY_SCAN)


def faults(engine, asked):
    """Return the statements that read a large table through, each once, with how."""
    name = engine.dialect.name
    different = {one.statement: one for one in asked if not may_scan(name, one.statement)}
    found = {s: read_through(engine, one) for s, one in different.items()}
    return {" ".join(s.split()): how for s, how in found.items() if how}


INSPECTED = ("work", "late", "gaps", "corrections", "acts")
LISTS = (
    *("/dossiers", "/dossiers?cursor=2000", "/dossiers?overdue=true", "/dossiers?overdue=false"),
    *(f"/dossiers?stage={stage}" for stage in ("delivered", "at_authority", "lost")),
    *(f"/dossiers?holder={holder}" for holder in ("office", "post", "authority", "citizen")),
    *("/dossiers?authority=PC08", "/dossiers?office=H49.12", "/dossiers?authority=?"),
    *("/dossiers?q=nguyen van", "/dossiers?q=5678", "/dossiers?q=H49", "/dossiers?q=xuyen a"),
    *("/dossiers?q=nguyen&holder=post", "/messages?state=unread", "/messages?state=unclaimed"),
    *("/reports/locations", "/reports/overdue?office=H49.12", "/reports/overdue?authority=PC08"),
    *("/reports/silent", "/reports/unaccepted", "/reports/punctuality?month=2026-10"),
    *("/reports/promises?month=2026-11", "/reports/feedback?month=2026-11"),
    *(
        "/parcels",
        "/parcels?sort=news&direction=to_centre",
        "/parcels?from=2025-03-01&office=H49.12",
    ),
    *("/reports/nearly-late", "/reports/to-forward", "/worklist"),
    *(f"/worklist?kind={kind}" for kind in ("to_seal", "to_print", "result_waiting", "feedback")),
    *(
        f"/feedback{part}"
        for part in ("", "?state=open", "?kind=erase", "?overdue=true", "?mine=true")
    ),
    *(f"/reports/inspection?part={part}" for part in INSPECTED),
    *(f"/reports/inspection?part={part}&office=H49.12" for part in INSPECTED),
    *("/reports/found-by-poll?month=2026-10", "/reports/follow-ups/claimed"),
    *("/reports/satisfaction?month=2026-10", "/reports/satisfaction?by=carrier"),
    *("/reports/ii06a", "/reports/summary", "/reports/p766", "/reports/ii06a/dossiers"),
)
PAGES = (
    *(
        "",
        "/worklist",
        "/dossiers",
        "/dossiers?holder=post",
        "/dossiers?overdue=on",
        "/dossiers?sort=oldest",
        "/dossiers?sort=oldest&stage=delivered",
        "/dossiers?sort=due&stage=delivered&office=H49.12",
        "/dossiers?from=2025-03-01&to=2025-03-31&stage=lost",
        "/dossiers?to=2025-03-01&authority=PC08&sort=oldest",
        "/dossiers?from=2025-03-01&cursor=2025-04-01T00:00:00%2B00:00~1",
        "/handovers?from=2025-03-01&to=2025-03-31&state=signed",
        "/handovers/list.csv",
        "/courier-devices",
        "/worklist?escalated=yes&kind=silent",
        "/dossiers/list.csv?from=2025-03-01&to=2025-03-02",
        "/dossiers/new",
        "/parcels",
        "/parcels?sort=oldest&office=H49.12",
        "/parcels?sort=news&direction=to_centre&carrier=rehearsal",
        "/parcels?milestone=in_transit",
        "/parcels?milestone=delivered&from=2025-03-01&to=2025-04-15",
        "/parcels?sort=oldest&to=2025-04-15&office=H49.12&carrier=rehearsal",
        "/parcels?cursor=2025-04-01T00:00:00%2B00:00~1",
        "/parcels/list.csv?from=2025-03-01&to=2025-03-02",
        "/surveys",
        "/courier-devices",
        "/feedback",
        "/feedback/list.csv",
        "/imports/list.csv",
        "/lists/sessions.csv",
        "/lists/procedures.csv",
        "/feedback?state=taken&overdue=yes",
        "/feedback?kind=erase",
        "/feedback/{right}/held",
        "/admin/breach?since=2025-03-01T00:00&until=2025-03-02T00:00",
    ),
    *("/dossiers/{code}", "/dossiers/{code}/correct", "/dossiers/{code}/cancel"),
    *("/station/receive", "/station/shelf", "/station/handover", "/station/seal"),
    *("/parcels/new", "/parcels/{number}", "/handovers", "/handovers/{list}", "/prints"),
    *("/messages", "/printers", "/carriers", "/reports", "/reports/locations", "/reports/overdue"),
    *("/reports/silent", "/reports/unaccepted", "/reports/punctuality", "/reports/found-by-poll"),
    *("/reports/promises", "/reports/promises?month=2026-10"),
    *("/reports/overview", "/reports/overview?month=2026-10&office=H49.12"),
    *(
        f"/reports/overview/behind?month=2026-10&figure={figure}"
        for figure in ("received_new", "ended", "settled_late", "open", "due", "slow", "posted")
    ),
    "/reports/overview/behind?figure=due&day=2026-11-25&key=PC08",
    "/reports/to-forward",
)


@pytest.fixture
def large(any_centre):
    grow(any_centre.database.engine, DOSSIERS, until=any_centre.clock())
    return any_centre


def test_no_door_for_programs_reads_a_large_table_through(large):
    engine = large.database.engine
    with hearing(engine) as asked:
        recorded(large)

    assert len({one.statement for one in asked}) > 100
    assert faults(engine, asked) == {}


def test_no_list_no_report_and_no_page_reads_a_large_table_through(large):
    code = large.a_dossier()
    number = large.a_parcel(code)
    made = large.post("/handovers", {"carrier": "rehearsal", "parcels": [number]}).json()
    names = {"code": code, "number": number, "list": made["number"], "right": asked_to_see(large)}
    engine = large.database.engine
    wrong = {}
    pages = [f"/desk{p.format(**names)}" for p in PAGES]
    for path in [*(f"/api/v1{p}" for p in LISTS), *pages, "/courier", "/courier/lists"]:
        with hearing(engine) as asked:
            answer = large.call("GET", path, role=role_for(path))
        assert answer.status_code in (200, 404), (path, answer.status_code, answer.text[:200])
        wrong |= {f"{path}: {statement}": how for statement, how in faults(engine, asked).items()}

    assert wrong == {}


def asked_to_see(centre):
    """Return the number of somebody's wish to see his data, whose paper was looked at."""
    wish = opened(centre, centre.a_dossier(id_number="022190777333"), kind="view")
    centre.post(f"/feedback/{wish}/acts", {"act": "identify"})
    return wish


def role_for(path):
    if path.startswith("/courier"):
        return "courier"
    roles = {
        "breach": "admin",
        "printers": "admin",
        "inspection": "manager",
        "satisfaction": "manager",
    }
    return next((role for word, role in roles.items() if word in path), "desk")


def test_no_news_that_comes_late_reads_a_large_table_through(large):
    """It changes a history in its middle: the parcel and what is inside are replayed."""
    number = large.a_parcel(large.a_dossier())
    at = large.clock.pass_(hours=3)
    with hearing(large.database.engine) as asked:
        for hours, milestone in ((0, "delivered"), (2, "accepted"), (1, "in_transit")):
            event = {"id": milestone, "tracking_number": number, "milestone": milestone}
            told = {"events": [event | {"happened_at": (at - hours * HOUR).isoformat()}]}
            assert large.post("/events", told, role="courier").status_code == 200

    assert sum("FROM ledger_entry LEFT" in one.statement for one in asked) > 1
    assert faults(large.database.engine, asked) == {}


def test_no_form_and_no_page_of_couriers_or_citizens_reads_a_large_table_through(large):
    engine, wrong, answers = large.database.engine, {}, []
    for who, method, address, fields in posted(large):
        with hearing(engine) as asked:
            answer = who.opens(address) if method == "GET" else who.sends(address, fields)
        answers.append(answer.status_code)
        wrong |= {
            f"{address}: {statement}": how for statement, how in faults(engine, asked).items()
        }

    # What nobody knows, what comes too soon, and a wrong proof; all else is done.
    assert [status for status in answers if status not in (200, 303)] == [422, 409, 404]
    assert len(answers) > 18
    assert wrong == {}


def scanned_at_the_station(lan, centre):
    code, number = centre.a_dossier(), centre.a_parcel(centre.a_dossier(), direction="to_centre")
    way = {"carrier": "rehearsal", "direction": "to_authority", "form_id": "d" * 32}
    for mode in ("lookup", "shelf", "handover", "seal", "receive", "receive"):
        yield lan, "POST", f"/desk/station/{mode}", way | {"lines": f"{code}\n{number}"}
    last = centre.get(f"/parcels/{number}").json()["dossiers"][0]
    timeline = centre.get(f"/dossiers/{last}").json()["timeline"]
    back = next(e["entry"] for e in timeline if e["what"] == "received_back")
    yield lan, "POST", "/desk/station/undo", {"mode": "receive", "entries": str(back)}


def posted(centre):
    """Let people do by their forms what they do in a day, and look at pages of their own."""
    for name in ("lan", "tuan"):
        employ(centre, name)
    lan, tuan, hoa = (Visitor(centre) for _ in range(3))
    lan.signs_in("lan")
    tuan.signs_in("tuan")
    code, other = centre.a_dossier(name="Bà Mai", phone="0933333333"), centre.a_dossier()
    number = centre.a_parcel(other)
    clerk, courier = "/desk/dossiers", f"/courier/{number}"
    yield (
        lan,
        "POST",
        f"{clerk}/new",
        {
            "procedure": "GPLX-01",
            "applicant.name": "Ông Nam",
            "applicant.phone": "0944444444",
            "form_id": "a" * 32,
        },
    )
    yield lan, "POST", clerk, {"q": "nguyen van"}
    yield lan, "POST", clerk, {"holder": "post", "overdue": "yes"}
    for what in (code, number, "nothing like it"):
        yield lan, "POST", "/desk/scan", {"code": what}
    yield lan, "POST", "/desk/parcels/new", {
        "carrier": "rehearsal", "direction": "to_authority", "dossiers": code, "form_id": "b" * 32,
    }  # fmt: skip
    yield lan, "POST", "/desk/handovers", {
        "carrier": "rehearsal", "parcels": number, "form_id": "c" * 32,
    }  # fmt: skip
    listed = re.search(r"BK-[\w-]+", lan.opens("/desk/handovers").text)
    yield lan, "POST", f"/desk/handovers/{listed[0]}/sign", {"signed_by": "Tuấn"}
    yield lan, "POST", f"{clerk}/{other}/acts", {"act": "result_ready"}
    third = centre.a_dossier(name="Bà Lý", phone="0955555555")
    yield lan, "GET", f"{clerk}/{third}/cancel", {}
    yield lan, "POST", f"{clerk}/{third}/cancel", {"note": "rút hồ sơ"}
    yield from scanned_at_the_station(lan, centre)
    yield lan, "POST", "/desk/messages/read-again", {"carrier": "", "state": "unread"}
    yield tuan, "GET", "/courier", {}
    yield tuan, "POST", "/courier", {"code": number}
    yield tuan, "GET", courier, {}
    yield tuan, "POST", courier, {"milestone": "accepted", "form_id": "d" * 32}
    yield tuan, "GET", "/courier", {}
    yield hoa, "GET", "/", {}
    yield hoa, "POST", "/", {"code": other, "phone_last4": "5678"}
    yield hoa, "POST", "/", {"code": other, "phone_last4": "0000"}
    yield hoa, "GET", "/courier/sign-in", {}


def test_no_page_of_the_national_feeds_reads_a_large_table_through(large):
    """The newest entries have leaves, the rest of this record has none."""
    number = large.a_parcel(large.a_dossier(), large.a_dossier(name="Ông Ba"))
    large.tell(large.an_event(number, "accepted"))
    newest = select(LedgerEntry.id).order_by(col(LedgerEntry.id).desc()).limit(300)
    found = sorted(large.database.read_now(lambda s: s.exec(newest).all()))
    leaves = [
        LogLeaf(seq=n, kind="entry", row_id=id_, hash="0" * 64) for n, id_ in enumerate(found)
    ]
    large.database.write_now(lambda s: s.add_all(leaves))
    engine = large.database.engine
    with hearing(engine) as asked:
        for what in ("dossiers", "progress"):
            for cursor in ("0", f"3-{'0' * 16}", f"{len(leaves)}-{'0' * 16}"):
                told = large.get(f"/national/{what}?cursor={cursor}", role="admin")
                assert told.status_code == 200, told.text
                assert bool(told.json()["items"]) is not cursor.startswith(str(len(leaves)))

    assert len({one.statement for one in asked}) > 10
    assert faults(engine, asked) == {}


def test_no_work_of_the_night_or_of_a_round_reads_a_large_table_through(large):
    house, engine = large.house, large.database.engine
    house.settings.people_kept_days = 400  # so that there are some to erase
    tasks = Tasks(house, "here")
    with hearing(engine) as asked:
        for forget in tasks.forgotten(large.clock()):
            large.database.write_now(partial(forget, most=20))
        large.database.write_now(lambda s: tallies.fold(s, 20))
        now, who = large.clock(), {"rehearsal"}
        large.database.write_now(lambda s: lease(s, who, most=50, now=now, until=now + LEASE))
        large.database.write_now(lambda s: announcing._unannounced(s, who, 50))
        known = large.database.read_now(
            lambda s: promises.learn(s, ["rehearsal", "ghn"], house.calendar, now)
        )
        large.database.write_now(lambda s: promises.make(s, 50, forecaster=known, now=now))

    assert len(asked) > 10
    assert faults(engine, asked) == {}


def test_telling_a_citizen_reads_no_large_table_through(large):
    """Queued, told, refused, asked about, reported, passed on, shown, sent again."""
    with mailing() as mail, gateway() as sms, gateway() as zalo:
        telling = Telling(large, mail, sms, zalo)
        telling.by("sms", "email")
        answers = iter((0, 503, *[200] * 99))
        sms.answers = lambda _n: next(answers)
        with hearing(large.database.engine) as asked:
            codes = [telling.a_dossier(phone=f"091234567{n}") for n in range(3)]
            for _ in range(3):
                telling.work()
                telling.pass_(minutes=3)
            telling.report("sms", {"id": sms.taken[-1]["id"], "status": "delivered"})
            assert [telling.again(code).status_code for code in codes] == [202] * 3

    assert len({one.statement for one in asked}) > 20
    assert faults(large.database.engine, asked) == {}
