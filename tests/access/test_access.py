"""Who may come in: sign-ins, sessions, keys, and what a thief finds in the database."""

import asyncio
import re
import threading
import time
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from postal_tracker import access
from postal_tracker.access import Role, devices, hashes, networks, sealed, throttle
from postal_tracker.core.problems import Busy, Conflict, Invalid, NotFound, TooMany, Unauthorised
from postal_tracker.storage.database import Database
from postal_tracker.storage.migrations import upgrade
from postal_tracker.storage.tables import Office, StaffMember

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
PASSWORD = "tre xanh bến cũ 7"
LANS_PC = "203.0.113.7"
SOMEWHERE_ELSE = "198.51.100.20"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("staff") / "empty.db"
    database = Database(f"sqlite:///{file}")
    upgrade(database.engine)
    database.close()
    return file


@pytest.fixture
def database(empty: Path, tmp_path: Path) -> Iterator[Database]:
    (tmp_path / "postal.db").write_bytes(empty.read_bytes())
    database = Database(f"sqlite:///{tmp_path / 'postal.db'}")
    yield database
    database.close()


def add(database: Database, **changes: Any) -> StaffMember:
    who: dict[str, Any] = {
        "username": "lan",
        "name": "Nguyễn Thị Lan",
        "role": Role.DESK,
        "office_id": None,
        "password": PASSWORD,
        "now": NOW,
    }
    return database.write_now(lambda s: access.add_staff(s, **(who | changes)))


LIMITS = access.sign_in_limits(15 * MINUTE, 100)


def sign_in(
    database: Database,
    *,
    username: str = "lan",
    password: str = PASSWORD,
    address: str = LANS_PC,
    device: str = "",
    now: datetime = NOW,
) -> str | None:
    """Sign in as a door does. Raises TooMany."""
    who = database.read_now(lambda s: access.find_for_sign_in(s, username))
    guess = access.guess_at_account(username, address, device)
    wait = database.write_now(lambda s: access.take_turn(s, guess, LIMITS, now))
    if wait:
        raise access.too_many_sign_ins(wait)
    right = access.check_password(who.password_hash, password)
    newer = access.newer_hash(who.password_hash, password) if right else ""
    return database.write_now(
        lambda s: access.settle_sign_in(
            s, who, right=right, guess=guess, limits=LIMITS, now=now, newer_hash=newer
        )
    )


def guess(database: Database, *, address: str, username: str = "lan", now: datetime = NOW) -> bool:
    """Try a wrong password; tell whether it would have been judged. Hashing is not what counts."""
    tried = access.guess_at_account(username, address)
    return not database.write_now(lambda s: access.take_turn(s, tried, LIMITS, now))


def caller(database: Database, token: str | None, now: datetime = NOW) -> access.Caller | None:
    assert token
    return database.read_now(lambda s: access.caller_of_session(s, token, now))


def caller_with(database: Database, key: str, now: datetime = NOW) -> access.Caller | None:
    return database.read_now(lambda s: access.caller_of_key(s, key, now))


def new_key(database: Database, **changes: Any) -> str:
    what: dict[str, Any] = {"role": Role.INTEGRATION, "name": "Cổng dịch vụ công", "now": NOW}
    return database.write_now(lambda s: access.create_key(s, **(what | changes)))


def touch(database: Database, token: str | None, now: datetime) -> None:
    assert token
    database.write_now(lambda s: access.touch_session(s, token, now))


def revoke(database: Database, key_id: str, now: datetime) -> None:
    database.write_now(lambda s: access.revoke_key(s, key_id, now))


def count(database: Database, key: str, now: datetime) -> None:
    database.write_now(lambda s: throttle.count_wrong(s, key, window=HOUR, now=now))


# Accounts


