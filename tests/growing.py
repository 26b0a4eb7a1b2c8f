"""A record as it is after years, filled by the database itself: a million dossiers in minutes.

97 of 100 dossiers are closed, as in a centre that has been open for three years. What is written is
no replay of a ledger: it is for what is asked of a large record, not for what is worked out of it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, text
from sqlmodel import Session

from postal_tracker.ledger import tallies
from postal_tracker.storage import migrations
from postal_tracker.storage.engines import make_engine

FIRST = 1_000_000_000
"""Rows made here have numbers from here on, behind all that people have made."""

SPAN = timedelta(days=3 * 365)
OPEN = 0.03
AT_ONCE = 50_000
DAY = 86_400

SURNAMES = (
    *("Nguyễn nguyen", "Trần tran", "Nguyễn nguyen", "Lê le", "Phạm pham", "Nguyễn nguyen"),
    *("Hoàng hoang", "Vũ vu", "Đặng dang", "Bùi bui"),
)
MIDDLE = ("Văn van", "Thị thi", "Thị thi", "Đức duc", "Minh minh", "Ngọc ngoc", "Văn van")
GIVEN = (
    *("An an", "Bình binh", "Chi chi", "Dũng dung", "Hà ha", "Hải hai", "Hoa hoa", "Hùng hung"),
    *("Lan lan", "Linh linh", "Long long", "Mai mai", "Nam nam", "Nga nga", "Phúc phuc", "Ánh anh"),
    *("Quang quang", "Sơn son", "Thảo thao", "Tuấn tuan", "Yến yen", "Xuyến xuyen", "Khôi khoi"),
)

LIFE = (
    ("registered", True, False, "'staff'", 0),
    ("sealed", True, True, "'staff'", 3_600),
    ("handed_over", False, True, "'staff'", 5_400),
    ("accepted", False, True, "'signed'", 7_200),
    ("in_transit", False, True, "'signed'", 50_000),
    ("arrived_at_delivery_office", False, True, "CASE i % 2 WHEN 0 THEN 'poll' ELSE 'signed' END",
     80_000),
    ("delivered", False, True, "'signed'", 90_000),
)  # fmt: skip
"""In the ledger: what, whether of the dossier and of the parcel, by whom, seconds from receipt."""

POLLED = [what for what, *_ in LIFE].index("arrived_at_delivery_office")


class Words:
    """What is said of the dossier number `i`, by its database in its own words."""

    def __init__(
        self, dossiers: int, until: datetime, span: timedelta, open_: int, *, is_sqlite: bool
    ) -> None:
        self.since, self.is_sqlite = f"{until - span:%Y-%m-%d %H:%M:%S}", is_sqlite
        self.id = f"({FIRST} + i)"
        self.received = f"CAST(i * {span.total_seconds() / dossiers} AS integer)"
        self.is_open = f"(i >= {dossiers - max(int(dossiers * OPEN), open_)})"
        self.rides = f"({self.is_open} AND i % 4 = 1)"
        self.has_result = f"(NOT {self.is_open} OR i % 8 = 7)"
        self.result_after = f"(CASE i % 20 WHEN 3 THEN {9 * DAY} ELSE {6 * DAY} END)"
        """One in twenty comes late: the limit is seven days."""
        self.has_steps = "(i % 10 = 4)"
        """Of one in ten papers were asked for, and came."""
        self.code = (
            f"'H49.12-' || {self.digits('i / 10000', 6)} || '-' || {self.digits('i % 10000', 4)}"
        )
        self.phone = f"'+849' || {self.digits('(i * 7919) % 100000000', 8)}"
        self.carrier = "CASE i % 3 WHEN 0 THEN 'vnpost' WHEN 1 THEN 'ghn' ELSE 'rehearsal' END"

    def at(self, after: int | str = 0) -> str:
        """So many seconds after its receipt."""
        seconds = f"({self.received} + {after})"
        if self.is_sqlite:
            return f"strftime('%Y-%m-%d %H:%M:%S.000000', '{self.since}', {seconds} || ' seconds')"
        return f"(timestamptz '{self.since}+00' + {seconds} * interval '1 second')"

    def day(self, after: int) -> str:
        seconds = f"({self.received} + {after})"
        if self.is_sqlite:
            return f"strftime('%Y-%m-%d', '{self.since}', {seconds} || ' seconds')"
        return f"CAST(timestamp '{self.since}' + {seconds} * interval '1 second' AS date)"

    def digits(self, number: str, count: int) -> str:
        if self.is_sqlite:
            return f"printf('%0{count}d', {number})"
        return f"lpad(({number})::text, {count}, '0')"


def migrated(url: str) -> str:
    """Return the address again, with all tables there."""
    engine = make_engine(url)
    migrations.upgrade(engine)
    engine.dispose()
    return url


def grow(
    engine: Engine,
    dossiers: int,
    *,
    until: datetime,
    span: timedelta = SPAN,
    open_at_least: int = 0,
) -> None:
    """Add so many dossiers with all that belongs to them, the newest received at `until`."""
    is_sqlite = engine.dialect.name == "sqlite"
    words = Words(dossiers, until, span, open_at_least, is_sqlite=is_sqlite)
    for start in range(0, dossiers, AT_ONCE):
        with engine.begin() as connection:
            if not words.is_sqlite:  # whether rows lead anywhere is not asked of each
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            _grow_some(connection, words, start, min(start + AT_ONCE, dossiers) - 1)
    with Session(engine) as session:
        tallies.mend(session.connection(), tallies.differing(session.connection()))
        while tallies.fold(session, 1_000):
            pass
        session.commit()
    if not words.is_sqlite:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _grow_some(connection: Connection, words: Words, first: int, last: int) -> None:
    numbers = (
        f"WITH RECURSIVE n(i) AS (SELECT CAST({first} AS bigint) "
        f"UNION ALL SELECT i + 1 FROM n WHERE i < {last})"
    )
    for table in TABLES:
        for into, columns, rows in table(words):
            whole = f"INSERT INTO {into} ({columns}) {numbers} {rows}"
            connection.execute(text(whole.replace(":", "\\:")))


Rows = list[tuple[str, str, str]]
"""Into which table, into which columns, and what."""


def _dossiers(w: Words) -> Rows:
    stage = (
        f"CASE WHEN NOT {w.is_open} THEN CASE i % 3 WHEN 0 THEN 'collected' ELSE 'delivered' END "
        "WHEN i % 4 = 1 THEN 'to_authority' WHEN i % 4 = 2 THEN 'at_authority' "
        "WHEN i % 8 = 7 THEN 'at_centre' ELSE 'with_office' END"
    )
    holder = (
        f"CASE WHEN NOT {w.is_open} THEN 'citizen' WHEN i % 4 = 1 THEN 'post' "
        "WHEN i % 4 = 2 THEN 'authority' ELSE 'office' END"
    )
    columns = (
        "id, code, lookup_code, procedure_id, authority_id, office_id, received_at, due_on, "
        "limit_number, first_due_at, due_at, return_by_post, created_at, open, stage, holder, "
        "place, since, result_ready_at, settled_at, steps, channel, flags, resume"
    )
    rows = (
        f"SELECT {w.id}, {w.code}, 'Z' || {w.digits('i', 12)}, 1 + i % 2, 1 + i % 2, 1 + i % 2, "
        f"{w.at()}, {w.day(7 * DAY)}, 5, {w.at(7 * DAY)}, {w.at(7 * DAY)}, (i % 2 = 0), "
        f"{w.at()}, {w.is_open}, {stage}, {holder}, "
        f"CASE WHEN i % 4 = 1 THEN 'BC ' || (i % 40) ELSE '' END, {w.at(7_200)}, "
        f"CASE WHEN {w.has_result} THEN {w.at(w.result_after)} END, "
        f"CASE WHEN {w.has_result} THEN {w.at(w.result_after)} END, "
        f"CASE WHEN {w.has_steps} THEN 2 ELSE 0 END, "
        "CASE i % 4 WHEN 0 THEN 'online' WHEN 1 THEN 'postal' ELSE 'direct' END, '[]', '{}' FROM n"
    )
    return [("dossier", columns, rows)]


def _steps(w: Words) -> Rows:
    columns = "dossier_id, number, at, what, due_at, stopped, waiting_for"
    asked = (
        f"SELECT {w.id}, 1, {w.at(DAY)}, 'supplement_requested', {w.at(7 * DAY)}, (i >= 0), "
        f"'supplement' FROM n WHERE {w.has_steps}"
    )
    came = (
        f"SELECT {w.id}, 2, {w.at(3 * DAY)}, 'supplement_received', {w.at(9 * DAY)}, (i < 0), '' "
        f"FROM n WHERE {w.has_steps}"
    )
    return [("deadline_step", columns, asked), ("deadline_step", columns, came)]


_PARTS = (
    (SURNAMES, f"i % {len(SURNAMES)}"),
    (MIDDLE, f"(i / 10) % {len(MIDDLE)}"),
    (GIVEN, f"(i / 70) % {len(GIVEN)}"),
)


def _named(way: int) -> list[str]:
    """Return the words of a name, as they are written (0) or as they are searched (1)."""
    return [
        "(CASE "
        + number
        + " ".join(f" WHEN {n} THEN '{each.split()[way]}'" for n, each in enumerate(among))
        + " END)"
        for among, number in _PARTS
    ]


def _applicants(w: Words) -> Rows:
    columns = (
        "dossier_id, name, name_folded, phone, email, id_number, address, ward, province, note"
    )
    name, plain = (" || ' ' || ".join(_named(way)) for way in (0, 1))
    number = f"'0' || {w.digits('i', 11)}"
    rest = "'', '12 Trần Phú', '', '', ''"
    rows = f"SELECT {w.id}, {name}, {plain}, {w.phone}, {rest.replace(' ', f' {number}, ', 1)}"
    return [("applicant", columns, f"{rows} FROM n")]


def _search_terms(w: Words) -> Rows:
    found = [f"SELECT {word}, {w.id} FROM n" for word in _named(1)]
    for whole, length in ((w.phone, 12), (w.code, 18)):
        backwards = " || ".join(f"substr(x, {place}, 1)" for place in range(length, 0, -1))
        of = f"SELECT i, {whole} AS x FROM n"
        found.append(f"SELECT '<' || {backwards}, {w.id} FROM ({of}) AS t")
    return [("search_term", "term, dossier_id", rows) for rows in found]


def _parcels(w: Words) -> Rows:
    milestone = (
        f"CASE WHEN NOT {w.is_open} THEN 'delivered' WHEN i % 16 = 1 THEN 'announced' "
        "WHEN i % 16 = 5 THEN 'handed_over' WHEN i % 16 = 9 THEN 'delivery_failed' "
        "ELSE 'in_transit' END"
    )
    columns = (
        "id, carrier, tracking_number, direction, office_id, authority_id, created_at, "
        "announced_at, handed_over_at, open, milestone, place, milestone_at, "
        "first_scan_at, accepted_at, flags, resume"
    )
    rows = (
        f"SELECT {w.id}, {w.carrier}, 'GR' || {w.digits('i', 9)} || 'VN', 'to_authority', "
        f"1 + i % 2, 1 + i % 2, {w.at()}, {w.at()}, CASE WHEN i % 16 <> 1 THEN {w.at(600)} END, "
        f"{w.rides}, {milestone}, 'BC ' || (i % 40), "
        f"{w.at(90_000)}, {w.at(7_200)}, {w.at(7_200)}, '[]', '{{}}' FROM n"
    )
    rides = f"SELECT {w.id}, {w.id}, {w.rides} FROM n"
    return [("parcel", columns, rows), ("enclosure", "parcel_id, dossier_id, open", rides)]


def _handovers(w: Words) -> Rows:
    columns = "id, number, carrier, office_id, created_at, created_by, signed_at, signed_by"
    lists = (
        f"SELECT {w.id}, 'BG-' || {w.digits('i', 9)}, 'rehearsal', 1, {w.at()}, 'staff:1', "
        f"{w.at(600)}, 'Tuấn' FROM n WHERE i % 20 = 0"
    )
    lines = f"SELECT {w.id}, {FIRST} + i - i % 20, 1 + i % 20 FROM n WHERE i % 16 <> 1"
    return [
        ("handover", columns, lists),
        ("handover_line", "parcel_id, handover_id, position", lines),
    ]


def _entries(w: Words) -> Rows:
    columns = (
        'id, key, dossier_id, parcel_id, what, happened_at, recorded_at, source, "by", place, '
        "reason, carrier_code, claimed"
    )
    found = []
    for place, (what, of_dossier, of_parcel, source, after) in enumerate(LIFE):
        about = ", ".join(w.id if is_so else "NULL" for is_so in (of_dossier, of_parcel))
        number = f"{FIRST} + i * {len(LIFE)} + {place}"
        by = "'staff:' || (1 + i % 30)" if source == "'staff'" else "''"
        rows = (
            f"SELECT {number}, 'g' || ({number}), {about}, '{what}', {w.at(after)}, {w.at(after)}, "
            f"{source}, {by}, 'BC ' || (i % 40), '', '', (i < 0) FROM n"
        )
        found.append(("ledger_entry", columns, rows))
    echoes = f"SELECT {FIRST} + i * {len(LIFE)} + {POLLED}, {w.at(99_000)} FROM n WHERE i % 4 = 0"
    return [*found, ("echo", "entry_id, heard_at", echoes)]


def _messages(w: Words) -> Rows:
    columns = 'id, carrier, source, "by", received_at, digest, body, state, problem'
    empty = "X'7b7d'" if w.is_sqlite else "CAST('{}' AS bytea)"
    state = "CASE i % 1000 WHEN 0 THEN 'unread' ELSE 'read' END"
    rows = (
        f"SELECT {w.id}, {w.carrier}, 'signed', '', {w.at()}, 'd' || i, {empty}, {state}, '' "
        "FROM n WHERE i % 10 = 0"
    )
    return [("carrier_message", columns, rows)]


def _labels(w: Words) -> Rows:
    columns = "id, dossier_id, copy_number, medium, format, printed_at, printed_by, is_unsure"
    rows = f"SELECT {w.id}, {w.id}, 1, 'a6', 'pdf', {w.at()}, 'staff:1', (i < 0) FROM n"
    return [("printed_label", columns, rows)]


TABLES: Sequence[Callable[[Words], Rows]] = (
    *(
        _dossiers,
        _steps,
        _applicants,
        _search_terms,
        _parcels,
        _handovers,
        _entries,
        _messages,
        _labels,
    ),
)
