"""What the terminal shows while the rehearsal centre lives: who holds what, and what just happened.

On a terminal a board that keeps itself up to date, elsewhere a line for each thing that happens.
Codes and places only: no citizen stands on it.
"""

import os
import select
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from sqlmodel import Session, col

from postal_tracker import reports
from postal_tracker.access import EVERYTHING
from postal_tracker.core import dates
from postal_tracker.core.bilingual_terms import HOLDERS, SOURCES, STAGES, Lang, Pair, pick, say_what
from postal_tracker.core.journey import Holder, Stage
from postal_tracker.demo.access import Access
from postal_tracker.house import House
from postal_tracker.storage.tables import Dossier, LedgerEntry, Parcel, table_of

REFRESH_SECONDS = 1.0

_WORDS: dict[str, Pair] = {
    "title": ("Trung tâm diễn tập", "Rehearsal centre"),
    "invented": (
        "Người và hồ sơ ở đây đều không có thật; bưu chính cũng là diễn tập.",
        "Nobody and nothing here is real; the postal service is a rehearsal, too.",
    ),
    "citizens": ("Người dân tra cứu", "Citizens look up"),
    "desk": ("Cán bộ một cửa", "Staff"),
    "couriers": ("Bưu tá", "Couriers"),
    "api": ("Giao diện lập trình", "API"),
    "sign_ins": ("Đăng nhập (tên / mật khẩu)", "Sign-ins (username / password)"),
    "keys": ("Khóa API theo vai trò", "API keys by role"),
    "written": ("Tất cả cũng có trong", "All of this is also in"),
    "stages": ("Hồ sơ theo tình trạng", "Dossiers by stage"),
    "holders": ("Ai đang giữ", "Who holds them"),
    "watch": ("Cần chú ý", "Needs attention"),
    "overdue": ("hồ sơ quá hạn", "overdue dossiers"),
    "silent": ("bưu gửi chậm cập nhật", "parcels without a recent update"),
    "unaccepted": (
        "đã bàn giao, bưu chính chưa xác nhận",
        "handed over, not yet accepted by the post",
    ),
    "latest": ("Vừa xảy ra", "Just happened"),
    "making": (
        "Đang dựng trung tâm diễn tập: năm tuần hồ sơ mẫu…",
        "Setting up the rehearsal centre: five weeks of sample dossiers…",
    ),
    "stop": (
        "Ctrl-C để dừng; lần sau chạy tiếp.",
        "Press Ctrl-C to stop; the next start continues.",
    ),
    "runs_already": (
        "Trung tâm diễn tập đang chạy tại",
        "A rehearsal centre is running already at",
    ),
    "stopped": (
        "Đã dừng. Chạy lại `postal-tracker demo` để tiếp tục, thêm --fresh để làm mới.",
        "Stopped. Run `postal-tracker demo` again to go on, with --fresh to start anew.",
    ),
}


def in_words(word: str, lang: Lang) -> str:
    return pick(_WORDS[word], lang)


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of the ledger, as the board tells it."""

    id: int
    at: datetime
    about: str
    what: str
    place: str
    source: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The centre at one moment."""

    stages: dict[str, int]
    holders: dict[str, int]
    overdue: int
    silent: int
    unaccepted: int
    latest: Sequence[Happening]


def picture(session: Session, house: House, lang: Lang) -> Picture:
    now, today = house.now(), house.today()
    connection = session.connection()
    stages = connection.execute(sa.select(col(Dossier.stage), sa.func.count()).group_by("stage"))
    held = reports.locations(
        session, scope=EVERYTHING, today=today, titles=house.titles, lang=lang
    ).items
    settings = house.settings
    after = {
        "silent": timedelta(hours=settings.silent_after_hours),
        "unaccepted": timedelta(hours=settings.unaccepted_after_hours),
    }
    quiet = {
        name: len(
            ask(session, scope=EVERYTHING, now=now, after=after[name], titles=house.titles).items
        )
        for name, ask in (("silent", reports.silent), ("unaccepted", reports.unaccepted))
    }
    holders: dict[str, int] = {}
    for row in held:
        holders[row.holder] = holders.get(row.holder, 0) + row.dossiers
    return Picture(
        stages=dict(stages.tuples().all()),
        holders=holders,
        overdue=sum(row.overdue for row in held),
        silent=quiet["silent"],
        unaccepted=quiet["unaccepted"],
        latest=latest(session, lang=lang, limit=12),
    )


def latest(session: Session, *, lang: Lang, limit: int, after: int = 0) -> list[Happening]:
    """Return the newest entries, the newest first."""
    query = (
        sa.select(
            table_of(LedgerEntry),
            col(Dossier.code),
            col(Parcel.tracking_number),
        )
        .join(Dossier, col(Dossier.id) == col(LedgerEntry.dossier_id), isouter=True)
        .join(Parcel, col(Parcel.id) == col(LedgerEntry.parcel_id), isouter=True)
        .where(col(LedgerEntry.id) > after)
        .order_by(col(LedgerEntry.id).desc())
        .limit(limit)
    )
    return [_happening(row, lang) for row in session.connection().execute(query)]


def _happening(row: Any, lang: Lang) -> Happening:
    source = next((pick(p, lang) for s, p in SOURCES.items() if s.value == row.source), row.source)
    about = row.code or row.tracking_number
    return Happening(row.id, row.happened_at, about, say_what(row.what, lang), row.place, source)


