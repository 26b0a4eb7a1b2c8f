"""What a citizen sees of one dossier, and what somebody who guesses does not."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from postal_tracker.access.guesses import count_guess
from postal_tracker.access.throttle import key_of
from postal_tracker.core.problems import TooMany
from postal_tracker.desks import correcting
from postal_tracker.house import House
from postal_tracker.storage.tables import Office, WrongProof
from postal_tracker.views import lookup
from tests.centre import Centre, app_of
from tests.plans import hearing, read_through

PLACES = ("Bưu cục Uông Bí", "12 Trần Phú, nhà bà Hoa")


@pytest.fixture
def proxied(sqlite_url):
    """A centre behind its own proxy, which says whom it speaks for."""
    with Centre(sqlite_url, behind_proxy=True) as made:
        yield made


@pytest.fixture
def any_proxied(database_url):
    """The same on both databases."""
    with Centre(database_url, behind_proxy=True) as made:
        yield made


def ask(centre, code, phone_last4="5678", *, network="198.51.100.7", **headers):
    body = {"code": code, "phone_last4": phone_last4}
    return centre.post(
        "/track", body, role="", headers={"X-Forwarded-For": f"203.0.113.9, {network}", **headers}
    )


def lookup_code(centre, code):
    return centre.get(f"/dossiers/{code}").json()["lookup_code"]


def wrong_proofs(centre):
    rows = centre.database.read_now(lambda s: s.exec(select(WrongProof)).all())
    return sorted(row.tries for row in rows)


# Who guesses


def test_an_unknown_code_and_a_wrong_proof_are_answered_alike(any_proxied):
    right = lookup_code(any_proxied, any_proxied.a_dossier())
    unknown = lookup_code(any_proxied, any_proxied.a_dossier())[:-1] + "?"
    answers = [
        ask(any_proxied, right, "0000", network="198.51.100.1"),
        ask(any_proxied, "H49.12-261123-9999", network="198.51.100.2"),
        ask(any_proxied, unknown, network="198.51.100.3"),
        ask(any_proxied, "'; DROP TABLE dossier; --", network="198.51.100.4"),
        ask(any_proxied, "\u0000", network="198.51.100.5"),
    ]

    assert {a.status_code for a in answers} == {404}
    assert len({a.text for a in answers}) == 1
    assert len({json.dumps(sorted(a.headers)) for a in answers}) == 1


def test_an_unknown_code_and_a_wrong_proof_leave_the_same_trace(sqlite_url, postgres_url):
    traces = []
    for url, code in ((sqlite_url, None), (postgres_url, "H49.12-261123-9999")):
        with Centre(url, behind_proxy=True) as centre:
            made = centre.a_dossier()
            ask(centre, code or made, "0000")
            traces.append(wrong_proofs(centre))

    assert traces == [[1] * 5] * 2


def test_who_guesses_must_wait_and_others_need_not(any_proxied):
    code = lookup_code(any_proxied, any_proxied.a_dossier())
    for _ in range(5):
        assert ask(any_proxied, code, "0000").status_code == 404
    refused = ask(any_proxied, code, "5678")

    assert refused.status_code == 429
    assert refused.json()["type"] == "/problems/too-many-lookups"
    assert int(refused.headers["retry-after"]) == 60
    assert ask(any_proxied, code, "5678", network="198.51.100.8").status_code == 200
    any_proxied.clock.pass_(minutes=1)
    assert ask(any_proxied, code, "5678").status_code == 200


def test_each_further_wrong_guess_makes_the_wait_twice_as_long(proxied):
    code, waits = lookup_code(proxied, proxied.a_dossier()), []
    for _ in range(9):
        ask(proxied, code, "0000")
        wait = int(ask(proxied, code).headers.get("retry-after", 0))
        proxied.clock.pass_(seconds=wait)
        waits.append(wait // 60)

    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 16]


def test_a_whole_ipv6_network_is_one_guesser(proxied):
    code = lookup_code(proxied, proxied.a_dossier())
    for n in range(5):
        ask(proxied, code, "0000", network=f"2001:db8:1:2::{n}")

    assert ask(proxied, code, network="2001:db8:1:2:ffff::1").status_code == 429
    assert ask(proxied, code, network="2001:db8:1:3::1").status_code == 200


def opened_before(centre, code):
    """Return the cookie of a device on which this code was opened with the right proof."""
    page = centre.client.post("/", data={"code": code, "phone_last4": "5678"})
    centre.client.cookies.clear()
    return page.cookies["known"]


def guessed_at_by_all_the_world(proxied, code):
    """Guess until strangers may not any more: half of the guesses from fresh networks each."""
    answers = [ask(proxied, code, "0000", network=f"192.0.2.{n}").status_code for n in range(30)]
    assert answers == [404] * 20 + [429] * 10


def test_who_opened_a_code_before_goes_on_while_all_the_world_guesses_at_it(proxied):
    code = lookup_code(proxied, proxied.a_dossier())
    own = opened_before(proxied, code)
    guessed_at_by_all_the_world(proxied, code)

    assert ask(proxied, code, network="198.51.100.200").status_code == 429
    assert ask(proxied, code, Cookie=f"known={own}").status_code == 200
    proxied.clock.pass_(days=1)
    assert ask(proxied, code, network="198.51.100.200").status_code == 200


def test_the_receipts_link_opens_a_code_that_all_the_world_guesses_at(proxied):
    dossier = proxied.a_dossier()
    code = lookup_code(proxied, dossier)
    guessed_at_by_all_the_world(proxied, code)
    page = proxied.client.get(f"/t/{a_token(proxied, dossier)}")

    assert page.status_code == 200
    known = f"known={page.cookies['known']}"
    proxied.client.cookies.clear()
    assert ask(proxied, code).status_code == 429
    assert ask(proxied, code, Cookie=known).status_code == 200


def test_a_mark_of_one_code_helps_with_no_other(proxied):
    code, other = (lookup_code(proxied, proxied.a_dossier()) for _ in range(2))
    own = opened_before(proxied, code)
    guessed_at_by_all_the_world(proxied, other)

    assert ask(proxied, other, Cookie=f"known={own}").status_code == 429


def test_a_known_device_that_guesses_must_wait_too(proxied):
    code = lookup_code(proxied, proxied.a_dossier())
    own = opened_before(proxied, code)
    answers = [ask(proxied, code, "0000", Cookie=f"known={own}").status_code for _ in range(6)]

    assert answers == [404] * 5 + [429]


def test_half_of_a_codes_guesses_are_kept_for_networks_that_guessed_nothing_wrong(proxied):
    code, another = (lookup_code(proxied, proxied.a_dossier()) for _ in range(2))
    for n in range(15):
        ask(proxied, another, "0000", network=f"192.0.2.{n}")
        ask(proxied, code, "0000", network=f"192.0.2.{n}")

    assert ask(proxied, code, network="192.0.2.1").status_code == 429
    assert ask(proxied, code, network="198.51.100.200").status_code == 200


def test_when_the_world_has_guessed_enough_only_fresh_networks_are_judged(database_url):
    with Centre(database_url, behind_proxy=True, lookup_wrong_per_day_overall=10) as centre:
        code = lookup_code(centre, centre.a_dossier())
        for n in range(10):
            ask(centre, f"H49.12-261123-{n + 100:04}", network="192.0.2.1")

        assert ask(centre, code, network="192.0.2.1").status_code == 429
        assert ask(centre, code, network="198.51.100.200").status_code == 200


def test_a_mistyped_code_uses_up_nobodys_guesses(proxied):
    for n in range(40):
        ask(proxied, "H49.12-261123", network=f"192.0.2.{n}")

    assert ask(proxied, "H49.12-261123", network="198.51.100.200").status_code == 404
    assert wrong_proofs(proxied) == [1] * 82


def test_after_sixty_wrong_guesses_a_carriers_network_waits_for_seconds(proxied):
    code = lookup_code(proxied, proxied.a_dossier())
    for n in range(60):
        ask(proxied, f"H49.12-261123-{n + 100:04}")

    refused = ask(proxied, code)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) == 1
    assert ask(proxied, code, network="198.51.100.8").status_code == 200
    proxied.clock.pass_(seconds=1)
    assert ask(proxied, code).status_code == 200


def test_twenty_guesses_at_once_are_judged_one_by_one(any_proxied):
    code = lookup_code(any_proxied, any_proxied.a_dossier())
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda _: ask(any_proxied, code, "0000"), range(20)))

    judged = [answer.status_code for answer in answers]
    assert judged.count(404) == 5
    assert set(judged) == {404, 429, 503} or set(judged) == {404, 429}


def test_two_services_on_one_database_judge_one_guess_at_a_time(postgres_url):
    """Each would judge five before it heard of the other's, and the one right among them too."""
    with Centre(postgres_url, behind_proxy=True) as centre:
        code = lookup_code(centre, centre.a_dossier())
        second = TestClient(app_of(House(centre.settings, clock=centre.clock)))
        guess = {"json": {"code": code, "phone_last4": "0000"}}
        with second, ThreadPoolExecutor(20) as threads:
            ways = [centre.client, second] * 10
            answers = list(threads.map(lambda way: way.post("/api/v1/track", **guess), ways))

    assert [answer.status_code for answer in answers].count(404) == 5


