"""What is asked all day is worded once; it answers, fails and is heard as any other statement."""

import gc
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import col

from postal_tracker.access import throttle
from postal_tracker.storage.database import Database
from postal_tracker.storage.prepared import Prepared, answers, without_waiting
from postal_tracker.storage.tables import Parcel, WrongProof, table_of
from postal_tracker.views import citizen, lookup
from tests.plans import hearing

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)

_PARCELS = select(
    col(Parcel.id), col(Parcel.tracking_number), col(Parcel.created_at), col(Parcel.flags)
).where(col(Parcel.open) == bindparam("open"))

ASKED = {
    "parcels": (Prepared(_PARCELS), {"open": True}),
    "a dossier": (lookup._FOUND, {"b_code": "?"}),
    "its timeline": (citizen._TIMELINE, {"b_id": 1}),
    "wrong tries": (throttle._TRIES, {"keys": ["a", "b"], "now": NOW}),
}


@pytest.mark.parametrize("name", ASKED)
def test_it_finds_what_the_same_statement_finds_by_sqlalchemy(any_centre, name):
    prepared, values = ASKED[name]
    any_centre.a_parcel(any_centre.a_dossier())

    def both(session):
        throttle.count_wrong(session, "a", window=timedelta(days=1), now=NOW)
        connection = session.connection()
        told = connection.execute(prepared.statement, values).all()
        return [tuple(row) for row in told], [tuple(r) for r in prepared.all(connection, values)]

    by_sqlalchemy, ours = any_centre.database.write_now(both)

    assert ours == by_sqlalchemy
    assert ours or name == "a dossier"


def test_what_it_asks_is_heard_by_whoever_listens_to_sqlalchemy(any_centre):
    prepared, values = ASKED["parcels"]
    with hearing(any_centre.database.engine) as asked:
        any_centre.database.read_now(lambda s: prepared.all(s.connection(), values))

    assert any("FROM parcel" in one.statement for one in asked)


def test_it_begins_a_transaction_so_that_nothing_is_kept_that_is_not_committed(any_centre):
    engine = any_centre.database.engine
    with engine.connect() as connection:
        _add().run(connection, {"key": "left"})
        assert connection.in_transaction()

    kept = any_centre.database.read_now(lambda s: throttle.wrong_tries(s, ["left"], NOW))
    assert kept["left"].count == 0


def test_a_refusal_of_the_database_is_sqlalchemys_and_names_nobody(any_centre):
    def twice(session):
        add = _add()
        for _ in range(2):
            add.run(session.connection(), {"key": "Nguyễn Văn An"})

    with pytest.raises(IntegrityError) as refused:
        any_centre.database.write_now(twice)

    assert not refused.value.connection_invalidated
    assert refused.value.params is None


def test_what_is_sent_without_waiting_fails_at_the_end_as_any_other(any_centre):
    def twice(session):
        with without_waiting(session.connection()):
            for _ in range(2):
                _add().run(session.connection(), {"key": "Nguyễn Văn An"})

    with pytest.raises(IntegrityError) as refused:
        any_centre.database.write_now(twice)
    again = any_centre.database.write_now(lambda s: _add().run(s.connection(), {"key": "a"}))

    assert again is None
    assert refused.value.params is None


def test_a_lost_connection_is_told_as_lost_and_the_next_caller_gets_another(postgres_url):
    database = Database(postgres_url)
    parcels, values = ASKED["parcels"]

    def hang_up_and_ask(session):
        connection = session.connection()
        connection.connection.dbapi_connection.close()
        parcels.all(connection, values)

    with pytest.raises(DBAPIError) as lost:
        database.write_now(hang_up_and_ask)
    again = database.read_now(lambda s: parcels.all(s.connection(), values))
    database.close()

    assert lost.value.connection_invalidated
    assert again == []


def test_a_connection_that_comes_back_after_the_end_is_hung_up(postgres_url):
    database = Database(postgres_url)
    still_reading = database.engine.connect()
    parcels, values = ASKED["parcels"]
    assert parcels.all(still_reading, values) == []
    database.close()

    still_reading.close()
    del still_reading
    gc.collect()  # a warning that it was left open would fail here


def test_a_list_whose_length_changes_the_words_is_refused(any_centre):
    by_list = Prepared(select(col(Parcel.id)).where(col(Parcel.id).in_([1, 2])))

    with pytest.raises(ValueError, match="words"):
        any_centre.database.read_now(lambda s: by_list.all(s.connection(), {}))


def _add():
    values = {
        "key": bindparam("key"),
        "window_ends_at": NOW.replace(year=2027),
        "tries": 1,
        "last_at": NOW,
    }
    return Prepared(insert(table_of(WrongProof)).values(values))


def test_questions_that_wait_for_nobody_are_answered_in_their_order(any_centre):
    any_centre.a_parcel(any_centre.a_dossier())
    several = [ASKED[name] for name in ("parcels", "a dossier", "its timeline")]

    together, one_by_one = any_centre.database.read_now(
        lambda s: (
            answers(s.connection(), *several),
            [q.all(s.connection(), v) for q, v in several],
        )
    )

    assert together == one_by_one
    assert together[0]
    assert together[2]


def test_a_question_among_several_that_fails_says_so_as_it_does_alone(any_centre):
    any_centre.a_parcel(any_centre.a_dossier())
    number = Prepared(insert(table_of(WrongProof)))
    bad = (number, {"key": None, "window_ends_at": NOW, "tries": 1, "last_at": NOW})

    with pytest.raises(IntegrityError):
        any_centre.database.write_now(lambda s: answers(s.connection(), ASKED["parcels"], bad))