def test_a_new_clerk_can_sign_in_at_her_office(database: Database) -> None:
    with database.transaction() as session:
        session.add(Office(id=4, code="H49.12", name_vi="Trung tâm phục vụ hành chính công"))
    lan = add(database, office_id=4)

    found = caller(database, sign_in(database))

    assert found == access.Caller(
        f"staff:{lan.id}",
        Role.DESK,
        4,
        offices=frozenset({4}),
        has_whole_centre=True,
        name="Nguyễn Thị Lan",
    )


def test_a_username_is_one_name_however_it_is_typed(database: Database) -> None:
    add(database, username=" Lan.Desk ")

    assert sign_in(database, username="LAN.desk")
    assert sign_in(database, username="\uff4can.desk")  # full-width, from another keyboard


def test_a_password_is_the_same_however_the_keyboard_writes_its_diacritics(
    database: Database,
) -> None:
    add(database, password=unicodedata.normalize("NFD", PASSWORD))

    assert sign_in(database, password=unicodedata.normalize("NFC", PASSWORD))


@pytest.mark.parametrize(
    "username", ["", "ab", "a" * 61, "lan desk", "lần", "lan\0", "lan;", "\ud800lan", "lan\nminh"]
)
def test_a_username_has_no_diacritics_spaces_or_signs(database: Database, username: str) -> None:
    with pytest.raises(Invalid) as refused:
        add(database, username=username)

    assert [fault.field for fault in refused.value.faults] == ["username"]
    assert refused.value.vi.startswith("Tên đăng nhập")
    assert sign_in(database, username=username) is None


@pytest.mark.parametrize("password", ["", "ngắn quá", "x9" * 65])
def test_a_password_has_fourteen_to_128_characters(database: Database, password: str) -> None:
    with pytest.raises(Invalid, match="14 to 128"):
        add(database, password=password)


def test_a_password_may_be_shorter_where_a_centre_says_so(database: Database) -> None:
    with pytest.raises(Invalid, match="9 to 128"):
        add(database, password="tre xanh", shortest=9)

    add(database, password="tre xanh", shortest=8)


@pytest.mark.parametrize(
    "password",
    [
        "matkhau123",
        "Mật khẩu@2026",
        "anhyeuem1314",
        "Hanoi@123456",
        "P@ssw0rd2026",
        "Admin@123456",
        "0912345678",
        "+84912345678",
        "1234567890",
        "0987654321",
        "1111111111",
        "12345678910",
        "1q2w3e4r5t",
        "abc123456789",
        "qwertyuiop",
        "lan.chuyenvien",
        "Lan.ChuyenVien2026",
        "Nguyễn Thị Lan 1990",
        "Theo dõi hồ sơ 2026!",
        "Manchester2026!!",
        "mailcreated5240",
        "4815162342LOST",
    ],
)
def test_a_password_that_anybody_would_try_first_is_refused(
    database: Database, password: str
) -> None:
    with pytest.raises(Invalid, match="too easy"):
        add(database, username="lan.chuyenvien", password=password, shortest=8)


@pytest.mark.parametrize(
    "password",
    ["tre xanh bến cũ", "Xk2!pqw0RzA9;w", "83kq71vv02-d4t", "🐃🌾🌊🏍🍜🐓🌶🪷🛶🥭🐘🦆🌻🍵"],
)
def test_other_passwords_of_any_characters_are_taken(database: Database, password: str) -> None:
    add(database, password=password)

    assert sign_in(database, password=password)


def test_a_username_is_given_once_and_never_again(database: Database) -> None:
    add(database)
    database.write_now(lambda s: access.disable_staff(s, "lan", NOW))

    with pytest.raises(Conflict, match="taken"):
        add(database, username="LAN", name="Trần Lan")


def test_a_taken_username_harms_nobody_else_in_the_same_commit(database: Database) -> None:
    add(database)

    async def both() -> list[Any]:
        def command(username: str) -> Any:
            return lambda s: access.add_staff(
                s,
                username=username,
                name="Minh",
                role=Role.MANAGER,
                office_id=None,
                password=PASSWORD,
                now=NOW,
            )

        writes = [database.write(command(name)) for name in ("lan", "minh")]
        return await asyncio.gather(*writes, return_exceptions=True)

    lan, minh = asyncio.run(both())

    assert isinstance(lan, Conflict)
    assert minh.username == "minh"