def test_a_guess_waits_until_another_processes_guess_is_counted(postgres_url):
    """The second comes between the first one's judgement and its count."""
    limits = lookup.lookup_limits(per_pair=1, per_day=20, overall=10_000)
    with Centre(postgres_url) as centre:
        code, now = centre.a_dossier(), centre.clock()
        asked = lookup.Question(code, "0000", ("net", "net"), "", limits)
        judge = partial(lookup.find, asked=asked, now=now, today=now.date(), lang="vi")
        is_judged = threading.Event()

        def first() -> None:
            with centre.database.transaction() as session:
                guess = judge(session).guess
                is_judged.set()
                time.sleep(0.3)
                count_guess(session, guess, limits, now)

        with ThreadPoolExecutor(1) as another:
            counted = another.submit(first)
            assert is_judged.wait(60)
            with pytest.raises(TooMany), centre.database.transaction() as session:
                judge(session)
            counted.result()


def test_right_answers_are_never_counted(proxied):
    code = lookup_code(proxied, proxied.a_dossier())
    for _ in range(10):
        assert ask(proxied, code).status_code == 200

    assert wrong_proofs(proxied) == []


@pytest.mark.parametrize(
    "lines",
    [
        ["198.51.100.7"],
        ["198.51.100.7:51234"],
        ["192.0.2.1", "203.0.113.9, 198.51.100.7"],
        ["[2001:db8:1:2::3]:443"],
        ["203.0.113.9, 2001:db8:1:2::4"],
        ["not an address", "2001:db8:1:2::5"],
    ],
)
def test_the_client_is_the_last_address_of_the_last_line(proxied, lines):
    headers = [("x-forwarded-for", line) for line in lines]
    body = {"code": lookup_code(proxied, proxied.a_dossier()), "phone_last4": "0000"}
    proxied.client.post("/api/v1/track", json=body, headers=headers)
    told = lines[-1].rpartition(" ")[2]
    network = "2001:db8:1:2::/64" if "2001" in told else "198.51.100.7"

    counted = proxied.database.read_now(lambda s: s.exec(select(WrongProof.key)).all())
    assert key_of("lookup:network", network) in counted


