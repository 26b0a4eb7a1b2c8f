"""Carriers' messages without a home: which there are, and reading them once more after a fix."""

from dataclasses import asdict
from typing import Annotated

import typer
from sqlmodel import Session

from postal_tracker import views
from postal_tracker.access import EVERYTHING
from postal_tracker.access.audit import Audited
from postal_tracker.carriers import inbox
from postal_tracker.carriers.inbox import WITHOUT_HOME, MessageFilter, MessageState, ReadAgain
from postal_tracker.commands.noted import note_now
from postal_tracker.commands.terminal import (
    WRONGLY_ASKED,
    AsJson,
    bar,
    beside,
    opened,
    print_json,
    show,
    stop,
)
from postal_tracker.house import House

messages = typer.Typer(no_args_is_help=True, help="Carriers' messages that found no home.")

State = Annotated[str, typer.Option(help="Only these: unread, unclaimed or conflicting.")]
CarrierName = Annotated[str, typer.Option(help="Only those of this carrier, such as ghn.")]


@messages.command("list")
def list_messages(
    state: State = "",
    carrier: CarrierName = "",
    limit: Annotated[int, typer.Option(min=1, max=views.MOST_LISTED, help="At most so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the newest messages that nobody could read or place. Their bodies are not shown."""
    wanted = _state(state)

    def find(session: Session) -> list[views.MessageView]:
        pages = (
            views.messages(
                session,
                each,
                scope=EVERYTHING,
                carrier=carrier,
                cursor=None,
                limit=limit,
                lang="en",
            )
            for each in ([wanted] if wanted else WITHOUT_HOME)
        )
        return [message for page in pages for message in page.items]

    with opened() as house:
        found = house.database.read_now(find)
    rows = [
        {
            "id": message.id,
            "state": message.state,
            "carrier": message.carrier,
            "received_at": message.received_at,
            "source": message.source,
            "problem": message.problem,
            "waits_for": ", ".join(message.waits_for),
        }
        for message in sorted(found, key=lambda m: m.id, reverse=True)[:limit]
    ]
    show(rows, as_json=as_json)


@messages.command("read-again")
def read_messages_again(
    state: State = "",
    carrier: CarrierName = "",
    everything: Annotated[bool, typer.Option("--all", help="All that have no home.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read messages once more: after a new adapter, or a fix. Say which, or --all."""
    if everything == bool(state or carrier):
        stop("Say which: --state, --carrier, or --all for every one.", WRONGLY_ASKED)
    which = MessageFilter(_state(state), carrier)
    with opened() as house, bar("Reading messages again") as tell:
        note_now(house, Audited.COMMAND, "messages read-again")
        done = ReadAgain(next_cursor=0)
        while done.next_cursor is not None:
            done += _some(house, which, after=done.next_cursor)
            if tell:
                read = sum(done.of(each) for each in MessageState)
                tell(read, read + done.left)
    counts = {name: count for name, count in asdict(done).items() if name in _OUTCOMES}
    if as_json:
        print_json(counts)
    else:
        beside.print(", ".join(f"{count} {name}" for name, count in counts.items()) + ".")


_OUTCOMES = [state.value for state in MessageState]


def _some(house: House, which: MessageFilter, *, after: int) -> ReadAgain:
    return house.database.write_now(
        lambda s: inbox.read_some_again(s, house.carriers, which, after=after, now=house.now())
    )


def _state(text: str) -> MessageState | None:
    if not text:
        return None
    if text not in WITHOUT_HOME:
        stop("--state is unread, unclaimed or conflicting.", WRONGLY_ASKED)
    return MessageState(text)