def test_programs_do_not_sign_in_and_offices_must_exist(database: Database) -> None:
    with pytest.raises(Invalid, match="role"):
        add(database, role=Role.INTEGRATION)
    with pytest.raises(NotFound, match="office"):
        add(database, office_id=99)
    with pytest.raises(Invalid, match="name"):
        add(database, name="Lan\x1b[2J")


def test_a_disabled_clerk_is_out_at_once_and_cannot_come_back(database: Database) -> None:
    add(database)
    token = sign_in(database)

    database.write_now(lambda s: access.disable_staff(s, "lan", NOW))

    assert caller(database, token) is None
    assert sign_in(database) is None


def test_an_account_disabled_while_its_password_is_checked_begins_no_session(
    database: Database,
) -> None:
    lan = add(database)
    database.write_now(lambda s: access.disable_staff(s, "lan", NOW))

    with pytest.raises(Unauthorised):
        database.write_now(lambda s: access.begin_session(s, lan.id or 0, NOW))


def test_disabling_a_stranger_is_told_and_disabling_twice_keeps_the_first_day(
    database: Database,
) -> None:
    add(database)
    database.write_now(lambda s: access.disable_staff(s, "lan", NOW))
    database.write_now(lambda s: access.disable_staff(s, "lan", NOW + HOUR))

    with pytest.raises(NotFound):
        database.write_now(lambda s: access.disable_staff(s, "minh", NOW))
    assert [m.disabled_at for m in database.read_now(access.list_staff)] == [NOW]


def test_the_list_of_staff_holds_no_password_hash(database: Database) -> None:
    add(database, username="minh", name="Minh", role=Role.MANAGER)
    add(database)

    listed = database.read_now(access.list_staff)

    assert [(m.username, m.role) for m in listed] == [("lan", "desk"), ("minh", "manager")]
    assert "argon2" not in repr(listed)


# Signing in


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(database: Database) -> None:
    add(database)

    assert sign_in(database, password="tre xanh bến cũ 8") is None
    assert sign_in(database, username="nobody") is None


def test_checking_nobodys_password_costs_what_todays_hashes_cost() -> None:
    today = PasswordHasher(
        time_cost=hashes.ROUNDS, memory_cost=hashes.MEMORY_KIB, parallelism=hashes.LANES
    )

    assert not today.check_needs_rehash(hashes.NOBODYS_HASH)


def test_an_unreadable_hash_fits_no_password() -> None:
    assert not access.check_password("", PASSWORD)
    assert not access.check_password("$argon2id$v=19$broken", PASSWORD)


def test_an_old_hash_is_renewed_at_the_next_sign_in(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(database)
    dearer = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(hashes, "_hasher", dearer)

    sign_in(database)

    stored = database.read_now(lambda s: access.find_for_sign_in(s, "lan")).password_hash
    assert "m=16,t=2" in stored
    assert sign_in(database)


def test_only_four_hashes_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock = 0, 0, threading.Lock()
    enough = threading.Event()

    class Slow:
        def hash(self, _password: bytes) -> str:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
                if running == hashes.HASHES_AT_ONCE:
                    enough.set()
            enough.wait(60)
            time.sleep(0.02)  # a fifth would come in now
            with lock:
                running -= 1
            return ""

    monkeypatch.setattr(hashes, "_hasher", Slow())

    with ThreadPoolExecutor(12) as threads:
        list(threads.map(access.hash_password, [PASSWORD] * 24))

    assert most == hashes.HASHES_AT_ONCE


def test_who_waits_too_long_for_a_hash_is_told_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hashes, "_turns", threading.BoundedSemaphore(1))
    monkeypatch.setattr(hashes, "LONGEST_WAIT_SECONDS", 0.01)

    with hashes._a_turn(), pytest.raises(Busy):
        access.check_password(hashes.NOBODYS_HASH, PASSWORD)