def test_a_forged_address_changes_nobodys_network(centre):
    """Without a proxy of ours the header is anybody's word."""
    code = lookup_code(centre, centre.a_dossier())
    for n in range(5):
        ask(centre, code, "0000", network=f"192.0.2.{n}")

    assert ask(centre, code).status_code == 429


def test_a_dossier_without_a_telephone_is_opened_by_no_digits(proxied):
    made = proxied.post("/dossiers", {"procedure": "GPLX-01", "applicant": {"name": "Hoa"}}).json()
    digits = ("0000", "----", "    ", "1234")
    answers = [ask(proxied, made["lookup_code"], d, network=f"192.0.2.{d}") for d in digits]

    assert [a.status_code for a in answers] == [404, 422, 422, 404]


@pytest.mark.parametrize("digits", ["567", "56789", "٥٦٧٨", "5678\n", "", "567\u0000"])
def test_a_proof_is_four_digits(proxied, digits):
    code = lookup_code(proxied, proxied.a_dossier())

    assert ask(proxied, code, digits).status_code == 422


# What is seen


@pytest.mark.parametrize("typed", [str, str.lower, lambda c: c.replace("-", " "), "  {}  ".format])
def test_a_code_is_found_however_it_is_typed(proxied, typed):
    dossier = proxied.a_dossier()

    assert ask(proxied, typed(lookup_code(proxied, dossier))).json()["code"] == dossier
    assert ask(proxied, dossier.lower()).json()["code"] == dossier


