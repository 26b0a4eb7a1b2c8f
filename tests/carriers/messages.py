"""Messages as the rehearsal carrier sends them, and what the centre keeps of them."""

import json

from sqlmodel import select

from adapters.event import Source
from postal_tracker.carriers.inbox import keep_each, read
from postal_tracker.storage.tables import CarrierMessage


def a_body(number, *scans, at):
    told = [
        {"id": id_, "tracking_number": number, "status": status, "at": at.isoformat(), **rest}
        for id_, status, rest in ((*s, {})[:3] for s in scans)
    ]
    return json.dumps({"scans": told}).encode()


def keep(centre, *bodies, source=Source.SIGNED):
    messages = [
        (read(centre.house.carriers, "rehearsal", source, body), centre.clock()) for body in bodies
    ]
    return centre.database.write_now(lambda s: keep_each(s, messages))


def count(centre, table):
    return len(centre.database.read_now(lambda s: s.exec(select(table)).all()))


def the_messages(centre, state):
    return centre.get(f"/messages?state={state}").json()["items"]


def messages(centre):
    return centre.database.read_now(lambda s: s.exec(select(CarrierMessage)).all())