def test_after_five_wrong_passwords_an_account_rests_for_that_network(database: Database) -> None:
    add(database)
    for n in range(5):
        assert sign_in(database, password="wrong", now=NOW + n * MINUTE) is None

    with pytest.raises(TooMany) as refused:
        sign_in(database, now=NOW + 5 * MINUTE)

    assert refused.value.retry_after_seconds == 600
    assert "10 phút" in refused.value.vi
    assert sign_in(database, address=SOMEWHERE_ELSE, now=NOW + 5 * MINUTE)
    assert sign_in(database, now=NOW + 15 * MINUTE)


def test_strangers_who_guess_all_day_keep_no_clerk_from_her_own_device(database: Database) -> None:
    add(database)
    tries = [guess(database, address=f"198.51.{n}.9", now=NOW + n * MINUTE) for n in range(150)]
    later = NOW + 3 * HOUR

    assert tries == [True] * 100 + [False] * 50
    with pytest.raises(TooMany):
        sign_in(database, now=later)
    assert sign_in(database, device="lan's own", now=later)


def test_wrong_passwords_on_a_known_device_make_it_rest_and_no_other(database: Database) -> None:
    add(database)
    for _ in range(5):
        assert sign_in(database, password="wrong", device="lost") is None

    with pytest.raises(TooMany):
        sign_in(database, device="lost")
    assert sign_in(database, device="another")
    assert sign_in(database)


def test_what_was_not_hashed_for_lack_of_room_was_no_guess(database: Database) -> None:
    add(database)
    tried = access.guess_at_account("lan", LANS_PC)
    for _ in range(40):
        assert not database.write_now(lambda s: access.take_turn(s, tried, LIMITS, NOW))
        database.write_now(lambda s: access.give_back(s, tried, LIMITS))

    assert sign_in(database)


def test_an_account_that_does_not_exist_waits_like_any_other(database: Database) -> None:
    for _ in range(5):
        sign_in(database, username="nobody")

    with pytest.raises(TooMany):
        sign_in(database, username="NOBODY")


def test_a_right_password_forgives_the_wrong_ones_before_it(database: Database) -> None:
    add(database)
    for _ in range(3):
        for _ in range(4):
            sign_in(database, password="wrong")
        assert sign_in(database)


@pytest.mark.parametrize("right", [True, False])
def test_passwords_sent_all_at_once_are_no_way_round_the_limit(
    database: Database, right: bool
) -> None:
    add(database)
    tried = access.guess_at_account("lan", LANS_PC)

    with ThreadPoolExecutor(8) as threads:
        take = partial(access.take_turn, guess=tried, limits=LIMITS, now=NOW)
        waits = list(threads.map(lambda _: database.write_now(take), range(20)))

    assert sorted(wait > 0 for wait in waits) == [False] * 5 + [True] * 15
    with pytest.raises(TooMany):
        sign_in(database, password=PASSWORD if right else "wrong")


def test_after_thirty_wrong_passwords_a_network_waits_for_seconds(database: Database) -> None:
    add(database)
    for n in range(30):
        guess(database, username=f"guess{n}", address=f"2001:db8:1:2::{n:x}")

    with pytest.raises(TooMany) as refused:
        sign_in(database, address="2001:db8:1:2:ffff::1")
    assert refused.value.retry_after_seconds == 1
    assert sign_in(database, address="2001:db8:1:3::1")
    assert sign_in(database, address="2001:db8:1:2:ffff::1", now=NOW + timedelta(seconds=1))