def test_nobody_is_named_and_nothing_of_theirs_is_shown(any_proxied):
    made = any_proxied.post(
        "/dossiers",
        {
            "procedure": "GPLX-01",
            "applicant": {
                "name": "Nguyễn Thị Hoa",
                "phone": "0912345678",
                "email": "hoa@example.vn",
                "id_number": "022190001234",
                "address": "12 Trần Phú",
            },
            "note": "gọi buổi chiều",
        },
    ).json()
    number = any_proxied.a_parcel(made["code"])
    any_proxied.tell(
        any_proxied.an_event(
            number, "delivery_failed", place=PLACES[1], reason="bà Hoa đi vắng", note="gửi ông Bình"
        )
    )
    text = ask(any_proxied, made["lookup_code"]).text

    for secret in ("Hoa", "345678", "hoa@", "0221", "Trần Phú", "chiều", "Bình", "staff", "key:"):
        assert secret not in text


def test_a_place_at_somebodys_door_is_not_shown(proxied):
    code = proxied.a_dossier()
    number = proxied.a_parcel(code, direction="to_citizen")
    proxied.tell(proxied.an_event(number, "accepted", place=PLACES[0]))
    for what in ("out_for_delivery", "delivery_failed", "delivered"):
        proxied.clock.pass_(hours=1)
        proxied.tell(proxied.an_event(number, what, place=PLACES[1]))
        seen = ask(proxied, code).json()
        assert PLACES[1] not in json.dumps(seen, ensure_ascii=False)
        assert seen["timeline"][-1]["place"] is None


def test_what_was_struck_out_is_not_shown(any_proxied):
    code = any_proxied.a_dossier()
    number = any_proxied.a_parcel(code)
    any_proxied.tell(any_proxied.an_event(number, "accepted", place="Bưu cục Nhầm"))
    [wrong] = [
        e
        for e in any_proxied.get(f"/dossiers/{code}").json()["timeline"]
        if e["what"] == "accepted"
    ]
    act = {"act": "strike_out", "entry": wrong["entry"]}
    assert any_proxied.post(f"/dossiers/{code}/acts", act).status_code == 200
    seen = ask(any_proxied, code)

    assert "Nhầm" not in seen.text
    assert [e["text"] for e in seen.json()["timeline"]] == [
        "Tiếp nhận hồ sơ",
        "Niêm phong vào bưu gửi",
    ]


def test_the_same_told_twice_is_shown_once(proxied):
    code = proxied.a_dossier()
    number = proxied.a_parcel(code)
    for _ in range(3):
        proxied.clock.pass_(hours=1)
        proxied.tell(proxied.an_event(number, "in_transit", place=PLACES[0]))

    texts = [e["text"] for e in ask(proxied, code).json()["timeline"]]
    assert texts.count("Đang vận chuyển") == 1


def test_the_language_is_the_callers(proxied):
    code = proxied.a_dossier()
    vietnamese = ask(proxied, code).json()["stage_text"]
    english = ask(proxied, code, **{"Accept-Language": "en"}).json()["stage_text"]

    assert not vietnamese.isascii()
    assert english == "Your dossier is at the office and will be sent on."


# The receipt's link


def a_token(centre, code):
    plain = lookup_code(centre, code).replace("-", "")
    return lookup.link_token(plain, centre.house.secret)


def test_the_receipts_link_opens_its_own_dossier_and_no_other(any_centre):
    code, other = any_centre.a_dossier(), any_centre.a_dossier(name="Ông Khác")
    token, others = a_token(any_centre, code), a_token(any_centre, other)

    page = any_centre.client.get(f"/t/{token}")
    assert page.status_code == 200
    assert code in page.text
    assert other not in page.text
    another = "3" if token.endswith("7") else "7"
    for wrong in (
        token[:-1],
        token[:-1] + another,
        token[:13] + others[13:],
        "x",
        "%00",
        token * 4,
    ):
        answer = any_centre.client.get(f"/t/{wrong}", headers={"Accept": "application/json"})
        assert answer.status_code in (404, 422), wrong
    stranger = lookup.link_token(token[:13], "another house's secret of 32 letters")
    assert any_centre.client.get(f"/t/{stranger}").status_code == 404


