"""The relay: each change of stage gets one number, in the order of commits, whoever gives it."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlmodel import col, select

from postal_tracker import ledger
from postal_tracker.core.journey import Stage
from postal_tracker.ledger import outbox
from postal_tracker.outgoing.relay import MOST, relay
from postal_tracker.storage.database import Database
from postal_tracker.storage.tables import StageChange
from tests.centre import MONDAY, Centre
from tests.ledger.scans import a_scan


def numbers(centre):
    """Return the numbers of the changes, by id."""
    query = select(StageChange.number).order_by(col(StageChange.id))
    return centre.database.read_now(lambda s: s.exec(query).all())


def number_all(database):
    while database.write_now(partial(relay, now=MONDAY)):
        pass


def test_changes_are_numbered_from_one_on_without_gaps(any_centre):
    for _ in range(3):
        any_centre.a_parcel(any_centre.a_dossier())
    number_all(any_centre.database)
    any_centre.a_dossier()
    before = numbers(any_centre)
    number_all(any_centre.database)

    assert before == [1, 2, 3, 4, 5, 6, None]
    assert numbers(any_centre) == [1, 2, 3, 4, 5, 6, 7]


def test_a_change_that_comes_to_light_late_comes_after_those_that_were_told(postgres_url):
    with Centre(postgres_url) as centre:
        slow, quick = centre.a_parcel(), centre.a_parcel()
        number_all(centre.database)
        with centre.database.transaction() as session:
            ledger.record(session, [a_scan(session, slow)], now=centre.clock())
            centre.database.write_now(
                lambda s: ledger.record(s, [a_scan(s, quick)], now=centre.clock())
            )
            number_all(centre.database)
            during = numbers(centre)
        number_all(centre.database)

        assert during == [1, 2, 3, 4, 5]
        assert numbers(centre) == [1, 2, 3, 4, 6, 5]


def test_the_last_number_is_never_given_again_though_nothing_happened_for_long(any_centre):
    any_centre.a_dossier()
    any_centre.a_dossier()
    number_all(any_centre.database)
    any_centre.clock.pass_(days=31)
    gone = any_centre.database.write_now(lambda s: outbox.forget_old(s, 10, now=any_centre.clock()))
    any_centre.a_dossier()
    number_all(any_centre.database)

    assert gone == 1
    assert numbers(any_centre) == [2, 3]


@pytest.mark.slow
def test_two_processes_that_number_while_others_write_lose_and_double_nothing(postgres_url):
    """Each process is a database of its own: its own writer, its own connections."""
    with Centre(postgres_url) as centre:
        parcels = [centre.a_parcel(centre.a_dossier()) for _ in range(40)]
        others = [Database(postgres_url) for _ in range(4)]

        def write(n):
            database = others[2 + n % 2]
            database.write_now(
                lambda s: ledger.record(s, [a_scan(s, parcels[n])], now=centre.clock())
            )

        def read(n):
            found = []
            while len(found) < 120:
                others[n].write_now(partial(relay, now=MONDAY))
                found += others[n].read_now(partial(read_behind, last=len(found)))
            return found

        with ThreadPoolExecutor(4) as pool:
            readers = [pool.submit(read, n) for n in range(2)]
            list(pool.map(write, range(40)))
            told = [reader.result(timeout=60) for reader in readers]
        for other in others:
            other.close()

        assert told[0] == told[1]
        assert len(set(told[0])) == 120
        assert sorted(numbers(centre)) == list(range(1, 121))


def read_behind(session, last):
    """Return the ids of changes behind a number, as a reader of the feed finds them."""
    number = col(StageChange.number)
    return session.exec(select(StageChange.id).where(number > last).order_by(number)).all()


@pytest.mark.slow
def test_a_list_of_thousands_is_numbered_in_slices(any_centre):
    [dossier] = {any_centre.a_dossier()}
    assert dossier
    now = any_centre.clock()
    many = [outbox.Change(1, None, Stage.WITH_OFFICE, now)] * 9_000
    any_centre.database.write_now(lambda s: outbox.put(s.connection(), many, now=now))
    slices = []
    while done := any_centre.database.write_now(partial(relay, now=MONDAY)):
        slices.append(done)

    assert slices == [MOST] * 18 + [1]
    assert numbers(any_centre) == list(range(1, 9_002))