def test_a_wider_network_may_guess_four_times_as_much_as_one_within(database: Database) -> None:
    add(database)
    for n in range(120):
        guess(database, username=f"guess{n}", address=f"2001:db8:1:{n:x}::1")

    with pytest.raises(TooMany):
        sign_in(database, address="2001:db8:1:ffff::1")
    assert sign_in(database, address="2001:db8:2::1")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_a_client_is_an_ipv4_address_or_an_ipv6_network(address: str, network: str) -> None:
    assert networks.network_of(address) == network


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        (" 203.0.113.7:51234 ", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ('"[2001:db8::1]:443"', "2001:db8::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("unknown", ""),
        ("_hidden:1", ""),
        ("", ""),
        ("1" * 100_000, ""),
    ],
)
def test_an_address_is_read_as_any_proxy_writes_it(told: str, address: str) -> None:
    assert networks.read_address(told) == address


@pytest.mark.parametrize(
    ("address", "wider"),
    [("203.0.113.7", "203.0.113.7"), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("x", "x")],
)
def test_behind_an_ipv6_network_stands_a_wider_one(address: str, wider: str) -> None:
    assert networks.networks_of(address)[1] == wider


# Devices that proved themselves before

TODAY = date(2026, 11, 23)
LAN, MINH = ("sign-in", "lan"), ("sign-in", "minh")


def test_a_device_is_known_for_what_it_opened_and_for_nothing_else() -> None:
    cookie = devices.with_marks("", [LAN], "secret", TODAY)

    name = devices.device_of(cookie, LAN, "secret", TODAY)
    assert name
    assert "lan" not in cookie
    assert not devices.device_of(cookie, MINH, "secret", TODAY)
    assert not devices.device_of(cookie, ("lookup", "lan"), "secret", TODAY)
    assert not devices.device_of(cookie, LAN, "another secret", TODAY)
    assert not devices.device_of(cookie.replace(name, "another"), LAN, "secret", TODAY)
    assert devices.device_of(cookie, LAN, "secret", TODAY + timedelta(days=179)) == name
    assert not devices.device_of(cookie, LAN, "secret", TODAY + timedelta(days=180))


def test_a_device_remembers_the_last_ten_and_each_of_them_once() -> None:
    cookie = devices.with_marks("", [LAN], "secret", TODAY)
    for n in range(12):
        cookie = devices.with_marks(cookie, [MINH, ("lookup", f"{n}")], "secret", TODAY)

    assert cookie.count(".") == 9
    assert devices.device_of(cookie, MINH, "secret", TODAY)
    assert not devices.device_of(cookie, LAN, "secret", TODAY)


@pytest.mark.parametrize("cookie", ["", "x", "~~", ".~.~", "20261123~a~b", "é~é~é", "~" * 9_000])
def test_a_made_up_mark_makes_nobody_known(cookie: str) -> None:
    assert not devices.device_of(cookie, LAN, "secret", TODAY)
    made = devices.with_marks(cookie, [LAN], "secret", TODAY)
    assert devices.device_of(made, LAN, "secret", TODAY)


def test_wrong_tries_made_at_the_same_moment_are_all_counted(database: Database) -> None:
    key = throttle.key_of("test", "lan")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: count(database, key, NOW), range(20)))

    tries = database.read_now(lambda s: throttle.wrong_tries(s, [key, "other"], NOW))
    assert tries[key] == throttle.Tries(20, NOW + HOUR, NOW)
    assert tries["other"].count == 0


def test_a_new_window_begins_at_one_and_ended_ones_can_be_swept_away(database: Database) -> None:
    count(database, "key", NOW)
    count(database, "key", NOW + MINUTE)
    count(database, "key", NOW + HOUR)
    later = NOW + HOUR

    assert database.read_now(lambda s: throttle.wrong_tries(s, ["key"], later)) == {
        "key": throttle.Tries(1, later + HOUR, later)
    }
    assert database.write_now(lambda s: throttle.forget_ended_windows(s, 9, now=later)) == 0
    assert database.write_now(lambda s: throttle.forget_ended_windows(s, 9, now=later + HOUR)) == 1