@pytest.mark.parametrize(
    ("milestone", "reason", "says", "does"),
    [
        ("delivery_failed", "nobody_home", "không gặp người nhận", "Bưu chính sẽ phát lại"),
        ("delivery_failed", "wrong_address", "địa chỉ chưa đúng", "báo ngay cho điểm tiếp nhận"),
        ("awaiting_collection", None, "tới nhận tại bưu cục", "mang giấy tờ tùy thân"),
        ("returning", "refused", "từ chối nhận", "sẽ liên hệ"),
    ],
)
def test_a_delivery_that_failed_is_told_with_its_reason_and_what_to_do(
    any_centre, milestone, reason, says, does
):
    code = any_centre.a_dossier()
    any_centre.post(f"/dossiers/{code}/acts", {"act": "result_ready"})
    number = any_centre.a_parcel(code, direction="to_citizen")
    told = {"reason": reason} if reason else {}
    any_centre.tell(
        any_centre.an_event(number, "out_for_delivery"),
        any_centre.an_event(number, milestone, place="Bưu cục Uông Bí", **told),
    )
    seen = any_centre.post("/track", {"code": code, "phone_last4": "5678"}, role="").json()

    assert says in seen["stage_text"]
    assert does in seen["next_text"]


def test_an_english_answer_names_the_office_in_english_and_the_citizen_as_you(any_centre):
    def named(session):
        for office in session.exec(select(Office)):
            office.name_en = f"Office {office.code}"
            session.add(office)

    any_centre.database.write_now(named)
    waits, over = any_centre.a_dossier(), any_centre.a_dossier()
    any_centre.post(f"/dossiers/{over}/acts", {"act": "cancelled"})
    english = {"Accept-Language": "en"}
    held = [ask(any_centre, code, **english).json()["location"] for code in (waits, over)]
    told = ask(any_centre, waits, **english).json()["timeline"]

    assert held[0]["place"].startswith("Office H49")
    assert held[0]["place"] == told[0]["place"]
    assert held[1]["holder_text"] == "You"


def test_no_question_of_a_citizen_reads_the_ledger_through(centre):
    code = centre.a_dossier()
    centre.a_parcel(code)
    engine = centre.database.engine
    with hearing(engine) as asked:
        assert ask(centre, code).status_code == 200

    assert any("ledger_entry" in one.statement for one in asked)
    assert [read_through(engine, one) for one in asked] == [[]] * len(asked)


def test_what_one_person_handed_in_on_one_day_is_shown_together(any_centre):
    code, beside = any_centre.a_dossier(), any_centre.a_dossier()
    strangers = any_centre.a_dossier(name="Ông Khác")
    any_centre.clock.pass_(days=1)
    later = any_centre.a_dossier()
    page = any_centre.client.get(f"/t/{a_token(any_centre, code)}").text

    assert (code in page, beside in page) == (True, True)
    assert (strangers in page, later in page) == (False, False)
    token = page.partition('href="/t/')[2].partition('"')[0]
    assert beside in any_centre.client.get(f"/t/{token}").text
    whole = any_centre.lan.scope
    any_centre.database.write_now(lambda s: correcting.revoke_link(s, beside, scope=whole))
    assert beside not in any_centre.client.get(f"/t/{a_token(any_centre, code)}").text


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_mistyped_code_is_told_as_such_and_counts_as_no_guess(centre, lang):
    code = lookup_code(centre, centre.a_dossier())
    wrong = code[:-1] + ("3" if code[-1] != "3" else "4")
    typed = {"code": wrong, "phone_last4": "5678"}
    for _ in range(8):
        page = centre.client.post("/", data=typed, headers={"Accept-Language": lang})

    assert page.status_code == 422
    assert ("gõ nhầm" if lang == "vi" else "typing mistake") in page.text
    assert centre.client.post("/", data={**typed, "code": code}).status_code == 200


def test_the_carriers_own_page_is_one_link_away(centre):
    code = centre.a_dossier()
    number = centre.a_parcel(code, carrier="ghn", tracking_number="GYHNALFB")
    page = centre.client.get(f"/t/{a_token(centre, code)}").text

    assert f"https://donhang.ghn.vn/?order_code={number}" in page