def welcome(access: Access, file: str, lang: Lang) -> RenderableType:
    """Return where to click and how to come in."""
    text = Text()
    text.append(f"{in_words('invented', lang)}\n\n", "dim")
    for word, path in (("citizens", "/"), ("desk", "/desk/"), ("couriers", "/courier/")):
        text.append(f"{in_words(word, lang):<20}", "bold").append(f" {access.url}{path}\n")
    text.append(f"{in_words('api', lang):<20}", "bold").append(f" {access.url}/docs\n\n")
    text.append(f"{in_words('sign_ins', lang)}\n", "bold")
    for member in access.staff:
        text.append(f"  {member.role:<12} {member.username:<8} {member.password}   {member.name}\n")
    text.append(f"\n{in_words('keys', lang)}\n", "bold")
    for role, key in access.keys.items():
        text.append(f"  {role:<12} {key}\n")
    text.append(f"\n{in_words('written', lang)} {file}", "dim")
    return text


def show(house: House, lang: Lang, stop: threading.Event, alive: Callable[[], bool]) -> None:
    """Show the centre until it is to stop, or is no longer alive."""
    console = Console(highlight=False, emoji=False)
    if console.is_terminal:
        _keep_painting(console, house, lang, stop, alive)
    else:
        _tell_in_lines(house, lang, stop, alive)


def _keep_painting(
    console: Console, house: House, lang: Lang, stop: threading.Event, alive: Callable[[], bool]
) -> None:
    with Live(console=console, auto_refresh=False, vertical_overflow="crop") as live:
        while alive():
            seen = house.database.read_now(lambda s: picture(s, house, lang))
            live.update(_board(seen, lang, height=console.height), refresh=True)
            if stop.wait(REFRESH_SECONDS):
                return


_LINES_BESIDE_EVENTS = 17
"""What frame and counts take up of a terminal's height."""


def _board(seen: Picture, lang: Lang, *, height: int) -> RenderableType:
    rows, now = max(3, min(12, height - _LINES_BESIDE_EVENTS)), datetime.now(UTC)
    counts = Table.grid(expand=True, padding=(0, 1))
    counts.add_column(ratio=4)
    counts.add_column(ratio=3)
    counts.add_row(_stages(seen, lang), _holders(seen, lang))
    return Panel(
        Group(counts, _happenings(seen.latest[:rows], lang)),
        title=f"[bold]{in_words('title', lang)}[/]  {dates.day(now)} {dates.clock(now)}",
        subtitle=in_words("stop", lang),
    )


def _grid(title: str) -> Table:
    """Return a table of numbers and words, each pair on one line however narrow it gets."""
    made = Table(title=title, title_style="bold", title_justify="left", box=None, show_header=False)
    made.add_column(justify="right", min_width=4)
    made.add_column(no_wrap=True, overflow="ellipsis")
    return made


def _stages(seen: Picture, lang: Lang) -> Table:
    table = _grid(in_words("stages", lang))
    for stage in Stage:
        table.add_row(str(seen.stages.get(stage.value, 0)), pick(STAGES[stage], lang))
    return table


def _holders(seen: Picture, lang: Lang) -> RenderableType:
    table = _grid(in_words("holders", lang))
    for holder in Holder:
        if seen.holders.get(holder.value):
            table.add_row(str(seen.holders[holder.value]), pick(HOLDERS[holder], lang))
    watch = _grid(in_words("watch", lang))
    for word in ("overdue", "silent", "unaccepted"):
        count = getattr(seen, word)
        watch.add_row(Text(str(count), "bold red" if count else ""), in_words(word, lang))
    return Group(table, Text(), watch)


def _happenings(latest: Sequence[Happening], lang: Lang) -> Table:
    table = Table(
        title=in_words("latest", lang),
        title_style="bold",
        title_justify="left",
        box=None,
        show_header=False,
        expand=True,
    )
    for ratio in (None, None, 1, 1):
        table.add_column(no_wrap=True, overflow="ellipsis", ratio=ratio)
    for one in latest:
        table.add_row(dates.clock(one.at), one.about, one.what, one.place)
    return table


def _tell_in_lines(
    house: House, lang: Lang, stop: threading.Event, alive: Callable[[], bool]
) -> None:
    last = house.database.read_now(lambda s: latest(s, lang=lang, limit=1))[0].id
    while alive() and not stop.wait(REFRESH_SECONDS):
        new = house.database.read_now(partial(latest, lang=lang, limit=50, after=last))
        for one in reversed(new):
            say_line(f"{dates.clock(one.at)}  {one.about:<20}  {one.what}  {one.place}".rstrip())
        last = new[0].id if new else last


def say_line(line: str) -> None:
    """Print a line, unless whoever reads does not: a full pipe must not hold up the centre."""
    try:
        fileno = sys.stdout.fileno()
        if os.name == "nt" or select.select([], [fileno], [], 0)[1]:
            print(line, flush=True)
    except BrokenPipeError:  # the reader has gone; the centre lives on without
        os.dup2(os.open(os.devnull, os.O_WRONLY), fileno)
    except (OSError, ValueError):
        return


def say_welcome(access: Access, file: str, lang: Lang) -> None:
    console = Console(highlight=False, emoji=False)
    with console.capture() as said:
        console.print(welcome(access, file, lang), soft_wrap=True)
    say_line(said.get())