# Sessions


def test_a_desk_at_work_stays_signed_in_but_not_beyond_twelve_hours(database: Database) -> None:
    add(database)
    token = sign_in(database)
    for n in range(1, 36):
        touch(database, token, NOW + n * 20 * MINUTE)

    assert caller(database, token, NOW + 12 * HOUR - MINUTE)
    assert caller(database, token, NOW + 12 * HOUR) is None


def test_a_couriers_phone_may_rest_for_half_a_day_and_last_for_a_week(database: Database) -> None:
    add(database, username="tuan", name="Tuấn", role=Role.COURIER)
    token = sign_in(database, username="tuan")

    assert caller(database, token, NOW + 12 * HOUR - MINUTE)
    assert caller(database, token, NOW + 12 * HOUR) is None
    for n in range(1, 17):
        touch(database, token, NOW + n * 10 * HOUR)
    assert caller(database, token, NOW + 7 * 24 * HOUR - MINUTE)
    assert caller(database, token, NOW + 7 * 24 * HOUR) is None


def test_a_session_in_use_is_written_once_a_minute_at_most(database: Database) -> None:
    add(database)
    token = sign_in(database)
    touch(database, token, NOW + MINUTE / 2)
    half_a_minute, a_minute = caller(database, token, NOW + MINUTE / 2), NOW + MINUTE

    assert half_a_minute is not None
    assert not half_a_minute.touch_due
    due = caller(database, token, a_minute)
    assert due is not None
    assert due.touch_due
    touch(database, token, a_minute)
    fresh = caller(database, token, a_minute)
    assert fresh is not None
    assert not fresh.touch_due


def test_signing_out_ends_this_session_and_no_other(database: Database) -> None:
    add(database)
    here, there = sign_in(database), sign_in(database)
    assert here
    assert here != there

    database.write_now(lambda s: access.end_session(s, here))

    assert caller(database, here) is None
    assert caller(database, there)


@pytest.mark.parametrize("token", ["", "x", "\ud800", "\0", "ạ" * 5000])
def test_a_made_up_token_is_nobodys(database: Database, token: str) -> None:
    add(database)
    sign_in(database)

    assert database.read_now(lambda s: access.caller_of_session(s, token, NOW)) is None


def test_a_form_token_belongs_to_one_session_and_one_service(database: Database) -> None:
    one = access.csrf_token("token", "secret of the service")

    assert one == access.csrf_token("token", "secret of the service")
    assert one != access.csrf_token("other token", "secret of the service")
    assert one != access.csrf_token("token", "secret of another")


# Keys


def test_a_key_opens_its_own_role_carrier_and_no_more(database: Database) -> None:
    key = new_key(database, role=Role.COURIER, name="Máy quét 2", carrier="vnpost")

    found = caller_with(database, key)

    assert re.fullmatch("pt_[0-9A-Z]{8}_[0-9A-Z]{52}", key)
    label = f"key:{key[3:11]}"
    assert found == access.Caller(label, Role.COURIER, None, "vnpost", "Máy quét 2")


def test_a_key_with_one_wrong_letter_opens_nothing(database: Database) -> None:
    key = new_key(database)
    other = "0" if key[-1] != "0" else "1"

    for wrong in (key[:-1] + other, key[:-1], key + "0", key.lower(), "", "pt__", f" {key}"):
        assert caller_with(database, wrong) is None
    assert caller_with(database, f"pt_{'0' * 8}_{key[12:]}") is None


def test_a_revoked_or_expired_key_opens_nothing(database: Database) -> None:
    revoked, expiring = new_key(database), new_key(database, expires_at=NOW + HOUR)
    revoke(database, revoked[3:11].lower(), NOW + MINUTE)
    revoke(database, revoked[3:11], NOW + HOUR)

    assert caller_with(database, revoked, NOW + MINUTE) is None
    assert caller_with(database, expiring, NOW + HOUR - MINUTE)
    assert caller_with(database, expiring, NOW + HOUR) is None
    listed = {key.id: key for key in database.read_now(access.list_keys)}
    assert listed[revoked[3:11]].revoked_at == NOW + MINUTE
    assert listed[expiring[3:11]].expires_at == NOW + HOUR


def test_a_key_that_makes_no_sense_is_not_made(database: Database) -> None:
    for refused in (
        {"role": Role.DESK, "carrier": "vnpost"},
        {"carrier": "VN Post"},
        {"expires_at": NOW},
        {"name": " "},
    ):
        with pytest.raises(Invalid):
            new_key(database, **refused)
    with pytest.raises(NotFound, match="office"):
        new_key(database, office_id=99)
    for unknown in ("AAAAAAAA", "\0", "no such key"):
        with pytest.raises(NotFound):
            revoke(database, unknown, NOW)


def test_a_known_key_is_asked_for_again_after_ten_seconds() -> None:
    known, lan = access.KnownKeys(), access.Caller("key:AB12CD34", Role.DESK, None)
    second = timedelta(seconds=1)

    assert known.get("key", NOW) is access.MISSING
    known.remember("key", lan, NOW)
    known.remember("no key", None, NOW)

    assert known.get("key", NOW + 9 * second) is lan
    assert known.get("no key", NOW + 9 * second) is None
    assert known.get("key", NOW + 10 * second) is access.MISSING
    assert known.get("key", NOW - second) is access.MISSING  # the clock was set back
    known.forget_all()
    assert known.get("key", NOW) is access.MISSING


def test_a_flood_of_made_up_keys_takes_no_more_than_its_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(access.KnownKeys, "MOST", 3)
    known = access.KnownKeys()
    for n in range(5):
        known.remember(f"made up {n}", None, NOW)

    asked = [known.get(f"made up {n}", NOW) for n in range(5)]

    assert asked == [access.MISSING, access.MISSING, None, None, None]


# What a thief finds


def test_a_stolen_database_opens_no_door(database: Database, tmp_path: Path) -> None:
    add(database)
    token, key = sign_in(database, address="2001:db8::1"), new_key(database, expires_at=NOW + HOUR)
    sign_in(database, username="hoa.nguyen", address=LANS_PC)
    assert token

    with database.engine.connect() as connection:
        tables = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        cells = {
            str(cell)
            for table in tables.all()
            for row in connection.execute(text(f'SELECT * FROM "{table}"'))
            for cell in row
        }

    files = b"".join(file.read_bytes() for file in tmp_path.glob("postal.db*"))
    for secret in (PASSWORD, token, key, key[12:], "hoa.nguyen", LANS_PC):
        assert not any(secret in cell for cell in cells)
        assert secret.encode() not in files
    for cell in cells:
        assert caller_with(database, f"pt_{key[3:11]}_{cell}") is None
        assert caller(database, cell or "empty") is None


def test_a_caller_in_a_log_shows_no_name_and_no_secret() -> None:
    lan = access.Caller("staff:3", Role.DESK, 4, name="Nguyễn Thị Lan", csrf="s3cret")
    who = access.SignIn("lan", 3, "$argon2id$…")

    assert "Lan" not in repr(lan)
    assert "s3cret" not in repr(lan)
    assert "argon2" not in repr(who)


# What the service itself must read again


def test_what_is_sealed_opens_with_its_key_and_for_its_purpose_alone() -> None:
    made = sealed.seal("bí mật", ["new key", "old key"], "apps")

    assert sealed.opened(made, ["newest", "new key"], "apps") == "bí mật"
    assert "bí mật" not in made
    for keys, purpose, kept in (
        (["other"], "apps", made),
        (["new key"], "carriers", made),
        (["new key"], "apps", made[:-2] + "A="),
        (["new key"], "apps", ""),
    ):
        with pytest.raises(sealed.NotOurs):
            sealed.opened(kept, keys, purpose)
